import { expect, it } from 'vitest';
import { duration, outcome, written } from './words.ts';

it('says how long something took', () => {
  expect([0.4, 340, 2_440, 59_900, 185_000].map(duration)).toEqual(['0 ms', '340 ms', '2.4 s', '59.9 s', '3 min 5 s']);
});

it('says how a run ended', () => {
  expect([true, false, null].map((ok) => outcome({ ok }).words)).toEqual(['Done', 'Failed', 'Running']);
});

it('writes values as JSON', () => {
  expect([written(null), written('x'), written({ a: [1] })]).toEqual(['null', '"x"', '{\n  "a": [\n    1\n  ]\n}']);
});
