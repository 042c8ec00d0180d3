/** Declarative: what the expressions of a node can read. A scope is a chain: a list's item sees what the list sees. */
import { member } from './expressions/values.ts';
import { isRecord } from './tree.ts';
import type { TreeNode } from './tree.ts';
import type { Path, WidgetStore } from './store.ts';

/** A name in a scope: an alias of a place in the store, or a value of its own. */
export type Local = { path: Path } | { value: unknown };

/** Told each place of the store that is read. */
export type Note = (path: Path) => void;

/** Where a path leads: to the store, or to a value and the steps left to take in it. */
type Place = { path: Path } | { value: unknown; steps: readonly string[] };

const ROOTS: ReadonlySet<string> = new Set(['ctx', 'state', 'error']);
/** The form of inputs that are in none. */
const IMPLICIT_FORM = 'form';
/** What a form tells besides its values; no input can have one of these names. */
const FORM_FACTS: ReadonlySet<string> = new Set(['valid']);

/** What a scope needs of the widget it belongs to. */
export interface HasStore {
  readonly store: WidgetStore;
}

export class Scope<Mount extends HasStore = HasStore> {
  constructor(
    readonly mount: Mount,
    readonly formId: string = IMPLICIT_FORM,
    readonly locals: Readonly<Record<string, Local>> = {},
    readonly parent?: Scope<Mount>,
    /** Which of the repetitions of a template this is; empty outside of lists. */
    readonly instance: string = '',
  ) {}

  get store(): WidgetStore {
    return this.mount.store;
  }

  /** The same scope with further names. */
  with(locals: Readonly<Record<string, Local>>): Scope<Mount> {
    return new Scope(this.mount, this.formId, locals, this, this.instance);
  }

  /** The scope of one item of a list. */
  forItem(key: string, locals: Readonly<Record<string, Local>>): Scope<Mount> {
    return new Scope(this.mount, this.formId, locals, this, `${this.instance}/${key}`);
  }

  /** The same scope inside a form. The form of each item of a list is one of its own. */
  inForm(formId: string): Scope<Mount> {
    return new Scope(this.mount, formId + this.instance, {}, this, this.instance);
  }

  /** The value at a path; `note` hears which place of the store it came from. */
  read(name: string, steps: readonly string[], note?: Note): unknown {
    const place = this.#place(name, steps);
    if (!('path' in place)) return place.steps.reduce<unknown>(member, place.value);
    note?.(place.path);
    return this.store.get(place.path);
  }

  /** The place of the store that a path is an alias of, if it is one. */
  pathOf(name: string, steps: readonly string[]): Path | undefined {
    const place = this.#place(name, steps);
    return 'path' in place ? place.path : undefined;
  }

  /** The place of an input's value. */
  fieldPath(name: string): Path {
    return ['forms', this.formId, 'values', name];
  }

  /** The values of the form around, by name. */
  formValues(): Record<string, unknown> {
    const values = this.store.get(['forms', this.formId, 'values']);
    return isRecord(values) ? values : {};
  }

  #place(name: string, steps: readonly string[]): Place {
    const local = this.localOf(name);
    if (local) return 'path' in local ? { path: [...local.path, ...steps] } : { value: local.value, steps };
    if (name === 'form') return { path: this.#formPath(steps) };
    return { path: ROOTS.has(name) ? [name, ...steps] : ['data', name, ...steps] };
  }

  private localOf(name: string): Local | undefined {
    if (Object.hasOwn(this.locals, name)) return this.locals[name];
    return this.parent?.localOf(name);
  }

  #formPath(steps: readonly string[]): Path {
    const [first, ...rest] = steps;
    if (first !== undefined && FORM_FACTS.has(first)) return ['forms', this.formId, first, ...rest];
    return ['forms', this.formId, 'values', ...steps];
  }
}

/** The id of the first form of a tree: what `form` means outside of every form. */
export function firstFormId(node: unknown): string {
  return findForm(node) ?? IMPLICIT_FORM;
}

function findForm(node: unknown): string | undefined {
  if (isRecord(node) && node['type'] === 'form') return formIdOf(node as TreeNode);
  const below = Array.isArray(node) ? node : isRecord(node) ? Object.values(node) : [];
  for (const child of below) {
    const found = findForm(child);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A form without an id is called `form`. */
export function formIdOf(node: TreeNode): string {
  return node.id ?? IMPLICIT_FORM;
}
