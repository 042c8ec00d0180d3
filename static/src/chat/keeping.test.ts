import { beforeEach, expect, test } from 'vitest';
import { Keeping, NEW } from './keeping.ts';

class Store {
  readonly kept = new Map<string, string>();
  full = false;
  getItem(name: string): string | null {
    return this.kept.get(name) ?? null;
  }
  setItem(name: string, value: string): void {
    if (this.full) throw new DOMException('full', 'QuotaExceededError');
    this.kept.set(name, value);
  }
  removeItem(name: string): void {
    this.kept.delete(name);
  }
}

let store: Store;
beforeEach(() => {
  store = new Store();
});

test('it works', () => {
  new Keeping(store, 'alice').keepDraft('c1', 'half a sen');
  expect(new Keeping(store, 'alice').draft('c1')).toBe('half a sen');
  expect(new Keeping(store, 'alice').draft(NEW)).toBe('');
});

test('another person of the same tab sees nothing of it', () => {
  new Keeping(store, 'alice').keepDraft('c1', 'secret');
  expect(new Keeping(store, 'bob').draft('c1')).toBe('');
});

test('what is empty leaves no trace', () => {
  const keeping = new Keeping(store, 'alice');
  keeping.keepDraft('c1', 'x');
  keeping.keepDraft('c1', '');
  keeping.keepUnsent('c1', []);
  expect(store.kept.size).toBe(0);
  expect(keeping.draft('c1')).toBe('');
});

test('unsent messages come back, and broken ones are nothing', () => {
  const one = { key: 'k', asking: { text: 'hello' }, at: '2026-01-01T00:00:00Z', after: 0 };
  new Keeping(store, 'alice').keepUnsent('c1', [one]);
  expect(new Keeping(store, 'alice').unsent('c1')).toEqual([one]);
  store.kept.set('chat:unsent:alice:c2', '{nonsense');
  expect(new Keeping(store, 'alice').unsent('c2')).toEqual([]);
});

test('full storage keeps it in memory', () => {
  store.full = true;
  const keeping = new Keeping(store, 'alice');
  keeping.keepDraft('c1', 'still here');
  expect(keeping.draft('c1')).toBe('still here');
  expect(new Keeping(undefined, 'alice').draft('c1')).toBe('');
});
