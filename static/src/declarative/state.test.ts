/** Declarative: `set_state`. */
import { expect, it } from 'vitest';
import { applyState } from './state.ts';
import { WidgetStore } from './store.ts';

function after(state: Record<string, unknown>, set: Record<string, unknown>): unknown {
  const store = new WidgetStore({ state });
  applyState(store, set);
  return store.get(['state']);
}

it('test_it_works', () => {
  expect(after({ a: 1 }, { b: 2, 'c.d': 3 })).toEqual({ a: 1, b: 2, c: { d: 3 } });
});

it.each([
  ['toggle adds', { s: ['a'] }, { 's.toggle': 'b' }, { s: ['a', 'b'] }],
  ['toggle removes', { s: ['a', 'b'] }, { 's.toggle': 'a' }, { s: ['b'] }],
  ['toggle begins a list', {}, { 's.toggle': 'a' }, { s: ['a'] }],
  ['toggle turns a switch', { on: true }, { 'on.toggle': true }, { on: false }],
  ['append', { s: [1] }, { 's.append': 1 }, { s: [1, 1] }],
  ['remove, by content', { s: [{ id: 1 }, { id: 2 }] }, { 's.remove': { id: 1 } }, { s: [{ id: 2 }] }],
  ['increment', { n: 1 }, { 'n.increment': 4 }, { n: 5 }],
  ['increment from nothing', {}, { 'n.increment': null }, { n: 1 }],
  ['a name that is an operation elsewhere', {}, { toggle: 1 }, { toggle: 1 }],
])('%s', (_, state, set, result) => {
  expect(after(state, set)).toEqual(result);
});
