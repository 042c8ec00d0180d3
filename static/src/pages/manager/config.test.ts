import { expect, test } from 'vitest';
import { NotAValue, configOf, draftOf, fieldAt, fieldsOf } from './config.ts';

const schema = {
  type: 'object',
  required: ['unit'],
  properties: {
    unit: { type: 'string', title: 'Unit', maxLength: 20, default: 'EUR' },
    target: { type: 'number', minimum: 1 },
    columns: { type: 'array', items: { type: 'string' }, default: ['To do', 'Done'] },
    loud: { type: 'boolean', default: true },
    size: { enum: ['small', 'large'] },
    days: { type: 'array', items: { enum: ['Mon', 'Tue', 'Wed'] } },
    shape: { type: 'object' },
  },
};
const fields = fieldsOf(schema);

test('it works', () => {
  expect(fields.map(({ name, kind }) => [name, kind])).toEqual([
    ['unit', 'text'],
    ['target', 'number'],
    ['columns', 'lines'],
    ['loud', 'boolean'],
    ['size', 'choice'],
    ['days', 'choices'],
    ['shape', 'json'],
  ]);
  expect(draftOf(fields, {})).toEqual({ unit: '', target: '', columns: 'To do\nDone', loud: true, size: '', days: [], shape: '' });
});

test('what is typed becomes typed values', () => {
  const draft = { unit: 'USD', target: '12.5', columns: ' One \n\nTwo', loud: false, size: '1', days: [2, 0], shape: '{"a": [1]}' };
  const config = configOf(fields, draft, {});
  expect(config).toEqual({ unit: 'USD', target: 12.5, columns: ['One', 'Two'], loud: false, size: 'large', days: ['Wed', 'Mon'], shape: { a: [1] } });
});

test('what was not touched stays, known to the schema or not', () => {
  const config = { columns: ['A'], secret: 1 };
  const draft = draftOf(fields, config);
  expect(configOf(fields, draft, config)).toEqual(config);
  expect(configOf(fields, { ...draft, unit: 'GBP' }, config)).toEqual({ ...config, unit: 'GBP' });
});

test('an emptied field goes', () => {
  const config = { unit: 'GBP', target: 3, size: 'small' };
  expect(configOf(fields, { ...draftOf(fields, config), target: ' ', size: '' }, config)).toEqual({ unit: 'GBP' });
});

test('a text that is no value is refused with its field', () => {
  const empty = draftOf(fields, {});
  expect(() => configOf(fields, { ...empty, target: 'many' }, {})).toThrow(new NotAValue('target'));
  expect(() => configOf(fields, { ...empty, shape: '{' }, {})).toThrow(new NotAValue('shape'));
});

test('a schema that is none has no fields', () => {
  for (const odd of [undefined, null, true, 'x', [], {}, { properties: [] }]) expect(fieldsOf(odd)).toEqual([]);
  expect(fieldsOf({ properties: { refreshEvery: null } })[0]).toMatchObject({ kind: 'json', label: 'Refresh every' });
});

test('paths of the server name fields', () => {
  expect([fieldAt('config.columns[1]'), fieldAt('config.a.b'), fieldAt('config'), fieldAt('name')]).toEqual(['columns', 'a', '', '']);
});
