/** Primitive `table`: rows that people can sort and page through; a real table for screen readers. */
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { t, tn } from '../../i18n.ts';
import { cell } from '../cells.ts';
import { toNumber, toText, truthy, dig } from '../expressions/values.ts';
import { FILTERS } from '../expressions/filters.ts';
import { Primitive, px } from '../primitive.ts';
import type { Item } from '../primitive.ts';
import { definePrimitive } from '../registry.ts';
import { styles } from '../styles.ts';
import { isRecord } from '../tree.ts';
import { skeleton } from './skeleton.ts';

type Name = 'columns' | 'rows' | 'item_key' | 'sort' | 'page_size' | 'row_action' | 'empty';
type Column = Record<string, unknown> & { key: string };

interface Order {
  key: string;
  falling: boolean;
}

class TableElement extends Primitive<Name> {
  /** What the person chose; until then the tree decides. */
  #order: Order | undefined;
  #page = 0;

  protected override show(): unknown {
    const items = this.items('rows', this.text('item_key', 'id'));
    if (items.length === 0) return this.#nothingThere();
    const columns = (Array.isArray(this.node['columns']) ? this.node['columns'] : []).filter(isRecord) as Column[];
    const order = this.#order ?? this.#firstOrder();
    const sorted = order ? this.#sorted(items, order) : items;
    const size = Math.max(1, this.number('page_size', Infinity));
    const page = Math.min(this.#page, Math.ceil(items.length / size) - 1);
    const shown = size === Infinity ? sorted : sorted.slice(page * size, (page + 1) * size);
    return html`<div class="table-frame" role="group" tabindex="0" aria-label=${this.label(t('Table'))}>
      <table class="table">
        <thead><tr>${columns.map((column) => this.#heading(column, order))}${this.#hasAction ? html`<th><span class="visually-hidden">${t('Open')}</span></th>` : nothing}</tr></thead>
        <tbody>${repeat(shown, ({ key }) => key, (item) => this.#row(item, columns))}</tbody>
      </table>
      ${items.length > size ? this.#footer(page, size, items.length) : nothing}
    </div>`;
  }

  get #hasAction(): boolean {
    return this.node['row_action'] !== undefined;
  }

  #nothingThere(): unknown {
    const state = this.bindingState();
    if (state === 'loading') return skeleton('table', 4);
    if (state === 'error') return nothing;
    return this.node['empty'] ? this.child(this.node['empty']) : html`<p class="muted">${t('No rows.')}</p>`;
  }

  #firstOrder(): Order | undefined {
    const sort = this.node['sort'];
    return isRecord(sort) ? { key: toText(sort['key']), falling: sort['direction'] === 'desc' } : undefined;
  }

  #sorted(items: Item[], { key, falling }: Order): Item[] {
    const values = items.map((item) => (isRecord(item.value) ? { by: this.#value(item, key), item } : { item }));
    const sorted = FILTERS.get('sort')!(values, [falling ? '-by' : 'by'], this.scope.mount.surroundings());
    return (sorted as { item: Item }[]).map(({ item }) => item);
  }

  #heading(column: Column, order: Order | undefined): TemplateResult {
    const label = toText(this.evaluated(column['label'])) || column.key;
    const current = order?.key === column.key ? (order.falling ? 'descending' : 'ascending') : undefined;
    const sortable = truthy(this.evaluated(column['sortable']));
    const width = px(toNumber(this.evaluated(column['width'])));
    return html`<th scope="col" data-align=${this.#align(column)} aria-sort=${current ?? nothing} ${styles({ width })}>
      ${sortable
        ? html`<button type="button" class="table-sort" @click=${() => this.#sort(column.key, current === 'ascending')}>
            ${label}<wa-icon name=${current === 'descending' ? 'arrow_downward' : 'arrow_upward'} aria-hidden="true"></wa-icon>
          </button>`
        : label}
    </th>`;
  }

  #align(column: Column): string | typeof nothing {
    const asked = toText(this.evaluated(column['align']));
    const numeric = ['number', 'money', 'percent'].includes(toText(this.evaluated(column['format'])));
    return asked || (numeric ? 'end' : nothing);
  }

  #sort(key: string, falling: boolean): void {
    this.#order = { key, falling };
    this.#page = 0;
    this.requestUpdate();
  }

  #row(item: Item, columns: Column[]): TemplateResult {
    return html`<tr ?data-press=${this.#hasAction}>
      ${columns.map((column) => html`<td data-align=${this.#align(column)} data-format=${toText(column['format']) || nothing}>${this.#cell(item, column)}</td>`)}
      ${this.#hasAction
        ? html`<td data-align="end">
            <button type="button" class="icon-button row-press" data-size="small" aria-label=${this.#openLabel(item, columns)} @click=${() => this.act(this.node['row_action'], {}, item.scope)}>
              <wa-icon name="chevron_right" aria-hidden="true"></wa-icon>
            </button>
          </td>`
        : nothing}
    </tr>`;
  }

  #openLabel(item: Item, columns: Column[]): string {
    return t('Open {name}', { name: toText(this.#value(item, columns[0]?.key ?? '')) });
  }

  #value(item: Item, key: string): unknown {
    return item.path ? this.readPath([...item.path, ...key.split('.')]) : dig(item.value, key);
  }

  #cell(item: Item, column: Column): unknown {
    const value = this.#value(item, column.key);
    if (isRecord(column['cell'])) return this.child(column['cell'], this.#cellScope(item, column, value));
    return cell(value, toText(this.evaluated(column['format'], item.scope)), this.scope.mount.surroundings());
  }

  #cellScope(item: Item, column: Column, value: unknown): Item['scope'] {
    return item.scope.with({ value: item.path ? { path: [...item.path, ...column.key.split('.')] } : { value } });
  }

  #footer(page: number, size: number, count: number): TemplateResult {
    const go = (to: number) => () => {
      this.#page = to;
      this.requestUpdate();
    };
    const last = Math.ceil(count / size) - 1;
    const range = `${page * size + 1}–${Math.min(count, (page + 1) * size)}`;
    return html`<div class="table-footer">
      <span role="status">${t('{range} of', { range })} ${tn('{count} row', '{count} rows', count)}</span>
      <span class="cluster">
        <button type="button" class="icon-button" data-size="small" aria-label=${t('Previous page')} ?disabled=${page === 0} @click=${go(page - 1)}><wa-icon name="chevron_left" aria-hidden="true"></wa-icon></button>
        <button type="button" class="icon-button" data-size="small" aria-label=${t('Next page')} ?disabled=${page === last} @click=${go(page + 1)}><wa-icon name="chevron_right" aria-hidden="true"></wa-icon></button>
      </span>
    </div>`;
  }
}

definePrimitive({
  type: 'table',
  properties: ['columns', 'rows', 'item_key', 'sort', 'page_size', 'row_action', 'empty'],
  element: TableElement,
});
