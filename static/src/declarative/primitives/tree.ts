/** Primitive `tree`: a hierarchy that people unfold and choose from. One line each, so that a thousand are no burden. */
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { t } from '../../i18n.ts';
import { matchingEntries, readEntries, visibleEntries } from '../branches.ts';
import type { Entry } from '../branches.ts';
import { isMissing, keyOf, toText, truthy } from '../expressions/values.ts';
import { Primitive, iconOf, px } from '../primitive.ts';
import { definePrimitive } from '../registry.ts';
import { readingKey } from '../roving.ts';
import { sameJson } from '../store.ts';
import { styles } from '../styles.ts';
import { isRecord } from '../tree.ts';
import { skeleton } from './skeleton.ts';

type Name =
  | 'items' | 'children_key' | 'item_key' | 'label' | 'icon' | 'badge' | 'expanded' | 'selection' | 'selected' | 'on_select'
  | 'has_children' | 'on_expand' | 'searchable' | 'height' | 'empty';

/** Letters typed within this time make one word. Milliseconds. */
const WORD_TIME = 600;

class TreeElement extends Primitive<Name> {
  /** What the person folded and unfolded; for all others the tree decides. */
  #folds = new Map<string, boolean>();
  #expanded: unknown;
  #selected: unknown;
  #chosen: unknown[] = [];
  readonly #loading = new Set<string>();
  #lines: Entry[] = [];
  /** The line that the Tab key leads to. */
  #at = '';
  #query = '';
  #word = '';
  #wordAt = 0;

  protected override show(): unknown {
    const entries = readEntries(this.prop('items'), { item: this.text('item_key', 'id'), children: this.text('children_key', 'children') });
    if (entries.length === 0) return this.#nothingThere();
    this.#follow();
    const query = this.#query.trim().toLowerCase();
    const shown = query ? matchingEntries(entries, (entry) => this.#label(entry).toLowerCase().includes(query)) : entries;
    this.#lines = visibleEntries(shown, (entry) => query !== '' || this.#unfolded(entry));
    if (!this.#lines.some(({ key }) => key === this.#at)) this.#at = this.#firstStop();
    return html`${this.flag('searchable') ? this.#search() : nothing}
      ${this.#lines.length > 0 ? this.#list() : html`<p class="tree-none muted" role="status">${t('Nothing matches.')}</p>`}`;
  }

  /** Takes over what the tree says anew about what is chosen and unfolded. */
  #follow(): void {
    const [selected, expanded] = [this.prop('selected'), this.prop('expanded')];
    if (!sameJson(selected, this.#selected)) this.#chosen = Array.isArray(selected) ? selected : isMissing(selected) ? [] : [selected];
    if (!sameJson(expanded, this.#expanded)) this.#folds = new Map();
    [this.#selected, this.#expanded] = [selected, expanded];
  }

  #list(): TemplateResult {
    const several = this.#selection === 'multiple';
    const height = this.number('height');
    return html`<ul class="tree" role="tree" aria-label=${this.label(t('Entries'))} aria-multiselectable=${several ? 'true' : nothing}
        ${styles({ 'max-height': px(height) })} @click=${this.#click} @keydown=${this.#key} @focusin=${this.#focused}>
      ${repeat(this.#lines, ({ key }) => key, (entry) => this.#line(entry))}
    </ul>`;
  }

  #line(entry: Entry): TemplateResult {
    const [icon, badge] = [toText(this.#of('icon', entry)), toText(this.#of('badge', entry))];
    const open = this.#canUnfold(entry) ? this.#query.trim() !== '' || this.#unfolded(entry) : undefined;
    const chosen = this.#selection === 'none' ? undefined : this.#isChosen(entry);
    return html`<li class="tree-line" role="treeitem" data-key=${entry.key} tabindex=${entry.key === this.#at ? 0 : -1}
        aria-level=${entry.level} aria-setsize=${entry.count} aria-posinset=${entry.index + 1}
        aria-expanded=${open === undefined ? nothing : String(open)} aria-selected=${chosen === undefined ? nothing : String(chosen)}
        aria-busy=${this.#loading.has(entry.key) ? 'true' : nothing} ${styles({ '--level': String(entry.level - 1) })}>
      ${this.#toggle(entry, open)}
      ${this.#selection === 'multiple' ? html`<span class="tree-box" aria-hidden="true"><wa-icon name=${chosen ? 'check_box' : 'check_box_outline_blank'}></wa-icon></span>` : nothing}
      ${iconOf(icon)}<span class="tree-label">${this.#label(entry)}</span>
      ${badge ? html`<span class="badge push">${badge}</span>` : nothing}
    </li>`;
  }

  #toggle(entry: Entry, open: boolean | undefined): TemplateResult {
    if (this.#loading.has(entry.key)) return html`<span class="tree-toggle" aria-hidden="true"><span class="spinner"></span></span>`;
    if (open === undefined) return html`<span class="tree-toggle" aria-hidden="true"></span>`;
    return html`<span class="tree-toggle" data-toggle aria-hidden="true"><wa-icon name="chevron_right"></wa-icon></span>`;
  }

  #search(): TemplateResult {
    const typed = (event: InputEvent): void => {
      this.#query = (event.target as HTMLInputElement).value;
      this.requestUpdate();
    };
    return html`<div class="tree-search search-field"><wa-icon name="search" aria-hidden="true"></wa-icon>
      <input class="input" type="search" aria-label=${t('Filter the entries')} placeholder=${t('Filter')} @input=${typed} />
    </div>`;
  }

  #nothingThere(): unknown {
    const state = this.bindingState();
    if (state === 'loading') return skeleton('list', 4);
    if (state === 'error') return nothing;
    return this.node['empty'] ? this.child(this.node['empty']) : html`<p class="muted">${t('No entries.')}</p>`;
  }

  /** A property of one entry: as the tree says, else the entry's own member of that name. */
  #of(name: 'label' | 'icon' | 'badge' | 'has_children', { value, key, index }: Entry): unknown {
    if (this.node[name] === undefined) return isRecord(value) ? value[name] : undefined;
    return this.evaluated(this.node[name], this.scope.forItem(key, { item: { value }, index: { value: index } }));
  }

  #label(entry: Entry): string {
    const { value } = entry;
    if (!isRecord(value)) return toText(this.#of('label', entry) ?? value);
    return toText(this.#of('label', entry) ?? value['name'] ?? value['title']) || toText(entry.id);
  }

  get #selection(): 'single' | 'multiple' | 'none' {
    return this.word('selection', ['single', 'multiple', 'none']);
  }

  #isChosen({ id }: Entry): boolean {
    return this.#chosen.some((chosen) => sameJson(chosen, id));
  }

  #canUnfold(entry: Entry): boolean {
    return entry.children ? entry.children.length > 0 : truthy(this.#of('has_children', entry));
  }

  #unfolded(entry: Entry): boolean {
    const [own, given] = [this.#folds.get(entry.key), this.#expanded];
    if (own !== undefined || !entry.children) return own ?? false;
    if (typeof given === 'number') return entry.level <= given;
    return Array.isArray(given) ? given.some((key) => keyOf(key) === entry.key) : given === true;
  }

  #firstStop(): string {
    return (this.#lines.find((entry) => this.#isChosen(entry)) ?? this.#lines[0])?.key ?? '';
  }

  readonly #focused = (event: FocusEvent): void => {
    const line = (event.target as Element).closest<HTMLElement>('.tree-line');
    if (!line || line.dataset['key'] === this.#at) return;
    this.#at = line.dataset['key']!;
    this.requestUpdate();
  };

  readonly #click = (event: MouseEvent): void => {
    const target = event.target as Element;
    const entry = this.#entryOf(target.closest<HTMLElement>('.tree-line'));
    if (!entry) return;
    if (target.closest('[data-toggle]')) this.#fold(entry);
    else this.#press(entry);
  };

  #entryOf(line: HTMLElement | null): Entry | undefined {
    return this.#lines.find(({ key }) => key === line?.dataset['key']);
  }

  /** What a click does: choose, and open or close what has more below it; with boxes to tick it only ticks. */
  #press(entry: Entry): void {
    if (this.#selection !== 'none') this.#choose(entry);
    if (this.#selection !== 'multiple' && this.#canUnfold(entry)) this.#fold(entry);
  }

  #choose(entry: Entry): void {
    const { id, value } = entry;
    const several = this.#selection === 'multiple';
    const rest = this.#chosen.filter((chosen) => !sameJson(chosen, id));
    this.#chosen = !several ? [id] : rest.length < this.#chosen.length ? rest : [...rest, id];
    this.requestUpdate();
    void this.act(this.node['on_select'], { item: { value }, value: { value: several ? this.#chosen : id } });
  }

  #fold(entry: Entry, open = !this.#unfolded(entry)): void {
    this.#folds.set(entry.key, open);
    this.requestUpdate();
    if (open) void this.#load(entry);
  }

  /** Tells the tree that an entry was unfolded; one whose entries could not be had is folded again. */
  async #load({ key, value, index, children }: Entry): Promise<void> {
    if (this.node['on_expand'] === undefined || this.#loading.has(key)) return;
    if (!children) this.#loading.add(key);
    const outcome = await this.act(this.node['on_expand'], { item: { value }, index: { value: index } });
    this.#loading.delete(key);
    if (!outcome?.ok && !children) this.#folds.set(key, false);
    this.requestUpdate();
  }

  readonly #key = (event: KeyboardEvent): void => {
    const place = this.#lines.findIndex(({ key }) => key === this.#at);
    const entry = this.#lines[place];
    if (!entry || event.altKey || event.ctrlKey || event.metaKey) return;
    const handled = this.#lead(readingKey(event), entry, place) || this.#actOn(event.key, entry) || this.#spell(event.key, place);
    if (handled) event.preventDefault();
  };

  /** Arrows, Home and End. */
  #lead(key: string, entry: Entry, place: number): boolean {
    const last = this.#lines.length - 1;
    const open = this.#canUnfold(entry) && this.#unfolded(entry);
    if (key === 'ArrowRight' && !open && this.#canUnfold(entry)) return this.#fold(entry, true), true;
    if (key === 'ArrowLeft' && open) return this.#fold(entry, false), true;
    const inside = this.#lines[place + 1]?.parent?.key === entry.key ? place + 1 : place;
    const outside = this.#lines.findIndex(({ key }) => key === entry.parent?.key);
    const target = { ArrowDown: Math.min(last, place + 1), ArrowUp: Math.max(0, place - 1), Home: 0, End: last, ArrowRight: inside, ArrowLeft: outside < 0 ? place : outside }[key];
    if (target === undefined) return false;
    void this.#goTo(this.#lines[target]!);
    return true;
  }

  /** Enter, Space, and the star that unfolds everything beside the line. */
  #actOn(key: string, entry: Entry): boolean {
    if (key === 'Enter') this.#press(entry);
    else if (key === ' ' && Date.now() - this.#wordAt > WORD_TIME) this.#selection === 'none' ? this.#press(entry) : this.#choose(entry);
    else if (key === '*') this.#lines.filter(({ parent }) => parent?.key === entry.parent?.key).filter((beside) => this.#canUnfold(beside)).forEach((beside) => this.#fold(beside, true));
    else return false;
    return true;
  }

  /** Goes to the next line that begins with the letters typed. */
  #spell(key: string, place: number): boolean {
    if ([...key].length !== 1) return false;
    this.#word = Date.now() - this.#wordAt > WORD_TIME ? key.toLowerCase() : this.#word + key.toLowerCase();
    this.#wordAt = Date.now();
    const from = this.#word.length > 1 ? place : place + 1;
    const round = [...this.#lines.slice(from), ...this.#lines.slice(0, from)];
    const found = round.find((entry) => this.#label(entry).toLowerCase().startsWith(this.#word));
    if (found) void this.#goTo(found);
    return true;
  }

  async #goTo({ key }: Entry): Promise<void> {
    this.#at = key;
    this.requestUpdate();
    await this.updateComplete;
    this.querySelector<HTMLElement>('.tree-line[tabindex="0"]')?.focus();
  }
}

definePrimitive({
  type: 'tree',
  properties: [
    'items', 'children_key', 'item_key', 'label', 'icon', 'badge', 'expanded', 'selection', 'selected', 'on_select', 'has_children',
    'on_expand', 'searchable', 'height', 'empty',
  ],
  element: TreeElement,
});
