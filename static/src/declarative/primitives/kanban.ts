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
import type WaDropdown from '@awesome.me/webawesome/dist/components/dropdown/dropdown.js';
import '@awesome.me/webawesome/dist/components/dropdown/dropdown.js';
import '@awesome.me/webawesome/dist/components/dropdown-item/dropdown-item.js';

type Name = 'columns' | 'items' | 'column_key' | 'item_key' | 'item' | 'item_action' | 'on_move' | 'empty';

interface Column {
  id: string;
  title: string;
  accent: string;
  limit: number | undefined;
}

/** A card that was sent elsewhere, until the data says so too. */
interface Move {
  from: string;
  to: string;
  /** Place in the column; undefined leaves it to the order of the data. */
  index: number | undefined;
  /** Place in the data when it was sent. */
  place: number;
}

class KanbanElement extends PressablePrimitive<Name> {
  #shown: Item[] = [];
  readonly #moves = new Map<string, Move>();
  /** Told to people who do not see the card arrive. */
  #news = '';
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
        ${repeat(columns, ({ id }) => id, (column) => this.#column(column, this.#placed(byColumn.get(column.id) ?? []), columns))}
      </div>
      <div class="visually-hidden" role="status">${this.#news}</div>`;
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

  /** Where a card is shown: a move is seen at once, and forgotten when the data has changed. */
  #columnOf(item: Item, columnKey: string): string {
    const column = keyOf(item.path ? this.readPath([...item.path, columnKey]) : memberOf(item.value, columnKey));
    const move = this.#moves.get(item.key);
    if (!move) return column;
    if (column === move.from && item.index === move.place) return move.to;
    this.#moves.delete(item.key);
    return column;
  }

  /** The cards of a column with those that were sent to a place of it there. */
  #placed(items: Item[]): Item[] {
    const placed = items.filter(({ key }) => this.#moves.get(key)?.index === undefined);
    for (const item of items) {
      const index = this.#moves.get(item.key)?.index;
      if (index !== undefined) placed.splice(index, 0, item);
    }
    return placed;
  }

  #column(column: Column, items: Item[], columns: Column[]): TemplateResult {
    const headingId = `${this.uid}-${columns.indexOf(column)}`;
    const tooMany = column.limit !== undefined && items.length > column.limit;
    const count = column.limit === undefined ? String(items.length) : `${items.length} / ${column.limit}`;
    return html`<section class="kanban-column" aria-labelledby=${headingId} data-accent=${column.accent || nothing}
        ${dropColumn(this, column.id, (place, index) => void this.#move(place.key, place.column, column, index), this.#ordered)}>
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
    return html`<li class="kanban-card" data-key=${item.key} ?data-press=${this.node['item_action'] !== undefined}
        ${movable ? dragCard(this, { key: item.key, column: column.id, index }) : nothing}>
      <div class="kanban-card-body">${this.child(this.node['item'], item.scope)}</div>
      ${this.node['item_action'] ? this.#open(item) : nothing}
      ${movable ? this.#menu(item, index, column, columns) : nothing}
    </li>`;
  }

  #open(item: Item): TemplateResult {
    return html`<button type="button" class="card-press kanban-open" aria-label=${t('Open {name}', { name: nameOf(item) })}
      @click=${() => this.press(this.node['item_action'], item.key, item.scope)}></button>`;
  }

  #menu(item: Item, index: number, column: Column, columns: Column[]): TemplateResult {
    const arm = (): void => {
      this.#armed = item.key;
      this.requestUpdate();
    };
    const chosen = (event: CustomEvent<{ item: HTMLElement & { value: string } }>): void => {
      const { value, dataset } = event.detail.item;
      const step = Number(dataset['step'] ?? 0);
      const target = step ? column : columns.find(({ id }) => id === value);
      if (target) void this.#send(item.key, column.id, target, step ? index + step : undefined);
    };
    const armed = item.key === this.#armed;
    return html`<wa-dropdown class="kanban-menu" placement="bottom-end" size="s" @wa-select=${chosen} @pointerenter=${arm} @focusin=${arm}>
      <button slot="trigger" type="button" class="icon-button" data-size="small" aria-label=${t('Move {name}', { name: nameOf(item) })}>
        <wa-icon name="more_horiz" aria-hidden="true"></wa-icon>
      </button>
      ${armed ? columns.filter(({ id }) => id !== column.id).map(({ id, title }) => html`<wa-dropdown-item value=${id}>${t('Move to {column}', { column: title })}</wa-dropdown-item>`) : nothing}
      ${armed && this.#ordered && index > 0 ? html`<wa-dropdown-item data-step="-1">${t('Move up')}</wa-dropdown-item>` : nothing}
      ${armed && this.#ordered && index < this.#countIn(column.id) - 1 ? html`<wa-dropdown-item data-step="1">${t('Move down')}</wa-dropdown-item>` : nothing}
    </wa-dropdown>`;
  }

  /** Whether places within a column mean anything to the action. */
  get #ordered(): boolean {
    return /\bindex\b/.test(JSON.stringify(this.node['on_move']) ?? '');
  }

  #countIn(column: string): number {
    const columnKey = this.text('column_key', 'column');
    return this.#shown.filter((item) => this.#columnOf(item, columnKey) === column).length;
  }

  /** From the menu: the focus goes with the card. */
  async #send(key: string, from: string, target: Column, index?: number): Promise<void> {
    const moved = this.#move(key, from, target, index);
    await this.updateComplete;
    const menu = this.querySelector<WaDropdown>(`.kanban-card[data-key="${CSS.escape(key)}"] > .kanban-menu`);
    await menu?.updateComplete; // only then can its button have the focus
    menu?.querySelector<HTMLElement>('[slot="trigger"]')?.focus();
    await moved;
  }

  /** The card is shown in its new place at once; when the action fails it goes back, and the person has been told why. */
  async #move(key: string, from: string, { id: to, title }: Column, index?: number): Promise<void> {
    const item = this.#shown.find((shown) => shown.key === key);
    if (!item) return;
    const move: Move = { from, to, index, place: item.index };
    this.#moves.set(key, move);
    this.#news = t('{name} is now in {column}.', { name: nameOf(item), column: title });
    this.requestUpdate();
    const outcome = await this.act(
      this.node['on_move'],
      { item: { value: item.value }, column: { value: to }, index: { value: index ?? null } },
      this.scope,
    );
    if (outcome?.ok || this.#moves.get(key) !== move) return;
    this.#moves.delete(key);
    this.#news = t('{name} could not be moved.', { name: nameOf(item) });
    this.requestUpdate();
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
