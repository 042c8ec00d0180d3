/** Primitive `table`: rows that people can sort, filter, choose and page through; a real table for screen readers. */
import { html, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { repeat } from 'lit/directives/repeat.js';
import { t, tn } from '../../i18n.ts';
import { cell } from '../cells.ts';
import { columnsOf } from '../columns.ts';
import type { Column } from '../columns.ts';
import { dig, toText } from '../expressions/values.ts';
import { FILTERS } from '../expressions/filters.ts';
import { px } from '../primitive.ts';
import type { Item } from '../primitive.ts';
import { PressablePrimitive } from '../pressable.ts';
import { definePrimitive } from '../registry.ts';
import { Selection } from '../selection.ts';
import { styles } from '../styles.ts';
import { isRecord } from '../tree.ts';
import { skeleton } from './skeleton.ts';

type Name =
  | 'columns' | 'rows' | 'item_key' | 'sort' | 'page_size' | 'searchable' | 'height' | 'narrow' | 'selection' | 'selected' | 'on_select' | 'row_action' | 'empty' | 'loading';

interface Order {
  key: string;
  falling: boolean;
}

class TableElement extends PressablePrimitive<Name> {
  /** What the person chose; until then the tree decides. */
  #order: Order | undefined;
  #query = '';
  #page = 0;
  #columns: Column[] = [];
  #selection = new Selection(false);

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('node')) this.#selection = new Selection(this.node['selection'] === 'multiple');
  }

  protected override show(): unknown {
    const items = this.items('rows', this.#itemKey);
    const state = this.bindingState();
    if (this.flag('loading', items.length === 0 && state === 'loading')) return skeleton('table', 4);
    if (items.length === 0) return state === 'error' ? nothing : this.#nothingThere();
    this.#columns = columnsOf(this.node['columns'], (value) => this.evaluated(value));
    this.#selection.follow(this.prop('selected'));
    this.dataset['narrow'] = this.word('narrow', ['scroll', 'cards']);
    const found = this.#query ? items.filter((item) => this.#matches(item)) : items;
    const order = this.#order ?? this.#firstOrder();
    const sorted = order ? this.#sorted(found, order) : found;
    return html`${this.flag('searchable') ? this.#search(found.length) : nothing}${found.length > 0 ? this.#frame(sorted, order) : html`<p class="muted table-none">${t('Nothing matches.')}</p>`}`;
  }

  get #itemKey(): string {
    return this.text('item_key', 'id');
  }

  get #hasAction(): boolean {
    return this.node['row_action'] !== undefined;
  }

  get #choice(): 'none' | 'single' | 'multiple' {
    return this.word('selection', ['none', 'single', 'multiple']);
  }

  #nothingThere(): unknown {
    return this.node['empty'] ? this.child(this.node['empty']) : html`<p class="muted">${t('No rows.')}</p>`;
  }

  #frame(items: Item[], order: Order | undefined): TemplateResult {
    const size = Math.max(1, Math.trunc(this.number('page_size', Infinity)));
    const page = Math.min(this.#page, Math.ceil(items.length / size) - 1);
    const shown = size === Infinity ? items : items.slice(page * size, (page + 1) * size);
    const height = px(this.number('height'));
    return html`<div class="table-box">
      <div class="table-frame" role="group" tabindex="0" aria-label=${this.label(t('Table'))} ?data-scrolls=${height !== undefined} ${styles({ 'max-height': height })}>
        <table class="table" role="table">
          <thead role="rowgroup"><tr role="row">
            ${this.#choice === 'none' ? nothing : this.#chooseAll(items)}${this.#columns.map((column) => this.#heading(column, order))}
            ${this.#hasAction ? html`<th role="columnheader" class="table-open"><span class="visually-hidden">${t('Open')}</span></th>` : nothing}
          </tr></thead>
          <tbody role="rowgroup">${repeat(shown, ({ key }) => key, (item) => this.#row(item))}</tbody>
        </table>
      </div>
      ${items.length > size || this.#choice === 'multiple' ? this.#footer(page, size, items.length) : nothing}
    </div>`;
  }

  #search(found: number): TemplateResult {
    const type = (event: InputEvent): void => {
      this.#query = (event.target as HTMLInputElement).value;
      this.#page = 0;
      this.requestUpdate();
    };
    return html`<div class="table-search">
      <span class="search-field"><wa-icon name="search" aria-hidden="true"></wa-icon><input class="input" type="search" placeholder=${t('Search')} aria-label=${t('Search in the table')} .value=${live(this.#query)} @input=${type} /></span>
      <span class="visually-hidden" role="status">${this.#query ? tn('{count} row', '{count} rows', found) : ''}</span>
    </div>`;
  }

  #matches(item: Item): boolean {
    const words = this.#query.trim().toLowerCase();
    return this.#columns.some((column) => {
      const value = this.#value(item, column);
      const shown = column.cell ? '' : cell(value, column.format, this.scope.mount.surroundings(), column.options);
      return toText(value).toLowerCase().includes(words) || (typeof shown === 'string' && shown.toLowerCase().includes(words));
    });
  }

  #firstOrder(): Order | undefined {
    const sort = this.node['sort'];
    return isRecord(sort) ? { key: toText(sort['key']), falling: sort['direction'] === 'desc' } : undefined;
  }

  #sorted(items: Item[], { key, falling }: Order): Item[] {
    const column = this.#columns.find((one) => one.key === key);
    const values = items.map((item) => ({ by: column ? this.#value(item, column) : this.#field(item, key), item }));
    const sorted = FILTERS.get('sort')!(values, [falling ? '-by' : 'by'], this.scope.mount.surroundings());
    return (sorted as { item: Item }[]).map(({ item }) => item);
  }

  #heading({ key, label, align, width, sortable }: Column, order: Order | undefined): TemplateResult {
    const current = order?.key === key ? (order.falling ? 'descending' : 'ascending') : undefined;
    const icon = current === 'descending' ? 'arrow_downward' : current ? 'arrow_upward' : 'unfold_more';
    return html`<th scope="col" role="columnheader" data-align=${align || nothing} aria-sort=${current ?? nothing} ${styles({ width: px(width) })}>
      ${sortable
        ? html`<button type="button" class="table-sort" @click=${() => this.#sort(key, current === 'ascending')}>
            ${label}<wa-icon name=${icon} aria-hidden="true"></wa-icon>
          </button>`
        : label}
    </th>`;
  }

  #sort(key: string, falling: boolean): void {
    this.#order = { key, falling };
    this.#page = 0;
    this.requestUpdate();
  }

  #chooseAll(items: Item[]): TemplateResult {
    if (this.#choice === 'single') return html`<th role="columnheader" class="table-choose"><span class="visually-hidden">${t('Chosen')}</span></th>`;
    const keys = items.map((item) => this.#key(item));
    const count = keys.filter((key) => this.#selection.has(key)).length;
    return html`<th role="columnheader" class="table-choose"><input type="checkbox" aria-label=${t('Choose all rows')}
      .checked=${live(count === keys.length)} .indeterminate=${count > 0 && count < keys.length}
      @change=${(event: Event) => this.#choose(keys, (event.target as HTMLInputElement).checked)} /></th>`;
  }

  #row(item: Item): TemplateResult {
    const chosen = this.#choice === 'none' ? undefined : this.#selection.has(this.#key(item));
    return html`<tr role="row" ?data-press=${this.#hasAction} ?data-chosen=${chosen}>
      ${chosen === undefined ? nothing : this.#chooseOne(item, chosen)}
      ${this.#columns.map((column) => html`<td role="cell" data-align=${column.align || nothing} data-format=${column.format || nothing} data-label=${column.label}>${this.#cell(item, column)}</td>`)}
      ${this.#hasAction ? this.#open(item) : nothing}
    </tr>`;
  }

  #chooseOne(item: Item, chosen: boolean): TemplateResult {
    const several = this.#choice === 'multiple';
    return html`<td role="cell" class="table-choose"><input type=${several ? 'checkbox' : 'radio'} name="${this.uid}-choice"
      aria-label=${t('Choose {name}', { name: this.#name(item) })} .checked=${live(chosen)}
      @change=${(event: Event) => this.#choose([this.#key(item)], (event.target as HTMLInputElement).checked, item)} /></td>`;
  }

  #choose(keys: unknown[], chosen: boolean, item?: Item): void {
    this.#selection.set(keys, chosen);
    this.requestUpdate();
    const scope = item?.scope ?? this.scope;
    void this.act(this.node['on_select'], { value: { value: this.#selection.value } }, scope);
  }

  #open(item: Item): TemplateResult {
    const busy = this.isBusy(item.key);
    return html`<td role="cell" class="table-open" data-align="end">
      <button type="button" class="icon-button row-press" data-size="small" aria-label=${t('Open {name}', { name: this.#name(item) })} aria-busy=${busy ? 'true' : nothing}
        @click=${() => this.press(this.node['row_action'], item.key, item.scope)}>
        ${busy ? html`<span class="spinner" aria-hidden="true"></span>` : html`<wa-icon name="chevron_right" aria-hidden="true"></wa-icon>`}
      </button>
    </td>`;
  }

  /** What a row is called: its first cell. */
  #name(item: Item): string {
    const [first] = this.#columns;
    return first ? toText(this.#value(item, first)) : '';
  }

  #key(item: Item): unknown {
    return this.#field(item, this.#itemKey) ?? item.index;
  }

  #field(item: Item, key: string): unknown {
    return item.path ? this.readPath([...item.path, ...key.split('.')]) : dig(item.value, key);
  }

  #value(item: Item, column: Column): unknown {
    return column.value === undefined ? this.#field(item, column.key) : this.evaluated(column.value, item.scope);
  }

  #cell(item: Item, column: Column): unknown {
    const value = this.#value(item, column);
    if (column.cell) return this.child(column.cell, this.#cellScope(item, column, value));
    return cell(value, column.format, this.scope.mount.surroundings(), column.options);
  }

  #cellScope(item: Item, column: Column, value: unknown): Item['scope'] {
    const isField = item.path !== undefined && column.value === undefined;
    return item.scope.with({ value: isField ? { path: [...item.path!, ...column.key.split('.')] } : { value } });
  }

  #footer(page: number, size: number, count: number): TemplateResult {
    const chosen = this.#selection.chosen.length;
    const range = size === Infinity ? '' : `${page * size + 1}–${Math.min(count, (page + 1) * size)}`;
    const rows = tn('{count} row', '{count} rows', count);
    return html`<div class="table-footer">
      <span role="status">${range && count > size ? `${t('{range} of', { range })} ${rows}` : rows}${chosen > 0 && this.#choice === 'multiple' ? ` · ${tn('{count} chosen', '{count} chosen', chosen)}` : ''}</span>
      ${count > size ? this.#pages(page, Math.ceil(count / size) - 1) : nothing}
    </div>`;
  }

  #pages(page: number, last: number): TemplateResult {
    const go = (to: number) => () => {
      this.#page = to;
      this.requestUpdate();
    };
    return html`<span class="cluster">
      <button type="button" class="icon-button" data-size="small" aria-label=${t('Previous page')} ?disabled=${page === 0} @click=${go(page - 1)}><wa-icon name="chevron_left" aria-hidden="true"></wa-icon></button>
      <button type="button" class="icon-button" data-size="small" aria-label=${t('Next page')} ?disabled=${page === last} @click=${go(page + 1)}><wa-icon name="chevron_right" aria-hidden="true"></wa-icon></button>
    </span>`;
  }
}

definePrimitive({
  type: 'table',
  properties: ['columns', 'rows', 'item_key', 'sort', 'page_size', 'searchable', 'height', 'narrow', 'selection', 'selected', 'on_select', 'row_action', 'empty', 'loading'],
  element: TableElement,
});
