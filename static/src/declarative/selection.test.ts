/** Choosing rows. */
import { expect, it } from 'vitest';
import { Selection } from './selection.ts';

it('test_it_works', () => {
  const selection = new Selection(true);
  selection.set(['a', 'b'], true);
  selection.set(['a'], false);
  expect(selection.value).toEqual(['b']);
  expect([selection.has('a'), selection.has('b')]).toEqual([false, true]);
});

it('of one holds the last', () => {
  const selection = new Selection(false);
  expect(selection.value).toBeNull();
  selection.set([1], true);
  selection.set([2], true);
  expect(selection.value).toBe(2);
  selection.set([2], false);
  expect(selection.value).toBeNull();
});

it('follows the tree only when it says something new', () => {
  const selection = new Selection(true);
  selection.follow(['a']);
  selection.set(['b'], true);
  selection.follow(['a', 'b']);
  expect(selection.value).toEqual(['a', 'b']);
  selection.follow(undefined);
  expect(selection.value).toEqual(['a', 'b']);
  selection.follow(null);
  expect(selection.value).toEqual([]);
});
