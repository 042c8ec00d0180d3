/** Values as text. */
import { expect, it } from 'vitest';
import { NO_VALUES, readValues, writeValues } from './values.ts';

it('test_it_works', () => {
  expect(readValues('{"ctx": {"a": 1}}')).toEqual({ values: { ...NO_VALUES, ctx: { a: 1 } } });
  expect(readValues('  ')).toEqual({ values: NO_VALUES });
});

it('says what is wrong and where', () => {
  expect(readValues('{"contx": {}}')).toEqual({ fault: { message: 'contx: unknown; values are ctx, state, data, results.' } });
  expect(readValues('{"ctx": []}')).toEqual({ fault: { message: 'ctx: this must be an object.' } });
  expect(readValues('[]')).toHaveProperty('fault.message');
  expect(readValues('{\n  "ctx": {\n    "a": x\n  }\n}')).toHaveProperty('fault.message', expect.stringMatching(/x|token/));
});

it('writes only what there is', () => {
  expect(writeValues(NO_VALUES)).toBe('');
  expect(JSON.parse(writeValues({ ...NO_VALUES, data: { a: [1] } }))).toEqual({ data: { a: [1] } });
});
