/** Primitive `timeline`: events in the order of their time. */
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { t } from '../../i18n.ts';
import { cell } from '../cells.ts';
import { formatDate, millisecondsOf } from '../expressions/dates.ts';
import { isMissing, toText } from '../expressions/values.ts';
import { iconOf } from '../primitive.ts';
import type { Item } from '../primitive.ts';
import { PressablePrimitive } from '../pressable.ts';
import { definePrimitive } from '../registry.ts';
import { toneOf } from '../tones.ts';
import { skeleton } from './skeleton.ts';

type Template = 'title' | 'text' | 'time' | 'icon' | 'color';
type Name = Template | 'items' | 'item' | 'item_action' | 'item_key' | 'order' | 'time_format' | 'group_by_day' | 'limit' | 'empty';

const FORMATS = ['relative_time', 'date', 'time', 'datetime'] as const;

/** An event and when it was, in milliseconds since 1970; undefined where that cannot be told. */
interface Entry {
  item: Item;
  time: unknown;
  at: number | undefined;
}

interface Day {
  key: string;
  heading: string;
  entries: Entry[];
}

class TimelineElement extends PressablePrimitive<Name> {
  #all = false;

  protected override show(): unknown {
    const items = this.items('items', this.text('item_key', 'id'));
    if (items.length === 0) return this.#nothingThere();
    const entries = this.#ordered(items.map((item) => this.#entry(item)));
    const limit = this.#all ? Infinity : Math.max(1, this.number('limit', Infinity));
    const shown = limit < entries.length ? entries.slice(0, limit) : entries;
    const days = this.flag('group_by_day') ? this.#days(shown) : [{ key: '', heading: '', entries: shown }];
    return html`${repeat(days, ({ key }) => key, (day) => this.#day(day))}
      ${shown.length < entries.length ? this.#more(entries.length - shown.length) : nothing}`;
  }

  #entry(item: Item): Entry {
    const time = this.#of('time', item);
    return { item, time, at: millisecondsOf(time, this.scope.mount.surroundings()) };
  }

  /** A property of one event: as the tree says, else the event's own member of that name. */
  #of(name: Template, { scope }: Item): unknown {
    return this.evaluated(this.node[name] ?? `{{item.${name}}}`, scope);
  }

  #ordered(entries: Entry[]): Entry[] {
    const order = this.word('order', ['given', 'newest', 'oldest']);
    if (order === 'given') return entries;
    const sign = order === 'newest' ? -1 : 1;
    const known = entries.filter(({ at }) => at !== undefined).sort((a, b) => sign * (a.at! - b.at!));
    return [...known, ...entries.filter(({ at }) => at === undefined)];
  }

  #days(entries: Entry[]): Day[] {
    const days: Day[] = [];
    for (const entry of entries) {
      const heading = this.#heading(entry);
      const last = days.at(-1);
      if (last?.heading === heading) last.entries.push(entry);
      else days.push({ key: `${heading}/${entry.item.key}`, heading, entries: [entry] });
    }
    return days;
  }

  #heading({ time, at }: Entry): string {
    if (at === undefined) return t('At some time');
    const around = this.scope.mount.surroundings();
    const day = formatDate(time, 'iso', around);
    if (day === formatDate('today', 'iso', around)) return t('Today');
    if (day === formatDate(around.now.getTime() - 86_400_000, 'iso', around)) return t('Yesterday');
    return formatDate(day, 'long', around);
  }

  #day({ heading, entries }: Day): TemplateResult {
    const list = html`<ol class="timeline" role="list" aria-label=${this.label(heading) || nothing}>
      ${repeat(entries, ({ item }) => item.key, (entry) => this.#event(entry))}
    </ol>`;
    return heading ? html`<section class="timeline-day"><h4>${heading}</h4>${list}</section>` : list;
  }

  #event({ item, time }: Entry): TemplateResult {
    const [title, text, icon] = [toText(this.#of('title', item)), toText(this.#of('text', item)), toText(this.#of('icon', item))];
    const pressed = this.node['item_action'] !== undefined;
    return html`<li class="timeline-event" ?data-press=${pressed}>
      <span class="timeline-point" data-tone=${toneOf(toText(this.#of('color', item)))} ?data-icon=${icon !== ''} aria-hidden="true">${iconOf(icon)}</span>
      <div class="timeline-body">
        <div class="timeline-head">
          ${pressed ? this.#press(item, title) : html`<span class="timeline-title">${title}</span>`}${this.#time(time)}
        </div>
        ${text ? html`<p class="timeline-text">${text}</p>` : nothing}
        ${this.node['item'] ? this.child(this.node['item'], item.scope) : nothing}
      </div>
    </li>`;
  }

  #press(item: Item, title: string): TemplateResult {
    return html`<button type="button" class="card-press timeline-title" aria-label=${title ? nothing : t('Open')}
      @click=${() => this.press(this.node['item_action'], item.key, item.scope)}>${title}</button>`;
  }

  #time(time: unknown): TemplateResult | typeof nothing {
    if (isMissing(time) || time === '') return nothing;
    const around = this.scope.mount.surroundings();
    const at = millisecondsOf(time, around);
    if (at === undefined) return html`<span class="timeline-time">${toText(time)}</span>`;
    const shown = cell(time, this.word('time_format', FORMATS), around);
    return html`<time class="timeline-time" datetime=${new Date(at).toISOString()} title=${toText(cell(time, 'datetime', around))}>${shown}</time>`;
  }

  #nothingThere(): unknown {
    const state = this.bindingState();
    if (state === 'loading') return skeleton('list', 3);
    if (state === 'error') return nothing;
    return this.node['empty'] ? this.child(this.node['empty']) : html`<p class="muted">${t('No events.')}</p>`;
  }

  #more(count: number): TemplateResult {
    const showAll = (): void => {
      this.#all = true;
      this.requestUpdate();
    };
    return html`<button type="button" class="button list-more" data-variant="ghost" @click=${showAll}>${t('Show {count} more', { count })}</button>`;
  }
}

definePrimitive({
  type: 'timeline',
  properties: ['items', 'title', 'text', 'time', 'icon', 'color', 'item', 'item_action', 'item_key', 'order', 'time_format', 'group_by_day', 'limit', 'empty'],
  element: TimelineElement,
});
