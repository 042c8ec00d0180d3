/** Declarative: loading, polling and keeping bindings. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Bindings, duration } from './data.ts';
import type { DataHost } from './hosts.ts';
import { WidgetStore } from './store.ts';
import type { DataSource } from './tree.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

let widgets = 0;

function bindings(sources: Record<string, DataSource>, load: DataHost['load']): { store: WidgetStore; bindings: Bindings } {
  const store = new WidgetStore();
  return { store, bindings: new Bindings(store, sources, { load }, `w${(widgets += 1)}`) };
}

const HTTP: DataSource = { type: 'http', url: '/x' };

it('test_it_works', async () => {
  const { store, bindings: loaded } = bindings({ a: HTTP }, async () => ({ value: [1], status: 200 }));
  loaded.start();
  expect(store.get(['status', 'a'])).toEqual({ state: 'loading' });
  await vi.advanceTimersByTimeAsync(0);
  expect(store.get(['data', 'a'])).toEqual([1]);
  expect(store.get(['status', 'a'])).toEqual({ state: 'ready' });
});

it('keeps the last value when a later load fails', async () => {
  let fails = false;
  const { store, bindings: loaded } = bindings({ a: HTTP }, async () => {
    if (fails) throw new Error('Backend timeout');
    return { value: 1, status: 200 };
  });
  loaded.start();
  await vi.advanceTimersByTimeAsync(0);
  fails = true;
  await loaded.refresh();
  expect(store.get(['data', 'a'])).toBe(1);
  expect(store.get(['status', 'a'])).toEqual({ state: 'error', message: 'Backend timeout' });
});

it('lets the newest load win', async () => {
  const answers: ((value: number) => void)[] = [];
  const { store, bindings: loaded } = bindings({ a: HTTP }, (_, signal) =>
    new Promise((resolve, reject) => {
      answers.push((value) => resolve({ value, status: 200 }));
      signal.addEventListener('abort', () => reject(signal.reason));
    }));
  loaded.start();
  const second = loaded.load('a');
  answers[1]!(2);
  answers[0]!(1);
  await second;
  expect(store.get(['data', 'a'])).toBe(2);
  expect(store.get(['status', 'a'])).toEqual({ state: 'ready' });
});

it('polls as often as asked, but not after the end', async () => {
  const load = vi.fn(async () => ({ value: 1, status: 200 }));
  const { bindings: loaded } = bindings({ a: { ...HTTP, poll: '10s' } }, load);
  loaded.start();
  await vi.advanceTimersByTimeAsync(25_000);
  expect(load).toHaveBeenCalledTimes(3);
  loaded.stop();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(load).toHaveBeenCalledTimes(3);
});

it('does not poll while nobody looks, and catches up then', async () => {
  const page = Object.assign(new EventTarget(), { hidden: true });
  vi.stubGlobal('document', page);
  const load = vi.fn(async () => ({ value: 1, status: 200 }));
  const { bindings: loaded } = bindings({ a: { ...HTTP, poll: '10s' } }, load);
  loaded.start();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(load).toHaveBeenCalledTimes(1);
  page.hidden = false;
  page.dispatchEvent(new Event('visibilitychange'));
  await vi.advanceTimersByTimeAsync(0);
  expect(load).toHaveBeenCalledTimes(2);
  loaded.stop();
  vi.unstubAllGlobals();
});

it('uses a kept value again while it is fresh, and loads anew when asked', async () => {
  const load = vi.fn(async () => ({ value: 1, status: 200 }));
  const sources = { a: { ...HTTP, cache: '30s' } };
  const mount = (): Bindings => new Bindings(new WidgetStore(), sources, { load }, 'kept');
  mount().start();
  await vi.advanceTimersByTimeAsync(10_000);
  const again = mount();
  again.start();
  expect(load).toHaveBeenCalledTimes(1);
  await again.refresh(['a']);
  expect(load).toHaveBeenCalledTimes(2);
  await vi.advanceTimersByTimeAsync(31_000);
  mount().start();
  expect(load).toHaveBeenCalledTimes(3);
});

it('reads what needs no server here, and follows the state', () => {
  const store = new WidgetStore({ state: { found: [1] } });
  const load = vi.fn();
  const sources = { a: { type: 'state' as const, key: 'found' }, b: { type: 'state' as const, key: 'deep.er', default: 'none' }, c: { type: 'static' as const, value: 7 } };
  const loaded = new Bindings(store, sources, { load }, 'local');
  loaded.start();
  expect(store.get(['data'])).toEqual({ a: [1], b: 'none', c: 7 });
  store.patch({ 'state.found': [1, 2], 'state.deep': { er: 'some' } });
  expect(store.get(['data'])).toEqual({ a: [1, 2], b: 'some', c: 7 });
  loaded.stop();
  store.patch({ 'state.found': [] });
  expect(store.get(['data', 'a'])).toEqual([1, 2]);
  expect(load).not.toHaveBeenCalled();
});

it('asks again when what the address reads has changed, and not for anything else', async () => {
  const store = new WidgetStore({ state: { filter: 'open', other: 1 } });
  const load = vi.fn(async () => ({ value: 1, status: 200 }));
  const loaded = new Bindings(store, { a: { type: 'http', url: '/x', query: { f: '{{state.filter}}' } } }, { load }, 'reads');
  loaded.start();
  await vi.advanceTimersByTimeAsync(0);
  store.patch({ 'state.other': 2 });
  await vi.advanceTimersByTimeAsync(1_000);
  expect(load).toHaveBeenCalledTimes(1);
  store.patch({ 'state.filter': 'done' });
  store.patch({ 'state.filter': 'all' });
  await vi.advanceTimersByTimeAsync(1_000);
  expect(load).toHaveBeenCalledTimes(2);
  loaded.stop();
});

it('takes values that came with the widget as they are, until it is asked to load them', async () => {
  const store = new WidgetStore({ data: { a: 'given' } });
  const load = vi.fn(async () => ({ value: 'loaded', status: 200 }));
  const loaded = new Bindings(store, { a: HTTP }, { load }, 'given', new Set(['a']));
  loaded.start();
  expect(load).not.toHaveBeenCalled();
  expect(store.get(['status', 'a'])).toEqual({ state: 'ready' });
  await loaded.refresh();
  expect(store.get(['data', 'a'])).toBe('loaded');
});

it('lets what comes from elsewhere win over what is being loaded', async () => {
  const { store, bindings: loaded } = bindings({ a: HTTP }, () => new Promise((resolve) => setTimeout(() => resolve({ value: 'old', status: 200 }), 1_000)));
  loaded.start();
  loaded.put('a', 'new');
  await vi.advanceTimersByTimeAsync(2_000);
  expect(store.get(['data', 'a'])).toBe('new');
  loaded.start();
  loaded.fail('a', 'Backend timeout');
  await vi.advanceTimersByTimeAsync(2_000);
  expect(store.get(['status', 'a'])).toEqual({ state: 'error', message: 'Backend timeout' });
});

it('keeps what came from elsewhere for a value that is written in the tree', async () => {
  const store = new WidgetStore();
  const loaded = new Bindings(store, { a: { type: 'static', value: 'written' } }, undefined, 'static');
  loaded.start();
  loaded.put('a', 'patched');
  loaded.fail('a', 'Backend timeout');
  await loaded.refresh();
  expect(store.get(['data', 'a'])).toBe('patched');
  expect(store.get(['status', 'a'])).toEqual({ state: 'ready' });
});

it('lets a slow answer arrive although the next poll is due', async () => {
  const { store, bindings: loaded } = bindings({ a: { ...HTTP, poll: '1s' } }, () => new Promise((resolve) => setTimeout(() => resolve({ value: 1, status: 200 }), 2_500)));
  loaded.start();
  await vi.advanceTimersByTimeAsync(2_600);
  expect(store.get(['data', 'a'])).toBe(1);
  loaded.stop();
});

it('keeps values of one widget apart from those of another of the same name', async () => {
  const load = vi.fn(async () => ({ value: 1, status: 200 }));
  const sources = { a: { ...HTTP, cache: '30s' } };
  new Bindings(new WidgetStore(), sources, { load, keptAs: 'app 1' }, 'chat_side').start();
  await vi.advanceTimersByTimeAsync(10);
  new Bindings(new WidgetStore(), sources, { load, keptAs: 'app 2' }, 'chat_side').start();
  expect(load).toHaveBeenCalledTimes(2);
});

it('keeps a value only for what its source read', async () => {
  const load = vi.fn(async () => ({ value: 1, status: 200 }));
  const sources = { a: { ...HTTP, query: { f: '{{state.filter}}' }, cache: '30s' } };
  const begin = async (filter: string): Promise<void> => {
    const loaded = new Bindings(new WidgetStore({ state: { filter } }), sources, { load }, 'filtered');
    loaded.start();
    await vi.advanceTimersByTimeAsync(10);
    loaded.stop();
  };
  await begin('open');
  await begin('done');
  expect(load).toHaveBeenCalledTimes(2);
  await begin('open');
  expect(load).toHaveBeenCalledTimes(2);
});

describe('durations', () => {
  it.each([
    ['10s', 10_000],
    ['500ms', 500],
    ['2m', 120_000],
    ['1.5h', 5_400_000],
    [3, 3_000],
    ['soon', undefined],
    [undefined, undefined],
  ])('%s', (value, milliseconds) => expect(duration(value)).toBe(milliseconds));
});
