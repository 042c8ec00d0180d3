/** Manager: an installed plugin in the settings drawer: what it is and may, its tables, events, code, and run log. */
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { api } from '../../api.ts';
import { live } from 'lit/directives/live.js';
import { t } from '../../i18n.ts';
import { when } from '../../times.ts';
import { plainName } from '../../texts.ts';
import { openCredentials } from './credentials.ts';
import { ManagerElement, message } from './element.ts';
import { canManage } from './page.ts';
import { fileList } from './package.ts';
import { factsView, tables } from './plugin.ts';
import { plugins, runLogAddress } from './plugins.ts';
import type { EventTime, Events } from './plugins.ts';
import type { PackageFile, Plugin, Widget } from './server.ts';

const SHOWN_TIMES = 5;

/** `<plugin-settings .store .widget>`: reads the plugin anew when its version changes. */
export class PluginSettings extends ManagerElement {
  static override properties = {
    ...ManagerElement.properties,
    widget: { attribute: false },
    plugin: { state: true },
    events: { state: true },
    files: { state: true },
    failure: { state: true },
    telling: { state: true },
  };
  declare widget: Widget;
  declare private plugin: Plugin | undefined;
  declare private events: Events | undefined;
  declare private files: PackageFile[] | undefined;
  declare private failure: unknown;
  /** Why a Notify-me switch went back. */
  declare private telling: string;
  #version = '';

  constructor() {
    super();
    this.telling = '';
  }

  protected override willUpdate(): void {
    if (this.widget.package_version === this.#version) return;
    this.#version = this.widget.package_version;
    this.files = undefined;
    void this.#load();
  }

  override render(): TemplateResult {
    const { plugin, widget } = this;
    if (!plugin) return this.failure === undefined ? html`<div class="plugin-facts" role="status"><span class="skeleton"></span><span class="visually-hidden">${t('Loading')}</span></div>` : this.#failed();
    const manages = canManage(this.store.reader, widget);
    return html`<div class="package plugin-facts">
      ${plugin.tier === 'skill'
        ? nothing
        : html`<p><a class="button" data-size="small" href=${runLogAddress(widget.id)}><wa-icon name="receipt_long"></wa-icon>${t('Run log')}<span class="visually-hidden"> ${plainName(widget.name)}</span></a></p>`}
      ${factsView(plugin)}
      ${plugin.tier === 'skill' ? nothing : html`<plugin-hosts .store=${this.store} .widget=${widget}></plugin-hosts>`}
      ${tables(plugin, manages && plugin.tables.length > 0 ? this.#credentials() : nothing)} ${this.#events()} ${this.#code()}
    </div>`;
  }

  #failed(): TemplateResult {
    return html`<div class="alert" data-tone="error" role="alert">
      <wa-icon name="error"></wa-icon>
      <div class="alert-body">${t('What this plugin is could not be loaded.')} ${message(this.failure)}</div>
      <button type="button" class="button" data-size="small" @click=${() => void this.#load()}>${t('Try again')}</button>
    </div>`;
  }

  #credentials(): TemplateResult {
    return html`<p>
      <button type="button" class="button" data-size="small" @click=${() => openCredentials(this.widget)}>
        <wa-icon name="key"></wa-icon>${t('Open them with a PostgreSQL client…')}
      </button>
    </p>`;
  }

  #events(): TemplateResult | typeof nothing {
    const { events: known } = this;
    if (!known || known.events.length === 0) return nothing;
    return html`<section aria-labelledby="plugin-events-title">
      <h3 id="plugin-events-title">${t('What it can tell you of')}</h3>
      <ul class="rows event-rows" role="list">
        ${known.events.map(
          ({ id, name, description, subscribed }) => html`<li class="event-row">
            <div>
              <div class="card-title">${name}</div>
              <div class="caption">${description || id}</div>
            </div>
            <wa-switch .checked=${live(subscribed)} @change=${(event: Event) => void this.#subscribe(id, (event.target as HTMLInputElement).checked)}
              >${t('Notify me')}<span class="visually-hidden"> ${name}</span></wa-switch
            >
          </li>`,
        )}
      </ul>
      ${this.telling ? html`<div class="field"><p class="error" role="alert"><wa-icon name="error"></wa-icon>${this.telling}</p></div>` : nothing}
      ${known.recent.length === 0 ? html`<p class="muted">${t('None of it has happened yet.')}</p>` : this.#times(known)}
    </section>`;
  }

  #times({ recent, everyone }: Events): TemplateResult {
    return html`<h4 class="caption">${t('Last times')}</h4>
      <ul class="package-list" role="list">
        ${recent.slice(0, SHOWN_TIMES).map(
          (time) => html`<li><wa-icon name="notifications"></wa-icon><span>${this.#nameOf(time)}</span> <span class="muted">${everyone ? `${time.user} · ` : ''}${when(time.created_at)}</span></li>`,
        )}
      </ul>`;
  }

  #nameOf({ event }: EventTime): string {
    return this.events?.events.find(({ id }) => id === event)?.name ?? event;
  }

  /** The files are fetched when somebody wants to see them. */
  #code(): TemplateResult {
    return html`<section>
      <details class="package-agent" @toggle=${(event: Event) => (event.target as HTMLDetailsElement).open && void this.#loadFiles()}>
        <summary>${t('Its code and files')}</summary>
        ${this.files ? fileList(this.files) : html`<p class="muted">${t('Loading')}</p>`}
      </details>
    </section>`;
  }

  async #load(): Promise<void> {
    const { id } = this.widget;
    this.failure = undefined;
    try {
      [this.plugin, this.events] = await Promise.all([plugins.about(id), plugins.events(id)]);
    } catch (error) {
      this.failure = error;
    }
  }

  async #loadFiles(): Promise<void> {
    if (this.files) return;
    const { id } = this.widget;
    const { files } = await api.get<{ files: { path: string; size: number; media_type: string }[] }>(`/api/widgets/${id}/files`);
    this.files = files.map(({ path, size }) => ({ path, size, text: null, address: `/api/widgets/${id}/files/${path.split('/').map(encodeURIComponent).join('/')}` }));
  }

  async #subscribe(event: string, wish: boolean): Promise<void> {
    this.telling = '';
    try {
      const events = await plugins.subscribe(this.widget.id, event, wish);
      if (this.events) this.events = { ...this.events, events };
    } catch (error) {
      this.telling = message(error);
      this.requestUpdate();
    }
  }
}
