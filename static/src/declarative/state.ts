/** Declarative: `set_state`. A key is a name or dotted path; its last step may be an operation. */
import { sameJson, valueAt, withValue } from './store.ts';
import type { WidgetStore } from './store.ts';
import { isRecord } from './tree.ts';

/** The state of a session, or what a change of it sets, by key. */
export type StateValues = Record<string, unknown>;

type Operation = (before: unknown, argument: unknown) => unknown;

const toggle: Operation = (before, item) => {
  if (!Array.isArray(before) && typeof item === 'boolean') return !before;
  const list = listOf(before);
  return contains(list, item) ? without(list, item) : [...list, item];
};

const append: Operation = (before, item) => [...listOf(before), item];

const remove: Operation = (before, item) => without(listOf(before), item);

const increment: Operation = (before, amount) =>
  (typeof before === 'number' ? before : 0) + (typeof amount === 'number' ? amount : 1);

/** A map, because a name such as `hasOwnProperty` is no operation. */
const OPERATIONS = new Map(Object.entries({ toggle, append, remove, increment }));

/** Names that reach into prototypes. */
const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype']);

/** The state after `set`, key by key in order. What does not change keeps its identity. Throws RangeError for a key that is no path. */
export function applySet(state: StateValues, set: StateValues): StateValues {
  return Object.entries(set).reduce<StateValues>((now, [key, argument]) => {
    const steps = key.split('.');
    if (steps.some((step) => FORBIDDEN.has(step))) throw new RangeError(`'${key}' is no path`);
    const operation = steps.length > 1 ? OPERATIONS.get(steps.at(-1)!) : undefined;
    const path = operation ? steps.slice(0, -1) : steps;
    return withValue(now, path, operation ? operation(valueAt(now, path), argument) : argument) as StateValues;
  }, state);
}

/** Applies `set` to the state of a mounted widget. */
export function applyState(store: WidgetStore, set: StateValues): void {
  const state = store.get(['state']);
  store.set(['state'], applySet(isRecord(state) ? state : {}, set));
}

/** The names of the values that `set` changes. */
export function changedKeys(set: StateValues): string[] {
  return [...new Set(Object.keys(set).map((key) => key.split('.')[0]!))];
}

/** The first place that `set` toggles, and with what; undefined where it toggles nothing. */
export function toggledIn(set: StateValues): { path: string[]; item: unknown } | undefined {
  const found = Object.entries(set).find(([key]) => /.\.toggle$/.test(key));
  return found && { path: found[0].split('.').slice(0, -1), item: found[1] };
}

/** Whether toggling would take `item` away again: it stands in the list, or the value is on. */
export function isToggled(value: unknown, item: unknown): boolean {
  return Array.isArray(value) ? contains(value, item) : value === true && typeof item === 'boolean';
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
