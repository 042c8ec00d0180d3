/**
 * Sandbox: `<plugin-frame instance-id="…" widget-id="…">`: a plugin's page wherever it stands, as high as it asks to be.
 * It reads by itself what it needs to show the place; `widget-id` is not needed for that, and is there to be found by.
 */
import { LitElement, html } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { ApiError } from '../api.ts';
import { t } from '../i18n.ts';
import '../panels/panels.css';
import './frame.ts';
import { pluginServer } from './plugin_server.ts';
import type { PluginPlaceInfo } from './plugin_server.ts';

/** Pixels, until the place has been read. */
const HEIGHT = 280;

export class PluginFrame extends LitElement {
  static override properties = {
    instanceId: { attribute: 'instance-id' },
    widgetId: { attribute: 'widget-id', reflect: true },
    place: { state: true },
    failure: { state: true },
    isGone: { state: true },
    height: { state: true },
  };
  declare instanceId: string;
  declare widgetId: string;
  declare private place: PluginPlaceInfo | undefined;
  declare private failure: string;
  declare private isGone: boolean;
  /** What the page asked for. */
  declare private height: number | undefined;
  #loading: AbortController | undefined;

  constructor() {
    super();
    this.instanceId = '';
    this.widgetId = '';
    this.failure = '';
    this.isGone = false;
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#loading?.abort();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasUpdated && !this.place) void this.#load();
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.has('instanceId') && this.instanceId) void this.#load();
  }

  protected override render(): TemplateResult {
    const { place } = this;
    const asked = this.height ?? place?.frame.plugin?.default_height ?? HEIGHT;
    this.style.setProperty('--plugin-height', `${Math.min(asked, place?.frame.plugin?.max_height ?? asked)}px`);
    if (this.isGone) return this.#gone();
    if (this.failure) return this.#failed();
    if (!place) return skeleton();
    return html`<sandbox-frame
      .panelId=${place.instance_id}
      .instanceId=${place.instance_id}
      .workspaceId=${place.workspace_id}
      .sessionId=${place.session_id}
      .label=${place.title}
      .info=${place.frame}
      @sandbox:resize=${this.#resize}
      @sandbox:reload=${() => void this.#load()}
    ></sandbox-frame>`;
  }

  async #load(): Promise<void> {
    this.#loading?.abort();
    const loading = (this.#loading = new AbortController());
    this.failure = '';
    this.isGone = false;
    try {
      const place = await pluginServer.place(this.instanceId, loading.signal);
      if (loading.signal.aborted) return;
      if (place.frame.hash !== this.place?.frame.hash) this.height = undefined;
      this.place = place;
      this.widgetId = place.frame.widget_id;
    } catch (error) {
      if (loading.signal.aborted) return;
      this.isGone = error instanceof ApiError && error.status === 404;
      this.failure = error instanceof Error ? error.message : t('Something went wrong.');
    }
  }

  readonly #resize = (event: CustomEvent<{ height?: number }>): void => {
    event.stopPropagation(); // the message around it is no place that grows by itself
    if (event.detail.height) this.height = event.detail.height;
  };

  #gone(): TemplateResult {
    return html`<div class="plugin-note" role="note">
      <wa-icon name="visibility_off" aria-hidden="true"></wa-icon>
      <span>${t('This widget is no longer there: its plugin was removed, or it is not open to you.')}</span>
    </div>`;
  }

  #failed(): TemplateResult {
    return html`<div class="plugin-note" role="alert">
      <wa-icon name="error" aria-hidden="true"></wa-icon>
      <span>${t('This widget could not be loaded.')} ${this.failure}</span>
      <button type="button" class="button" data-size="small" @click=${() => void this.#load()}>${t('Try again')}</button>
    </div>`;
  }
}

function skeleton(): TemplateResult {
  return html`<div class="panel-skeleton" role="status" aria-label=${t('Loading')}>
    <span class="skeleton"></span><span class="skeleton"></span><span class="skeleton"></span>
  </div>`;
}

if (!customElements.get('plugin-frame')) customElements.define('plugin-frame', PluginFrame);

declare global {
  interface HTMLElementTagNameMap {
    'plugin-frame': PluginFrame;
  }
}
