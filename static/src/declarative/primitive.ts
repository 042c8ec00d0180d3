/** Declarative: what every primitive's element does: evaluate its properties, follow the paths it read, update alone. */
import { LitElement, html, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import type { Outcome } from './actions.ts';
import { statusOf } from './data.ts';
import type { BindingStatus } from './data.ts';
import { evaluateDeep } from './expressions/evaluate.ts';
import { parse } from './expressions/parser.ts';
import { ExpressionError } from './expressions/syntax.ts';
import type { Expression } from './expressions/syntax.ts';
import { keyOf, toNumber, toText, truthy } from './expressions/values.ts';
import { keepFocus } from './focus.ts';
import type { Mount } from './mount.ts';
import { renderNode, renderNodes } from './registry.ts';
import type { Local, Scope } from './scope.ts';
import type { Path, Subscription } from './store.ts';
import { isAction } from './tree.ts';
import type { TreeNode } from './tree.ts';

export type WidgetScope = Scope<Mount>;

/** One item of a list with the scope of its template; both keep their identity while nothing about them changes. */
export interface Item {
  key: string;
  index: number;
  value: unknown;
  scope: WidgetScope;
  path?: Path;
}

let ids = 0;

/**
 * The base of every primitive. The element itself is the box (light DOM), so that flex, span and hiding apply to it.
 * `Name` are the properties the primitive declares; `prop` and its kin read them, evaluated, and note what they read.
 */
export abstract class Primitive<Name extends string = never> extends LitElement {
  static override properties = { node: { attribute: false }, scope: { attribute: false } };
  declare node: TreeNode;
  declare scope: WidgetScope;
  /** Unique in the page, for labels and descriptions. */
  protected readonly uid = `wm-${(ids += 1)}`;
  #reads = new Map<string, Subscription>();
  #subscribed = '';
  #unsubscribe: (() => void) | undefined;
  #items = new Map<string, Item>();

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasUpdated) this.requestUpdate(); // moved in the page: what changed meanwhile was not heard
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#unsubscribe?.();
    this.#subscribed = '';
  }

  protected abstract show(): unknown;

  protected override render(): unknown {
    return this.#visible() ? this.show() : nothing;
  }

  protected override update(changed: PropertyValues): void {
    this.#reads = new Map();
    keepFocus(this, () => super.update(changed));
    this.#placeBox();
    this.#follow();
  }

  /** The evaluated value of a property, lists and objects at any depth. */
  protected prop(name: Name): unknown {
    return this.evaluated(this.node[name]);
  }

  protected text(name: Name, fallback = ''): string {
    return toText(this.prop(name)) || fallback;
  }

  protected number(name: Name): number | undefined;
  protected number(name: Name, fallback: number): number;
  protected number(name: Name, fallback?: number): number | undefined {
    return toNumber(this.prop(name)) ?? fallback;
  }

  protected flag(name: Name, fallback = false): boolean {
    return this.node[name] === undefined ? fallback : truthy(this.prop(name));
  }

  /** The property if it is one of the allowed words, else the first of them. */
  protected word<Word extends string>(name: Name, allowed: readonly [Word, ...Word[]]): Word {
    const value = this.prop(name);
    return allowed.includes(value as Word) ? (value as Word) : allowed[0];
  }

  /** Name for people who cannot see the element: `aria_label`, else what is given. */
  protected label(fallback = ''): string {
    return toText(this.evaluated(this.node['aria_label'])) || fallback;
  }

  /** Any value of the node with its expressions replaced, in this scope or another one. */
  protected evaluated(value: unknown, scope: WidgetScope = this.scope): unknown {
    if (value === undefined || typeof value === 'number' || typeof value === 'boolean') return value;
    const read = (name: string, steps: string[]): unknown => scope.read(name, steps, (path) => this.#note(path, false));
    try {
      return evaluateDeep(value, read, scope.mount.surroundings());
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      console.warn(`${this.node.type}: ${error.message}`); // the compiler refuses these; one from elsewhere shows nothing
      return undefined;
    }
  }

  protected child(node: unknown, scope: WidgetScope = this.scope): TemplateResult {
    return renderNode(node, scope);
  }

  protected nodes(name: Name, scope: WidgetScope = this.scope): TemplateResult[] {
    return renderNodes(this.node[name], scope);
  }

  /** Does the action of a property, if there is one. */
  protected async act(action: unknown, locals: Record<string, Local> = {}, scope = this.scope): Promise<Outcome | undefined> {
    return this.actAs(action, this.node.id ?? this.node.type, scope.with(locals));
  }

  /** The same under another name and in another scope. */
  protected async actAs(action: unknown, actionId: string, scope: WidgetScope): Promise<Outcome | undefined> {
    return isAction(action) ? this.scope.mount.act(action, scope, actionId) : undefined;
  }

  /** The items of a list property. A plain path is followed shallowly: a change inside one item is that item's affair. */
  protected items(name: Name, keyName: string, locals: (item: Item) => Record<string, Local> = () => ({})): Item[] {
    const path = this.#pathOf(this.node[name]);
    const list = path ? this.#readShallow(path) : this.prop(name);
    const known = this.#items;
    this.#items = new Map();
    if (!Array.isArray(list)) return [];
    return list.map((value, index) => {
      const itemPath = path && [...path, String(index)];
      const key = this.#unusedKey(keyOf(this.#keyValue(value, itemPath, keyName)) || `#${index}`);
      const item = sameItem(known.get(key), index, value, itemPath, this.scope) ?? this.#item(key, index, value, itemPath, locals);
      this.#items.set(key, item);
      return item;
    });
  }

  /** How the bindings behind what was read so far stand: `loading` only while nothing is there yet. */
  protected bindingState(): BindingStatus['state'] {
    const names = new Set([...this.#reads.values()].filter(({ path }) => path[0] === 'data').map(({ path }) => path[1]!));
    for (const name of names) {
      this.#note(['status', name], false);
      const state = statusOf(this.scope.store.get(['status', name]))?.state;
      if (state && state !== 'ready') return state;
    }
    return 'ready';
  }

  /** Reads a place of the store and follows it. */
  protected readPath(path: Path): unknown {
    this.#note(path, false);
    return this.scope.store.get(path);
  }

  #keyValue(value: unknown, path: Path | undefined, keyName: string): unknown {
    if (path) this.#note([...path, keyName], false);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[keyName] : undefined;
  }

  #unusedKey(key: string): string {
    return this.#items.has(key) ? this.#unusedKey(`${key}'`) : key;
  }

  #item(key: string, index: number, value: unknown, path: Path | undefined, locals: (item: Item) => Record<string, Local>): Item {
    const item: Item = { key, index, value, scope: this.scope, ...(path ? { path } : {}) };
    item.scope = this.scope.forItem(key, { item: path ? { path } : { value }, index: { value: index }, ...locals(item) });
    return item;
  }

  #readShallow(path: Path): unknown {
    this.#note(path, true);
    return this.scope.store.get(path);
  }

  /** The place in the store that a property names, when it is nothing but a path. */
  #pathOf(value: unknown): Path | undefined {
    if (typeof value !== 'string') return undefined;
    try {
      const { parts, whole } = parse(value);
      const steps = whole ? stepsOf(parts[0] as Expression) : undefined;
      return steps && this.scope.pathOf(steps[0]!, steps.slice(1));
    } catch {
      return undefined;
    }
  }

  #note(path: Path, shallow: boolean): void {
    this.#reads.set(`${shallow}${path.join('\u0000')}`, { path, shallow });
  }

  /** Called when the element, hidden until now, is to be shown. */
  protected reappeared(): void {}

  #visible(): boolean {
    const visible = this.node.visible_if === undefined || truthy(this.evaluated(this.node.visible_if));
    const before = this.hidden;
    this.hidden = !visible;
    if (visible && before) this.reappeared();
    return visible;
  }

  #placeBox(): void {
    const flex = toNumber(this.evaluated(this.node['flex']));
    const span = toNumber(this.evaluated(this.node['span']));
    setStyle(this, 'flex', flex === undefined ? undefined : `${flex} 1 0`);
    setStyle(this, 'min-width', flex === undefined ? undefined : '0');
    setStyle(this, 'grid-column', span === undefined ? undefined : `span min(${Math.max(1, Math.trunc(span))}, var(--fit, 100))`);
    const tooltip = toText(this.evaluated(this.node['tooltip']));
    if (tooltip) this.title = tooltip;
    else this.removeAttribute('title');
  }

  #follow(): void {
    const subscribed = [...this.#reads.keys()].join('\u0001');
    if (subscribed === this.#subscribed && this.#unsubscribe) return;
    this.#unsubscribe?.();
    this.#subscribed = subscribed;
    this.#unsubscribe = this.scope.store.subscribe(this.#reads.values(), () => this.requestUpdate());
  }
}

function sameItem(known: Item | undefined, index: number, value: unknown, path: Path | undefined, scope: WidgetScope): Item | undefined {
  if (!known || known.index !== index || known.scope.parent !== scope) return undefined;
  if (path === undefined) return known.path === undefined && known.value === value ? known : undefined;
  known.value = value;
  return known.path?.join('\u0000') === path.join('\u0000') ? known : undefined;
}

/** The names of a path without computed steps. */
function stepsOf(node: Expression): string[] | undefined {
  if (node.kind === 'name') return [node.name];
  if (node.kind !== 'member' || node.key.kind !== 'literal') return undefined;
  return stepsOf(node.target)?.concat(keyOf(node.key.value));
}

/** Sets a style through the object model: an attribute would be refused by the content security policy. */
export function setStyle(element: HTMLElement | SVGElement, name: string, value: string | undefined): void {
  if (value === undefined) element.style.removeProperty(name);
  else if (element.style.getPropertyValue(name) !== value) element.style.setProperty(name, value);
}

/** Pixels of a number. */
export function px(value: number | undefined): string | undefined {
  return value === undefined ? undefined : `${value}px`;
}

/** An icon, or nothing where there is no name. */
export function iconOf(name: string): TemplateResult | typeof nothing {
  return name ? html`<wa-icon name=${name} aria-hidden="true"></wa-icon>` : nothing;
}
