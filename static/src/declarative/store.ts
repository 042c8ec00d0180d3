/** Declarative: the values of one mounted widget, and who wants to know when which of them change. */
import { isRecord } from './tree.ts';

export type Path = readonly string[];

/** Called once per change; reads the store again. */
export type Subscriber = () => void;

export interface Subscription {
  path: Path;
  /** Only a change of the value itself or of how many items it has, not of what is deeper inside. */
  shallow: boolean;
}

/** Subscribers at one path, and the paths below it. */
class Branch {
  readonly deep = new Set<Subscriber>();
  readonly shallow = new Set<Subscriber>();
  readonly children = new Map<string, Branch>();
}

/**
 * A tree of plain JSON values, changed by replacing: what did not change keeps its identity.
 * The roots are `ctx`, `data` (bindings by name), `status` (of the bindings), `state`, `forms` and `error`.
 */
export class WidgetStore {
  #root: Record<string, unknown>;
  readonly #subscribers = new Branch();

  constructor(initial: Record<string, unknown> = {}) {
    this.#root = initial;
  }

  /** The value at a path; undefined where it leads nowhere. Only own properties are seen. */
  get(path: Path): unknown {
    return valueAt(this.#root, path);
  }

  /** Sets one value. Subscribers to what really differs are called, each once. */
  set(path: Path, value: unknown): void {
    this.change([[path, value]]);
  }

  /** Sets values by dotted path, such as `data.sources.2.title` or `state.filter`. Throws for a path that names no root. */
  patch(values: Record<string, unknown>): void {
    this.change(Object.entries(values).map(([path, value]) => [path.split('.'), value]));
  }

  /** Several changes, told as one. */
  change(changes: readonly (readonly [Path, unknown])[]): void {
    const affected = new Set<Subscriber>();
    for (const [path, value] of changes) {
      const before = this.#root;
      this.#root = withValue(before, path, value) as Record<string, unknown>;
      this.#collect(before, this.#root, this.#subscribers, affected, path);
    }
    for (const subscriber of affected) subscriber();
  }

  /** Calls `subscriber` when one of the paths changes; returns a function that ends it. */
  subscribe(subscriptions: Iterable<Subscription>, subscriber: Subscriber): () => void {
    const sets: Set<Subscriber>[] = [];
    for (const { path, shallow } of subscriptions) {
      const branch = path.reduce(child, this.#subscribers);
      sets.push((shallow ? branch.shallow : branch.deep).add(subscriber));
    }
    return () => sets.forEach((set) => set.delete(subscriber));
  }

  /**
   * Walks two versions and the subscribers side by side, only where the versions differ and someone listens. As long as
   * `path`, the way to what was set, leads on, everything beside it is the same and is not looked at.
   */
  #collect(before: unknown, after: unknown, branch: Branch, affected: Set<Subscriber>, path: Path): boolean {
    if (before === after) return false;
    const [key, ...rest] = path;
    const isAlong = key !== undefined && isContainer(before) && Array.isArray(before) === Array.isArray(after);
    const reshaped = isAlong ? !Object.hasOwn(before as object, key) : shapeOf(before) !== shapeOf(after);
    let changed = reshaped || !isContainer(before);
    for (const [name, below] of isAlong ? some(branch, key, 'length') : branch.children) {
      if (this.#collect(step(before, name), step(after, name), below, affected, name === key ? rest : [])) changed = true;
    }
    changed ||= branch.deep.size > 0 && !sameJson(before, after);
    if (changed) branch.deep.forEach((subscriber) => affected.add(subscriber));
    if (reshaped || !isContainer(before)) branch.shallow.forEach((subscriber) => affected.add(subscriber));
    return changed;
  }
}

/** The branches below that have one of the names. */
function some(branch: Branch, ...names: string[]): [string, Branch][] {
  return names.flatMap((name) => {
    const below = branch.children.get(name);
    return below ? [[name, below] as [string, Branch]] : [];
  });
}

/** The value at a path below `target`; undefined where it leads nowhere. */
export function valueAt(target: unknown, path: Path): unknown {
  return path.reduce<unknown>(step, target);
}

/** A copy of `target` with one value set; what did not change keeps its identity. Throws for an empty step. */
export function withValue(target: unknown, path: Path, value: unknown): unknown {
  if (path.length === 0 || path.some((key) => key === '')) throw new RangeError(`'${path.join('.')}' is no path`);
  return replaced(target, path, value);
}

/** One step down: an own property, an index, or the length of a list or text. */
export function step(target: unknown, key: string): unknown {
  if (typeof target === 'string') return key === 'length' ? [...target].length : undefined;
  if (typeof target !== 'object' || target === null) return undefined;
  if (key === '__proto__' || key === 'constructor' || key === 'prototype') return undefined;
  return Object.hasOwn(target, key) ? (target as Record<string, unknown>)[key] : undefined;
}

function child(branch: Branch, key: string): Branch {
  let below = branch.children.get(key);
  if (!below) branch.children.set(key, (below = new Branch()));
  return below;
}

function isContainer(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

/** What a shallow subscriber sees: a list by its length, an object by its names, anything else by its value. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return `list ${value.length}`;
  if (isRecord(value)) return `object ${Object.keys(value).join('\u0000')}`;
  return value;
}

/** A copy of `target` in which only the way to `path` is new; lists and objects that are missing are made. */
function replaced(target: unknown, path: Path, value: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return sameJson(target, value) ? target : value;
  const below = step(target, key);
  const next = replaced(below, rest, value);
  if (next === below && isContainer(target) && Object.hasOwn(target as object, key)) return target;
  if (Array.isArray(target) || (target === undefined && /^\d+$/.test(key))) return withItem(target, key, next);
  return { ...(isRecord(target) ? target : {}), [key]: next };
}

function withItem(target: unknown, key: string, value: unknown): unknown[] {
  const list = Array.isArray(target) ? [...(target as unknown[])] : [];
  const index = Number(key);
  if (!Number.isInteger(index) || index < 0 || index > list.length) {
    throw new RangeError(`'${key}' is not an index of a list with ${list.length} items`);
  }
  list[index] = value;
  return list;
}

/** Whether two JSON values are the same; the order of an object's names does not count. */
export function sameJson(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (Array.isArray(left) || Array.isArray(right)) {
    if (!Array.isArray(left) || !Array.isArray(right) || left.length !== right.length) return false;
    return left.every((item, index) => sameJson(item, right[index]));
  }
  if (!isRecord(left) || !isRecord(right)) return false;
  const names = Object.keys(left);
  if (names.length !== Object.keys(right).length) return false;
  return names.every((name) => Object.hasOwn(right, name) && sameJson(left[name], right[name]));
}
