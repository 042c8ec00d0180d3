/** Preview: `<zone-preview>`, widgets in the frames of their zones, alive but without any effect outside of the page. */
import { LitElement, html, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import '../declarative/index.ts';
import type { ActionHost, DataHost } from '../declarative/hosts.ts';
import { isRecord } from '../declarative/tree.ts';
import type { WidgetDefinition } from '../declarative/tree.ts';
import type { WidgetElement } from '../declarative/widget.ts';
import { t } from '../i18n.ts';
import { openDialog } from '../shell/dialogs.ts';
import type { OpenDialog } from '../shell/dialogs.ts';
import { dryActions, dryData } from './dry.ts';
import type { Noted, Stage } from './dry.ts';
import { framed } from './frames.ts';
import './preview.css';
import './tabs.css';
import { NO_VALUES } from './values.ts';
import type { Values } from './values.ts';
import { ZONE_ICONS, titleOf, zoneLabel } from './zones.ts';
import type { Place } from './zones.ts';

type Theme = 'light' | 'dark';

/** What is mounted, and what it was mounted from. */
interface Mounted {
  key: string;
  definition: WidgetDefinition;
  data: DataHost;
}

const SMALL = 320;
let previews = 0;

/**
 * `<zone-preview .places .values .chosen .succeeds>`: fires `noted` with what would have been done, and `chosen` with the
 * key of the place that is looked at.
 */
export class ZonePreview extends LitElement {
  static override properties = {
    places: { attribute: false },
    values: { attribute: false },
    chosen: {},
    succeeds: { attribute: false },
    theme: { state: true },
    narrow: { state: true },
    run: { state: true },
  };
  declare places: Place[];
  declare values: Values;
  declare chosen: string;
  /** Whether tools and requests answer that they worked. */
  declare succeeds: boolean;
  /** The theme of the preview; the page's where none is chosen. */
  declare private theme: Theme | undefined;
  declare private narrow: boolean;
  /** Counts how often it was begun anew. */
  declare private run: number;
  readonly #name = `preview-${(previews += 1)}`;
  readonly #actions: ActionHost;
  /** State that the widgets of one app share here. */
  #state: Record<string, unknown> = {};
  #ctx: Record<string, unknown> = {};
  #mounted: Mounted | undefined;
  /** Which bindings were told of already. */
  readonly #told = new Set<string>();
  #dialog: OpenDialog | undefined;

  constructor() {
    super();
    this.places = [];
    this.values = NO_VALUES;
    this.chosen = '';
    this.succeeds = true;
    this.theme = undefined;
    this.narrow = false;
    this.run = 0;
    this.#actions = dryActions(this.#stage());
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#dialog?.close();
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('values')) this.#state = { ...this.values.state };
  }

  /** Begins anew with the values as they were given. */
  restart(): void {
    this.#state = { ...this.values.state };
    this.#ctx = {};
    this.#told.clear();
    this.run += 1;
  }

  get #place(): Place | undefined {
    return this.places.find(({ key }) => key === this.chosen) ?? this.places[0];
  }

  override render(): TemplateResult | typeof nothing {
    const place = this.#place;
    if (!place) return nothing;
    return html`${this.#bar(place)}
      <div class="preview-stage themed" data-theme=${this.theme ?? nothing} data-accent="blue" data-tone="neutral" ?data-narrow=${this.narrow}>
        ${framed(place, this.#widget(place), this.#tabs(place))}
      </div>`;
  }

  #bar(place: Place): TemplateResult {
    return html`<div class="preview-bar">
      ${this.places.length > 1 ? this.#choice(place) : html`<span class="preview-zone"><wa-icon name=${ZONE_ICONS[place.zone]}></wa-icon>${zoneLabel(place.zone)}</span>`}
      <div class="preview-tools" role="group" aria-label=${t('How it is shown')}>
        ${this.#toggle('smartphone', t('Narrow, {width} pixels', { width: SMALL }), this.narrow, () => (this.narrow = !this.narrow))}
        ${this.#toggle('dark_mode', t('Dark theme'), this.#shownTheme() === 'dark', () => this.#otherTheme())}
        <button type="button" class="icon-button" data-size="small" aria-label=${t('Begin anew')} title=${t('Begin anew')} @click=${() => this.restart()}>
          <wa-icon name="restart_alt"></wa-icon>
        </button>
      </div>
    </div>`;
  }

  #toggle(icon: string, label: string, on: boolean, flip: () => void): TemplateResult {
    return html`<button type="button" class="icon-button preview-toggle" data-size="small" aria-pressed=${String(on)} aria-label=${label} title=${label} @click=${flip}>
      <wa-icon name=${icon}></wa-icon>
    </button>`;
  }

  #choice(place: Place): TemplateResult {
    return html`<label class="field preview-choice">
      <span class="visually-hidden">${t('What is shown')}</span>
      <select @change=${(event: Event) => this.#choose((event.target as HTMLSelectElement).value)}>
        ${this.places.map((each) => html`<option value=${each.key} ?selected=${each === place}>${optionText(each)}</option>`)}
      </select>
    </label>`;
  }

  /** The tabs beside a tab, which can be changed in the frame itself, too. */
  #tabs(place: Place): TemplateResult | typeof nothing {
    const tabs = place.zone === 'workspace_tabs' ? this.places.filter(({ zone }) => zone === 'workspace_tabs') : [];
    if (tabs.length === 0 || !place.name) return nothing;
    return html`<div class="app-tabs" role="group" aria-label=${t('Tabs')}>
      ${tabs.map(
        (tab) => html`<button type="button" class="app-tab" aria-pressed=${String(tab === place)} data-accent=${tab.entry.accent ?? nothing} @click=${() => this.#choose(tab.key)}>
          ${tab.entry.icon ? html`<wa-icon name=${tab.entry.icon}></wa-icon>` : nothing}<span>${titleOf(tab)}</span>
        </button>`,
      )}
    </div>`;
  }

  #widget(place: Place): TemplateResult {
    const mounted = this.#mount(place);
    return html`${keyed(
      mounted,
      html`<wm-widget .definition=${mounted.definition} .actionHost=${this.#actions} .dataHost=${mounted.data}></wm-widget>`,
    )}`;
  }

  /** The same as before while nothing of it has changed: what the person typed into it stays. */
  #mount(place: Place): Mounted {
    const key = JSON.stringify([place.key, place.entry.tree, place.entry.data, this.values, this.#ctx, this.run, this.theme]);
    if (this.#mounted?.key !== key) this.#mounted = { key, ...this.#definitionOf(place, this.#ctx) };
    return this.#mounted;
  }

  #definitionOf({ key, entry }: Place, ctx: Record<string, unknown>): Omit<Mounted, 'key'> {
    const { data = {}, tree } = entry;
    const definition: WidgetDefinition = {
      widgetId: `${this.#name}.${key}`,
      tree,
      data: uncached(data),
      values: this.values.data,
      ctx: { ...entry.ctx, ...this.values.ctx, ...ctx },
      state: { ...entry.state, ...this.#state },
    };
    return { definition, data: dryData(data, this.values, (what) => this.#note(what), this.#told) };
  }

  #stage(): Stage {
    return {
      succeeds: () => this.succeeds,
      results: () => this.values.results,
      note: (what) => this.#note(what),
      openModal: (name, ctx) => this.#openModal(name, ctx),
      openTab: (tab, ctx) => this.#openTab(tab, ctx),
      close: (widgetId) => this.#close(widgetId),
      stateChanged: () => this.#keepState(),
    };
  }

  #note(what: Noted): void {
    this.dispatchEvent(new CustomEvent<Noted>('noted', { detail: what }));
  }

  #choose(key: string, ctx: Record<string, unknown> = {}): void {
    this.#ctx = ctx;
    this.chosen = key;
    this.dispatchEvent(new CustomEvent<string>('chosen', { detail: key }));
    this.requestUpdate();
  }

  #openTab(tab: string, ctx: Record<string, unknown>): void {
    const key = `workspace_tabs.${tab}`;
    if (this.places.some((place) => place.key === key)) this.#choose(key, ctx);
    else this.#note({ kind: 'open_workspace', text: t('Would open the tab {tab}, which is not declared here.', { tab }), detail: { tab, ctx } });
  }

  /** In a real dialog, so that focus and keys are what they will be. */
  #openModal(name: string, ctx: Record<string, unknown>): void {
    const place = this.places.find(({ key }) => key === `modals.${name}`);
    if (!place) return this.#note({ kind: 'open_modal', text: t('Would open the dialog {name}, which is not declared here.', { name }), detail: { name, ctx } });
    this.#dialog?.close();
    const dialog = openDialog({ title: titleOf(place), width: place.entry.width ?? 560 });
    const { definition, data } = this.#definitionOf(place, ctx);
    const widget = document.createElement('wm-widget');
    Object.assign(widget, { actionHost: this.#actions, dataHost: data, definition });
    dialog.body.append(widget);
    this.#dialog = dialog;
    void dialog.closed.then(() => this.#dialog === dialog && (this.#dialog = undefined));
  }

  #close(widgetId?: string): void {
    if (this.#dialog && widgetId === undefined) this.#dialog.close();
    else this.#note({ kind: 'close', text: widgetId ? t('Would close {id}.', { id: widgetId }) : t('Would close this widget.'), detail: { widget_id: widgetId } });
  }

  /** One widget changed the state: the others here follow. */
  #keepState(): void {
    const widgets = [...this.querySelectorAll<WidgetElement>('wm-widget'), ...(this.#dialog?.body.querySelectorAll<WidgetElement>('wm-widget') ?? [])];
    const states = widgets.map((widget) => widget.mount?.store.get(['state']));
    const changed = states.find((state) => isRecord(state) && state !== this.#state && JSON.stringify(state) !== JSON.stringify(this.#state));
    if (!isRecord(changed)) return;
    this.#state = changed;
    for (const widget of widgets) widget.mount?.store.set(['state'], changed);
  }

  #shownTheme(): Theme {
    return this.theme ?? (document.documentElement.dataset['theme'] === 'dark' ? 'dark' : 'light');
  }

  #otherTheme(): void {
    this.theme = this.#shownTheme() === 'dark' ? 'light' : 'dark';
  }
}

function optionText(place: Place): string {
  const zone = zoneLabel(place.zone);
  const title = titleOf(place);
  return title === zone ? zone : `${zone}: ${title}`;
}

/** Nothing is kept from one trial to the next, and nothing is asked again by itself. */
function uncached(data: NonNullable<Place['entry']['data']>): NonNullable<Place['entry']['data']> {
  return Object.fromEntries(Object.entries(data).map(([name, { poll: _poll, cache: _cache, ...source }]) => [name, source]));
}

if (!customElements.get('zone-preview')) customElements.define('zone-preview', ZonePreview);

declare global {
  interface HTMLElementTagNameMap {
    'zone-preview': ZonePreview;
  }
}
