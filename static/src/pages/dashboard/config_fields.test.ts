import { expect, it } from 'vitest';
import { fieldsOf, readField, showValue } from './config_fields.ts';

const schema = {
  type: 'object',
  required: ['columns'],
  properties: {
    title: { type: 'string' },
    columns: { type: 'array', items: { type: 'string' }, title: 'Columns' },
    maxCards: { type: 'integer', minimum: 1, maximum: 50, description: 'Per column' },
    colour: { enum: ['red', 7, null] },
    compact: { type: 'boolean' },
    extra: { type: 'object' },
  },
};
const field = (name: string) => fieldsOf(schema).find((one) => one.name === name)!;

it('works', () => {
  expect(fieldsOf(schema).map(({ kind, label }) => [kind, label])).toEqual([
    ['lines', 'Columns'],
    ['number', 'Max cards'],
    ['choice', 'Colour'],
    ['boolean', 'Compact'],
    ['json', 'Extra'],
  ]);
  expect(fieldsOf(null)).toEqual([]);
});

it('keeps values and their types from the config to the form and back', () => {
  const values = { columns: ['To do', 'Done'], maxCards: 5, colour: 7, compact: true, extra: { deep: [1] } };
  for (const [name, value] of Object.entries(values)) {
    expect(readField(field(name), showValue(field(name), value))).toEqual(value);
  }
});

it('says what is allowed', () => {
  expect(() => readField(field('columns'), ' \n ')).toThrow('required');
  expect(() => readField(field('maxCards'), '0')).toThrow('At least 1');
  expect(() => readField(field('maxCards'), '51')).toThrow('At most 50');
  expect(() => readField(field('maxCards'), '1.5')).toThrow('whole number');
  expect(() => readField(field('extra'), '{')).toThrow('JSON');
  expect(readField(field('maxCards'), '')).toBeUndefined();
});
