/** Declarative: `set_state`. A key is a name or dotted path; its last step may be an operation. */
import { sameJson } from './store.ts';
import type { Path, WidgetStore } from './store.ts';

type Operation = (before: unknown, argument: unknown) => unknown;

const OPERATIONS: Record<string, Operation> = {
  toggle: (before, item) => {
    if (!Array.isArray(before) && typeof item === 'boolean') return !before;
    const list = listOf(before);
    return contains(list, item) ? without(list, item) : [...list, item];
  },
  append: (before, item) => [...listOf(before), item],
  remove: (before, item) => without(listOf(before), item),
  increment: (before, amount) => (typeof before === 'number' ? before : 0) + (typeof amount === 'number' ? amount : 1),
};

/** Applies `set` to the state, key by key in order. */
export function applyState(store: WidgetStore, set: Record<string, unknown>): void {
  for (const [key, argument] of Object.entries(set)) {
    const steps = key.split('.');
    const operation = steps.length > 1 ? OPERATIONS[steps.at(-1)!] : undefined;
    const path: Path = ['state', ...(operation ? steps.slice(0, -1) : steps)];
    store.set(path, operation ? operation(store.get(path), argument) : argument);
  }
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function contains(list: unknown[], item: unknown): boolean {
  return list.some((present) => sameJson(present, item));
}

function without(list: unknown[], item: unknown): unknown[] {
  return list.filter((present) => !sameJson(present, item));
}
