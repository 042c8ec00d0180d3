/** Manager: the page's element: install, search, and the list of what is installed and built in. */
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { live } from '../../live/client.ts';
import { t, tn } from '../../i18n.ts';
import { toast } from '../../shell/toasts.ts';
import type { ToastOptions } from '../../shell/toasts.ts';
import { appAddress } from '../../sessions/places.ts';
import { brief } from '../../texts.ts';
import { ManagerElement, message, pathList } from './element.ts';
import type { ManagerInstall } from './install.ts';
import type { Outcome } from './looking.ts';
import { canWrite, reader } from './page.ts';
import { addToDashboard } from './placing.ts';
import type { Installed, Widget } from './server.ts';
import { openSettings } from './settings.ts';
import { builtinRows, found, foundBuiltin, isApp } from './shelves.ts';
import type { BuiltinRow } from './shelves.ts';
import { ManagerStore } from './store.ts';

type ToastAction = NonNullable<ToastOptions['action']>;

const SKELETON_ROWS = [0, 1, 2, 3];
const FRESH_FOR = 2_400;
/** What is wrong there is said by the widget's row. */
const SCRIPT_PATH = 'sandbox.entrypoint';
/** What a plugin's page loads from elsewhere. */
const PINNED_PATH = /^manifest\.widget\.allowed(Scripts|Styles)\[/;

/** `<manager-list>`: makes the page's store and shows it. */
export class ManagerList extends ManagerElement {
  static override properties = { ...ManagerElement.properties, query: { state: true }, notice: { state: true }, fresh: { state: true } };
  declare private query: string;
  /** The widget installed last, when something about it is worth knowing. */
  declare private notice: Installed | undefined;
  declare private fresh: string;
  /** Takes away what the last install was announced with: one offer at a time. */
  #withdraw = (): void => undefined;

  constructor() {
    super();
    this.query = '';
    this.fresh = '';
    this.store = new ManagerStore(reader(), undefined, live());
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.store.addEventListener('access', () => location.reload(), { once: true });
    this.addEventListener('row-gone', () => this.querySelector<HTMLElement>('#search')?.focus());
    document.addEventListener('keydown', this.#slash);
    void this.#start();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener('keydown', this.#slash);
    this.store.stop();
  }

  /** `?widget=<id or built-in slug>` opens its settings at once. */
  async #start(): Promise<void> {
    await this.store.start();
    const wanted = new URLSearchParams(location.search).get('widget');
    if (wanted && this.store.state === 'ready') openSettings(this.store, wanted);
  }

  override render(): TemplateResult {
    if (this.store.state === 'failed') return this.#failed();
    return html`${this.#head()} ${this.store.state === 'loading' ? html`${this.#toolbar('')} ${skeleton()}` : this.#shelves()}`;
  }

  #head(): TemplateResult {
    return canWrite(this.store.reader)
      ? html`<manager-install .store=${this.store} @installed=${this.#installed}></manager-install>${this.#notice()}`
      : html`<div class="alert" data-tone="info">
          <wa-icon name="visibility"></wa-icon>
          <div class="alert-body">${t('You are a viewer here: you see what is installed and how it is set up. Members and admins change it.')}</div>
        </div>`;
  }

  /** A script that could not be had is told in the widget's own row, with a way to try again. */
  #notice(): TemplateResult | typeof nothing {
    const { widget, warnings = [] } = this.notice ?? {};
    if (!widget) return nothing;
    const close = (): void => {
      this.notice = undefined;
      void this.focusOn('#install-url');
    };
    const current = this.store.widget(widget.id) ?? widget;
    const lacks = (current.problems ?? []).length > 0;
    const others = warnings.filter(({ path }) => path !== SCRIPT_PATH && !PINNED_PATH.test(path));
    if (!lacks && others.length === 0) return nothing;
    return html`<div class="alert install-notice" data-tone="warning" role="status">
      <wa-icon name="warning"></wa-icon>
      <div class="alert-body">
        <div class="alert-title">${lacks ? t('{name} is installed, but without its script.', { name: brief(widget.name) }) : worthALook(widget, others.length)}</div>
        ${lacks ? html`<p>${t('Its panels stay empty until the script can be fetched: see its row below for what happened, and to try again.')}</p>` : nothing}
        ${pathList(others)}
      </div>
      <button type="button" class="icon-button" aria-label=${t('Close')} @click=${close}><wa-icon name="close"></wa-icon></button>
    </div>`;
  }

  #shelves(): TemplateResult {
    const widgets = this.store.widgets.filter((widget) => found(this.query, widget));
    const builtins = builtinRows(this.store.builtins).filter((row) => foundBuiltin(this.query, row));
    const nothingFound = this.query.trim() !== '' && widgets.length + builtins.length === 0;
    return html`${this.#toolbar(this.#count(widgets.length, builtins.length))}
      ${nothingFound ? this.#noResult() : html`${this.#installedShelf(widgets)} ${this.query.trim() ? nothing : html`<kept-data .store=${this.store}></kept-data>`} ${this.#builtinShelf(builtins)}`}`;
  }

  #count(widgets: number, builtins: number): string {
    if (this.query.trim()) return tn('{count} result', '{count} results', widgets + builtins);
    return `${t('{count} installed', { count: widgets })} · ${t('{count} built in', { count: builtins })}`;
  }

  #toolbar(count: string): TemplateResult {
    return html`<div class="manager-toolbar">
      <div class="search-field">
        <wa-icon name="search"></wa-icon>
        <input
          id="search"
          class="input"
          type="search"
          autocomplete="off"
          aria-label=${t('Search widgets')}
          aria-keyshortcuts="/"
          placeholder=${t('Search by name or command')}
          .value=${this.query}
          @input=${(event: Event) => (this.query = (event.target as HTMLInputElement).value)}
          @keydown=${(event: KeyboardEvent) => event.key === 'Escape' && this.#clear()}
        />
        ${this.query ? nothing : html`<kbd aria-hidden="true">/</kbd>`}
      </div>
      <span class="caption" role="status">${count}</span>
    </div>`;
  }

  #installedShelf(widgets: Widget[]): TemplateResult | typeof nothing {
    if (this.store.widgets.length === 0 && !this.query.trim()) return this.#empty();
    if (widgets.length === 0) return nothing;
    return html`<section aria-labelledby="installed-title">
      <h2 class="shelf-title" id="installed-title">${t('Installed')}</h2>
      <ul class="rows widget-rows" role="list">
        ${repeat(
          widgets,
          ({ id }) => id,
          (widget) => html`<li ?data-fresh=${widget.id === this.fresh}>
            <manager-row .store=${this.store} .widget=${widget} @details=${this.#details}></manager-row>
          </li>`,
        )}
      </ul>
    </section>`;
  }

  #builtinShelf(rows: BuiltinRow[]): TemplateResult | typeof nothing {
    if (rows.length === 0) return nothing;
    return html`<section aria-labelledby="builtin-title">
      <h2 class="shelf-title" id="builtin-title">${t('Built in')}</h2>
      <ul class="rows widget-rows" role="list">
        ${repeat(
          rows,
          ({ key }) => key,
          (row) => html`<li><builtin-row .store=${this.store} .row=${row} @details=${this.#details}></builtin-row></li>`,
        )}
      </ul>
    </section>`;
  }

  #empty(): TemplateResult {
    const may = canWrite(this.store.reader);
    return html`<div class="card">
      <div class="empty">
        <span class="tile" data-tone="accent"><wa-icon name="widgets"></wa-icon></span>
        <div class="empty-title">${t('No widgets installed yet')}</div>
        <p>
          ${may
            ? t('Give an address above, drop a file, or try a sample. What you install, the chat can use at once.')
            : t('When somebody installs a widget for everybody, it is listed here.')}
        </p>
        ${may ? html`<button type="button" class="button" @click=${this.#toInstall}>${t('Install a widget')}</button>` : nothing}
      </div>
    </div>`;
  }

  #noResult(): TemplateResult {
    return html`<div class="card">
      <div class="empty">
        <span class="tile"><wa-icon name="search_off"></wa-icon></span>
        <div class="empty-title">${t('Nothing matches “{query}”', { query: this.query.trim() })}</div>
        <p>${t('The search looks at names, slugs and chat commands.')}</p>
        <button type="button" class="button" @click=${() => this.#clear()}>${t('Clear the search')}</button>
      </div>
    </div>`;
  }

  #failed(): TemplateResult {
    return html`<div class="alert" data-tone="error" role="alert">
      <wa-icon name="error"></wa-icon>
      <div class="alert-body">
        <div class="alert-title">${t('The widgets could not be loaded.')}</div>
        ${message(this.store.failure)}
      </div>
      <button type="button" class="button" data-size="small" @click=${() => void this.#start()}>${t('Try again')}</button>
    </div>`;
  }

  #clear(): void {
    this.query = '';
    void this.focusOn('#search');
  }

  /** The key `/` goes to the search, except where one types or a dialog is open. */
  readonly #slash = (event: KeyboardEvent): void => {
    if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey) return;
    const target = event.target as HTMLElement;
    if (target.closest('input, textarea, select, [contenteditable]') || document.querySelector('dialog[open]')) return;
    event.preventDefault();
    this.querySelector<HTMLElement>('#search')?.focus();
  };

  async #showNotice(): Promise<void> {
    await this.updateComplete;
    this.querySelector('.install-notice')?.scrollIntoView({ block: 'nearest' });
  }

  readonly #toInstall = (): void => this.querySelector<ManagerInstall>('manager-install')?.focusAddress();

  readonly #details = (event: CustomEvent<string>): void => openSettings(this.store, event.detail);

  #addToDashboard({ id, name }: Widget): ToastAction {
    const thing = { name, variants: [{ letter: '', key: id, what: { widgetId: id } }] };
    return { label: t('Add to dashboard'), run: () => void addToDashboard(this.store, thing) };
  }

  readonly #installed = (event: CustomEvent<Outcome>): void => {
    const { widget, warnings = [], updated } = event.detail;
    this.notice = warnings.length > 0 ? event.detail : undefined;
    this.query = '';
    this.fresh = widget.id;
    setTimeout(() => (this.fresh = ''), FRESH_FOR);
    void this.#showNotice();
    this.#withdraw();
    const action = isApp(widget) ? openApp(widget) : this.#addToDashboard(widget);
    this.#withdraw = toast(updated ? t('{name} is updated.', { name: brief(widget.name) }) : t('{name} is installed.', { name: brief(widget.name) }), { kind: 'success', action, duration: 10_000 });
  };
}

function worthALook({ name }: Widget, count: number): string {
  return tn('{name} is installed. One thing is worth a look:', '{name} is installed. {count} things are worth a look:', count).replace('{name}', () => brief(name));
}

function openApp({ id }: Widget): ToastAction {
  return { label: t('Open'), run: () => location.assign(appAddress(id)) };
}

function skeleton(): TemplateResult {
  return html`<div class="rows widget-rows" role="status" aria-label=${t('Loading')}>
    ${SKELETON_ROWS.map(
      () => html`<div><div class="widget-row" aria-hidden="true">
        <span class="tile skeleton"></span>
        <div class="widget-about"><span class="skeleton"></span><span class="skeleton short"></span></div>
        <div class="sayings"><span class="skeleton"></span></div>
      </div></div>`,
    )}
  </div>`;
}
