/** Apps: `<app-workspace app name>`, the tabs of one app, and those that were pushed in the conversation that is open. */
import { LitElement, html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import { t } from '../../i18n.ts';
import { live } from '../../live/client.ts';
import { apps as appsOfPage } from '../../sessions/apps.ts';
import { openSession, watchCurrent } from '../../sessions/current.ts';
import { openModal } from '../../sessions/modals.ts';
import { ctxOfAddress } from '../../sessions/places.ts';
import type { TabRequest } from '../../sessions/places.ts';
import { showPushed } from '../../sessions/pushed.ts';
import type { WidgetSession } from '../../sessions/session.ts';
import type { App, AppWidgets, Entry } from '../../sessions/shapes.ts';
import { titleOfKey, titleText } from '../../sessions/titles.ts';
import { KnownApps, readApps, readerStreams } from './known.ts';
import { chatAddress, failed, partsOf } from './list.ts';
import { tabBar, tabsOf } from './tabs.ts';
import type { Tab } from './tabs.ts';

export class AppWorkspace extends LitElement {
  static override properties = { app: {}, name: {}, chosen: { state: true }, widgets: { state: true }, fault: { state: true } };
  declare app: string;
  /** As the server knew it when the page was made. */
  declare name: string;
  /** Id of the open tab; the first where it is none of them. */
  declare private chosen: string;
  declare private widgets: AppWidgets | undefined;
  declare private fault: unknown;
  readonly #known = new KnownApps(readApps, (stream, listener) => live().subscribe(stream, listener));
  #session: WidgetSession | undefined;
  #leave: (() => void)[] = [];
  #leaveSession: (() => void)[] = [];
  /** What the declared widgets were read for; another version or another telling is another reading. */
  #read = '';
  #ctx = ctxOfAddress();

  constructor() {
    super();
    this.app = '';
    this.name = '';
    this.chosen = chosenInAddress();
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#known.addEventListener('change', this.#changed);
    window.addEventListener('popstate', this.#onBack);
    window.addEventListener('app:open-tab', this.#onTab);
    this.#leave = [watchCurrent(() => this.#join())];
    this.#join();
    void this.#known.start(readerStreams());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#known.removeEventListener('change', this.#changed);
    window.removeEventListener('popstate', this.#onBack);
    window.removeEventListener('app:open-tab', this.#onTab);
    for (const leave of [...this.#leave.splice(0), ...this.#leaveSession.splice(0)]) leave();
    this.#known.stop();
  }

  override render(): TemplateResult {
    const { state, failure } = this.#known;
    const app = this.#known.find(this.app);
    if (state === 'failed') return failed(failure, () => void this.#known.start());
    if (state === 'ready' && !app) return html`${this.#head(undefined)}${gone()}`;
    if (app && !app.enabled) return html`${this.#head(app)}${off(app)}`;
    if (this.fault !== undefined) return html`${this.#head(app)}${failed(this.fault, () => void this.#readWidgets(app!))}`;
    return html`${this.#head(app)}${app && this.widgets ? this.#tabs(app, this.widgets) : skeleton()}`;
  }

  #head(app: App | undefined): TemplateResult {
    return html`<header class="page-header app-head" data-accent=${app?.accent ?? nothing}>
      <span class="tile" data-tone=${app?.enabled === false ? 'neutral' : 'accent'}><wa-icon name=${app?.icon || 'widgets'}></wa-icon></span>
      <h1>${app?.name ?? this.name}</h1>
      ${app ? html`<span class="caption">${t('Version {version}', { version: app.version })}</span>` : nothing}
      ${app?.enabled
        ? html`<a class="button push" href=${chatAddress(app.id)}><wa-icon name="chat"></wa-icon>${t('Chat with this app')}</a>`
        : nothing}
    </header>`;
  }

  #tabs(app: App, widgets: AppWidgets): TemplateResult {
    const tabs = tabsOf(widgets, this.#session?.widgets ?? [], app.id).map((tab) => ({ ...tab, title: this.#title(tab) }));
    const open = tabs.find(({ id }) => id === this.chosen) ?? tabs[0];
    if (!open) return without(app, widgets.modals, (name) => void openModal({ app: app.id, name, ctx: {}, session: this.#session ?? openSession() }));
    return html`${tabBar(tabs, open, app.accent ?? undefined, { choose: (id) => this.#choose(id), close: (tab) => void this.#close(tab) })}
      <div class="app-tab-panel" id="app-tab-panel" role="tabpanel" tabindex="-1" aria-labelledby=${`app-tab-${open.id}`} data-accent=${open.accent ?? app.accent ?? nothing}>
        ${keyed(`${open.id} ${this.#read}`, this.#widget(app, open))}
      </div>`;
  }

  #widget(app: App, tab: Tab): TemplateResult {
    return tab.mounted
      ? html`<app-widget .mounted=${tab.mounted} .session=${this.#session}></app-widget>`
      : html`<app-widget .appId=${app.id} .widgetKey=${`workspace_tabs.${tab.id}`} .entry=${tab.entry} .ctx=${this.#ctx}></app-widget>`;
  }

  #title({ title, id, mounted }: Tab): string {
    const scope = { ctx: mounted?.ctx ?? this.#ctx, state: this.#session?.stateOf(this.app) ?? {} };
    return titleText(title, scope).trim() || titleOfKey(mounted?.ref ?? id);
  }

  /** The conversation that is open on this page, with the dialogs that are pushed in it. */
  #join(): void {
    const session = openSession();
    if (session === this.#session) return;
    for (const leave of this.#leaveSession.splice(0)) leave();
    this.#session = session;
    this.#leaveSession = [session.watch(() => this.requestUpdate()), showPushed(session)];
    this.requestUpdate();
  }

  readonly #changed = (): void => {
    const app = this.#known.find(this.app);
    if (app?.enabled && this.#read !== this.#readingOf(app)) void this.#readWidgets(app);
    this.requestUpdate();
  };

  #readingOf({ id, version }: App): string {
    return `${version} ${this.#known.heard.get(id) ?? 0}`;
  }

  async #readWidgets(app: App): Promise<void> {
    this.#read = this.#readingOf(app);
    const reading = this.#read;
    try {
      appsOfPage.forget(app.id);
      const widgets = await appsOfPage.widgets(app.id);
      if (reading !== this.#read) return;
      this.widgets = widgets;
      this.fault = undefined;
    } catch (error) {
      if (reading === this.#read) this.fault = error;
    }
  }

  #choose(id: string, ctx: Record<string, unknown> = {}): void {
    this.#ctx = ctx;
    if (id !== this.chosen) history.pushState(null, '', `?tab=${encodeURIComponent(id)}`);
    this.chosen = id;
    this.requestUpdate();
  }

  async #close(tab: Tab): Promise<void> {
    if (tab.mounted) await this.#session?.close(tab.mounted.widget_id, tab.mounted.app);
  }

  readonly #onBack = (): void => {
    this.chosen = chosenInAddress();
    this.#ctx = ctxOfAddress();
  };

  /** A widget of this app asks for one of its tabs. */
  readonly #onTab = (event: Event): void => {
    const { app, tab, ctx } = (event as CustomEvent<TabRequest>).detail;
    if (app !== this.app && this.#known.find(this.app)?.slug !== app) return;
    event.preventDefault();
    this.#choose(tab, ctx);
  };
}

function chosenInAddress(): string {
  return new URLSearchParams(location.search).get('tab') ?? '';
}

/** An app that lives in the chat alone says what it has there. */
function without(app: App, dialogs: AppWidgets['modals'], openDialog: (name: string) => void): TemplateResult {
  const names = Object.keys(dialogs);
  return html`<div class="card">
    <div class="empty">
      <span class="tile" data-tone="accent"><wa-icon name=${app.icon || 'widgets'}></wa-icon></span>
      <div class="empty-title">${t('This app has no tabs')}</div>
      <p>${t('It works beside the chat and in its messages.')}</p>
      <ul class="app-parts" role="list">${partsOf(app).map(([icon, text]) => html`<li><wa-icon name=${icon}></wa-icon>${text}</li>`)}</ul>
      ${names.length > 0
        ? html`<ul class="rows app-dialogs" role="list" aria-label=${t('Dialogs')}>${names.map((name) => dialogRow(name, dialogs[name]!, openDialog))}</ul>`
        : nothing}
      <a class="button" data-variant=${names.length > 0 ? 'secondary' : 'primary'} href=${chatAddress(app.id)}>${t('Chat with this app')}</a>
    </div>
  </div>`;
}

function dialogRow(name: string, { title, icon }: Entry, openDialog: (name: string) => void): TemplateResult {
  const words = titleText(title, {}).trim() || titleOfKey(name);
  return html`<li class="app-dialog">
    <wa-icon name=${icon || 'web_asset'} aria-hidden="true"></wa-icon><span class="app-dialog-title">${words}</span>
    <button type="button" class="button" data-size="small" @click=${() => openDialog(name)}>${t('Open')}<span class="visually-hidden"> ${words}</span></button>
  </li>`;
}

function off({ name, id }: App): TemplateResult {
  return html`<div class="card">
    <div class="empty">
      <span class="tile"><wa-icon name="power_settings_new"></wa-icon></span>
      <div class="empty-title">${t('{name} is switched off', { name })}</div>
      <p>${t('Nobody can use it until it is switched on again. What was entered into it stays.')}</p>
      <a class="button" href=${`/widgets/?widget=${encodeURIComponent(id)}`}>${t('Open its settings')}</a>
    </div>
  </div>`;
}

function gone(): TemplateResult {
  return html`<div class="card">
    <div class="empty">
      <span class="tile"><wa-icon name="delete"></wa-icon></span>
      <div class="empty-title">${t('This app was uninstalled')}</div>
      <p>${t('It is no longer there for you.')}</p>
      <a class="button" href="/apps/">${t('All apps')}</a>
    </div>
  </div>`;
}

function skeleton(): TemplateResult {
  return html`<div class="stack" role="status" aria-label=${t('Loading')}>
    <span class="skeleton app-skeleton-bar"></span><span class="skeleton"></span><span class="skeleton app-skeleton-body"></span>
  </div>`;
}
