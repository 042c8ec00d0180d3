/** Primitive `kanban`: a board of columns; cards are dragged, or sent from a menu by keyboard. */
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import { repeat } from 'lit/directives/repeat.js';
import { t, tn } from '../../i18n.ts';
import { dragCard, dropColumn } from '../dragging.ts';
import { keyOf, toNumber, toText } from '../expressions/values.ts';
import type { Item } from '../primitive.ts';
import { PressablePrimitive } from '../pressable.ts';
import { definePrimitive } from '../registry.ts';
import { isRecord } from '../tree.ts';
import { skeleton } from './skeleton.ts';
import '@awesome.me/webawesome/dist/components/dropdown/dropdown.js';
import '@awesome.me/webawesome/dist/components/dropdown-item/dropdown-item.js';

type Name = 'columns' | 'items' | 'column_key' | 'item_key' | 'item' | 'item_action' | 'on_move' | 'empty';

interface Column {
  id: string;
  title: string;
  accent: string;
  limit: number | undefined;
}

class KanbanElement extends PressablePrimitive<Name> {
  #shown: Item[] = [];
  /** The card whose menu is at hand: a board of hundreds of cards need not hold hundreds of menus. */
  #armed = '';

  protected override show(): unknown {
    const columnKey = this.text('column_key', 'column');
    const items = this.items('items', this.text('item_key', 'id'), (item) => ({
      column: item.path ? { path: [...item.path, columnKey] } : { value: memberOf(item.value, columnKey) },
    }));
    this.#shown = items;
    if (items.length === 0 && this.bindingState() === 'loading') return skeleton('card', 3);
    const columns = this.#columns();
    const byColumn = Map.groupBy(items, (item) => this.#columnOf(item, columnKey));
    return html`<div class="kanban" role="group" aria-label=${this.label(t('Board'))} tabindex="0">
      ${repeat(columns, ({ id }) => id, (column) => this.#column(column, byColumn.get(column.id) ?? [], columns))}
    </div>`;
  }

  #columns(): Column[] {
    const columns = this.prop('columns');
    return (Array.isArray(columns) ? columns : []).filter(isRecord).map((column) => ({
      id: keyOf(column['id']),
      title: toText(column['title']) || keyOf(column['id']),
      accent: toText(column['accent']),
      limit: toNumber(column['limit']),
    }));
  }

  #columnOf(item: Item, columnKey: string): string {
    return keyOf(item.path ? this.readPath([...item.path, columnKey]) : memberOf(item.value, columnKey));
  }

  #column(column: Column, items: Item[], columns: Column[]): TemplateResult {
    const headingId = `${this.uid}-${columns.indexOf(column)}`;
    const tooMany = column.limit !== undefined && items.length > column.limit;
    const count = column.limit === undefined ? String(items.length) : `${items.length} / ${column.limit}`;
    return html`<section class="kanban-column" aria-labelledby=${headingId} data-accent=${column.accent || nothing}
        ${dropColumn(this, column.id, (place, index) => void this.#move(place.key, column.id, index))}>
      <h3 class="kanban-heading" id=${headingId}>${column.accent ? html`<span class="kanban-dot"></span>` : nothing}${column.title}
        <span class="badge" data-tone=${tooMany ? 'warning' : 'neutral'} aria-label=${tn('{count} card', '{count} cards', items.length)} role="img">${count}</span>
      </h3>
      <ul class="kanban-cards" role="list">
        ${repeat(items, ({ key }) => key, (item, index) => this.#card(item, index, column, columns))}
        ${items.length === 0 ? html`<li class="kanban-empty">${this.#empty(column)}</li>` : nothing}
      </ul>
    </section>`;
  }

  #empty(column: Column): unknown {
    if (!this.node['empty']) return t('Nothing here');
    return keyed(column.id, this.child(this.node['empty'], this.scope.with({ column: { value: column.id } })));
  }

  #card(item: Item, index: number, column: Column, columns: Column[]): TemplateResult {
    const movable = this.node['on_move'] !== undefined;
    return html`<li class="kanban-card" ?data-press=${this.node['item_action'] !== undefined}
        ${movable ? dragCard(this, { key: item.key, column: column.id, index }) : nothing}>
      <div class="kanban-card-body">${this.child(this.node['item'], item.scope)}</div>
      ${this.node['item_action'] ? this.#open(item) : nothing}
      ${movable ? this.#menu(item, column, columns) : nothing}
    </li>`;
  }

  #open(item: Item): TemplateResult {
    return html`<button type="button" class="card-press kanban-open" aria-label=${t('Open {name}', { name: nameOf(item) })}
      @click=${() => this.press(this.node['item_action'], item.key, item.scope)}></button>`;
  }

  #menu(item: Item, column: Column, columns: Column[]): TemplateResult {
    const chosen = (event: CustomEvent<{ item: { value: string } }>): void => void this.#move(item.key, event.detail.item.value);
    const arm = (): void => {
      this.#armed = item.key;
      this.requestUpdate();
    };
    const targets = item.key === this.#armed ? columns.filter(({ id }) => id !== column.id) : [];
    return html`<wa-dropdown class="kanban-menu" placement="bottom-end" size="s" @wa-select=${chosen} @pointerenter=${arm} @focusin=${arm}>
      <button slot="trigger" type="button" class="icon-button" data-size="small" aria-label=${t('Move {name}', { name: nameOf(item) })}>
        <wa-icon name="more_horiz" aria-hidden="true"></wa-icon>
      </button>
      ${targets.map(({ id, title }) => html`<wa-dropdown-item value=${id}>${t('Move to {column}', { column: title })}</wa-dropdown-item>`)}
    </wa-dropdown>`;
  }

  /** Tells the action; the board changes when the data does, which a host may do at once. */
  async #move(key: string, column: string, index?: number): Promise<void> {
    const item = this.#shown.find((shown) => shown.key === key);
    if (!item) return;
    await this.act(
      this.node['on_move'],
      { item: { value: item.value }, column: { value: column }, index: { value: index ?? null } },
      this.scope,
    );
  }
}

function memberOf(value: unknown, key: string): unknown {
  return isRecord(value) ? value[key] : undefined;
}

function nameOf({ value }: Item): string {
  return toText(memberOf(value, 'title') ?? memberOf(value, 'name') ?? memberOf(value, 'id'));
}

definePrimitive({
  type: 'kanban',
  properties: ['columns', 'items', 'column_key', 'item_key', 'item', 'item_action', 'on_move', 'empty'],
  element: KanbanElement,
});
