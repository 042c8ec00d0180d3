/** Declarative: `set_state`, by the table of cases that the server's implementation runs too. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { applySet, applyState, changedKeys } from './state.ts';
import type { StateValues } from './state.ts';
import { WidgetStore } from './store.ts';

interface Case {
  name: string;
  state: StateValues;
  set: StateValues;
  result?: StateValues;
  error?: boolean;
}

const shared = JSON.parse(readFileSync('tests/fixtures/state_operations.json', 'utf8')) as Case[];

it('test_it_works', () => {
  const store = new WidgetStore({ state: { a: 1 } });
  applyState(store, { b: 2, 'c.d': 3 });
  expect(store.get(['state'])).toEqual({ a: 1, b: 2, c: { d: 3 } });
});

describe('the shared table', () => {
  it.each(shared.map((entry) => [entry.name, entry] as const))('%s', (_, { state, set, result, error }) => {
    const before = structuredClone(state);
    if (error) expect(() => applySet(state, set)).toThrow(RangeError);
    else expect(applySet(state, set)).toEqual(result);
    expect(state).toEqual(before);
  });
});

it('names the values that change', () => {
  expect(changedKeys({ 'a.b': 1, 'c.toggle': 2, 'a.d': 3 })).toEqual(['a', 'c']);
});
