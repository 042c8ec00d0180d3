/** Declarative: the values of a widget, and who hears of which change. */
import { describe, expect, it } from 'vitest';
import { WidgetStore } from './store.ts';

function watch(store: WidgetStore, ...paths: string[]): string[] {
  const heard: string[] = [];
  for (const written of paths) {
    const shallow = written.startsWith('~');
    const path = written.replace('~', '').split('.');
    store.subscribe([{ path, shallow }], () => heard.push(written));
  }
  return heard;
}

describe('values', () => {
  it('test_it_works', () => {
    const store = new WidgetStore({ data: { tasks: [{ title: 'Milk' }] } });
    store.patch({ 'data.tasks.0.title': 'Bread', 'state.filter': 'open' });
    expect(store.get(['data', 'tasks', '0', 'title'])).toBe('Bread');
    expect(store.get(['state'])).toEqual({ filter: 'open' });
  });

  it('keeps the identity of what did not change', () => {
    const store = new WidgetStore({ data: { tasks: [{ id: 1 }, { id: 2 }] } });
    const [first, second] = store.get(['data', 'tasks']) as object[];
    store.patch({ 'data.tasks.1.id': 3 });
    expect(store.get(['data', 'tasks', '0'])).toBe(first);
    expect(store.get(['data', 'tasks', '1'])).not.toBe(second);
    expect(second).toEqual({ id: 2 });
  });

  it('appends to a list at its end, and nowhere beyond', () => {
    const store = new WidgetStore({ data: { tasks: [1] } });
    store.patch({ 'data.tasks.1': 2 });
    expect(store.get(['data', 'tasks'])).toEqual([1, 2]);
    expect(() => store.patch({ 'data.tasks.9': 3 })).toThrow("'9' is not an index of a list with 2 items");
  });

  it.each(['__proto__', 'constructor', 'prototype'])('never reaches into %s', (name) => {
    const store = new WidgetStore({ state: {} });
    store.patch({ [`state.${name}.polluted`]: true });
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(store.get(['state', name])).toBeUndefined();
  });

  it('refuses an empty path', () => {
    expect(() => new WidgetStore().patch({ '': 1 })).toThrow(RangeError);
    expect(() => new WidgetStore().patch({ 'a..b': 1 })).toThrow(RangeError);
  });
});

describe('subscribers', () => {
  it('hear of their path, of what is above and of what is below it, and of nothing else', () => {
    const store = new WidgetStore({ data: { a: { b: 1, c: 2 }, d: 3 } });
    const heard = watch(store, 'data.a.b', 'data.a.c', 'data.a', 'data', 'data.d');
    store.patch({ 'data.a.b': 9 });
    expect(heard.sort()).toEqual(['data', 'data.a', 'data.a.b']);
  });

  it('hear only what differs when a whole value comes anew', () => {
    const store = new WidgetStore({ data: { tasks: [{ t: 'a' }, { t: 'b' }] } });
    const heard = watch(store, 'data.tasks.0.t', 'data.tasks.1.t', 'data.tasks');
    store.set(['data', 'tasks'], [{ t: 'a' }, { t: 'x' }]);
    expect(heard.sort()).toEqual(['data.tasks', 'data.tasks.1.t']);
  });

  it('hear nothing when the same values come again', () => {
    const store = new WidgetStore({ data: { tasks: [{ t: 'a', tags: [1] }] } });
    const heard = watch(store, 'data', 'data.tasks', 'data.tasks.0.t', '~data.tasks');
    store.set(['data', 'tasks'], [{ tags: [1], t: 'a' }]);
    expect(heard).toEqual([]);
  });

  it('that look no deeper hear of the number of items only', () => {
    const store = new WidgetStore({ data: { tasks: [{ t: 'a' }] } });
    const heard = watch(store, '~data.tasks');
    store.patch({ 'data.tasks.0.t': 'x' });
    expect(heard).toEqual([]);
    store.patch({ 'data.tasks.1': { t: 'y' } });
    expect(heard).toEqual(['~data.tasks']);
    store.set(['data', 'tasks'], null);
    expect(heard).toHaveLength(2);
  });

  it('hear of a value that comes into being or goes', () => {
    const store = new WidgetStore();
    const heard = watch(store, 'state.a.b');
    store.patch({ 'state.a': { b: 1 } });
    store.patch({ 'state.a': {} });
    expect(heard).toHaveLength(2);
  });

  it('are called once for several changes, and not after they have left', () => {
    const store = new WidgetStore({ state: { a: 1, b: 1 } });
    let calls = 0;
    const leave = store.subscribe([{ path: ['state'], shallow: false }], () => (calls += 1));
    store.patch({ 'state.a': 2, 'state.b': 2 });
    expect(calls).toBe(1);
    leave();
    store.patch({ 'state.a': 3 });
    expect(calls).toBe(1);
  });
});
