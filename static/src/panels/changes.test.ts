import { describe, expect, it } from 'vitest';
import { applyItemEvent } from './changes.ts';

const item = (id: string, position: number, title = id) => ({ id, position, title });
const data = { items: [item('a', 1), item('b', 2), item('c', 3)], can_write: true };
const titles = (changed: Record<string, unknown> | undefined) =>
  (changed?.['items'] as { title: string }[]).map(({ title }) => title);

describe('applyItemEvent', () => {
  it('works', () => {
    const changed = applyItemEvent(data, 'item.put', { item: item('d', 4) });
    expect(titles(changed)).toEqual(['a', 'b', 'c', 'd']);
    expect(changed?.['can_write']).toBe(true);
  });

  it('replaces the item of the same id, and moves it to its place', () => {
    expect(titles(applyItemEvent(data, 'item.put', { item: item('c', 1.5, 'C') }))).toEqual(['a', 'C', 'b']);
  });

  it('orders equal positions by id', () => {
    expect(titles(applyItemEvent(data, 'item.put', { item: item('aa', 1) }))).toEqual(['a', 'aa', 'b', 'c']);
  });

  it('takes items away', () => {
    expect(titles(applyItemEvent(data, 'item.removed', { item_id: 'b' }))).toEqual(['a', 'c']);
    expect(titles(applyItemEvent(data, 'items.cleared', { item_ids: ['a', 'c'] }))).toEqual(['b']);
  });

  it('replaces them all', () => {
    expect(titles(applyItemEvent(data, 'items.reset', { items: [item('b', 2), item('a', 1)] }))).toEqual(['a', 'b']);
  });

  it('leaves what it was given as it is, and other events alone', () => {
    applyItemEvent(data, 'item.put', { item: item('z', 0) });
    expect(titles(data)).toEqual(['a', 'b', 'c']);
    expect(applyItemEvent(data, 'instance.put', {})).toBeUndefined();
  });
});
