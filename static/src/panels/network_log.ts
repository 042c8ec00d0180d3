/** Panels: `<network-log>`, what a place of a widget had the server fetch, and what was refused. Set `instanceId`. */
import { LitElement, html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { api } from '../api.ts';
import { writtenSize } from '../declarative/sizes.ts';
import { locale, t, tn } from '../i18n.ts';
import { plain } from '../texts.ts';
import { when } from '../times.ts';

export interface LoggedRequest {
  method: string;
  url: string;
  /** Of the answer; none where the request was refused. */
  status: number | null;
  /** Bytes of the answer. */
  size: number;
  milliseconds: number;
  error: string;
  created_at: string;
  user: string | null;
}

/** Addresses longer than this are folded. */
const LONG = 160;

export class NetworkLog extends LitElement {
  static override properties = {
    instanceId: { attribute: false },
    requests: { state: true },
    failure: { state: true },
    busy: { state: true },
    unfolded: { state: true },
  };
  declare instanceId: string;
  declare private requests: LoggedRequest[] | undefined;
  declare private failure: string;
  declare private busy: boolean;
  /** The long address that is shown as a whole. */
  declare private unfolded: LoggedRequest | undefined;

  constructor() {
    super();
    this.instanceId = '';
    this.failure = '';
    this.busy = false;
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#load();
  }

  protected override render(): TemplateResult {
    return html`<div class="permissions-head">
        <h3 id="network-title">${t('Network')}</h3>
        <span class="caption" role="status">${this.requests?.length ? tn('{count} request', '{count} requests', this.requests.length) : nothing}</span>
        <button type="button" class="button push" data-size="small" aria-busy=${String(this.busy)} @click=${() => void this.#load()}>
          ${this.busy ? html`<span class="spinner" aria-hidden="true"></span>` : html`<wa-icon name="refresh" aria-hidden="true"></wa-icon>`}${t('Refresh')}
        </button>
      </div>
      ${this.failure ? this.#failed() : nothing} ${this.requests ? this.#list(this.requests) : this.failure ? nothing : skeleton()}`;
  }

  #list(requests: LoggedRequest[]): TemplateResult {
    if (requests.length === 0) {
      return html`<p class="muted permissions-none">${t('It has fetched nothing in the last seven days.')}</p>`;
    }
    const keyed = requests.map((request, at) => ({ request, key: `${request.created_at} ${request.url} ${requests.length - at}` }));
    return html`<ul class="rows network-rows" role="list" aria-labelledby="network-title">${repeat(keyed, ({ key }) => key, ({ request }) => this.#row(request))}</ul>
      <p class="caption">${t('The newest hundred of the last seven days, of everybody who sees this panel.')}</p>`;
  }

  #row(request: LoggedRequest): TemplateResult {
    const { method, status, error, user, created_at: moment } = request;
    const url = plain(request.url); // a script's words, which may want to be read as others
    const folded = url.length > LONG && this.unfolded !== request;
    const unfold = (): void => {
      this.unfolded = request;
    };
    return html`<li>
      <span class="badge mono" data-tone=${toneOf(request)}>${status ?? t('Refused')}</span>
      <div class="rows-text">
        <div class="network-address mono"><strong>${method}</strong> ${folded ? `${url.slice(0, LONG)}…` : url}</div>
        ${folded ? html`<button type="button" class="network-more" @click=${unfold}>${t('Show the whole address')}</button>` : nothing}
        ${error ? html`<div class="network-error">${plain(error)}</div>` : nothing}
        <div class="caption">${facts(request)}${when(moment)}${user ? html` · ${user}` : nothing}</div>
      </div>
    </li>`;
  }

  #failed(): TemplateResult {
    return html`<div class="alert" data-tone="error" role="alert">
      <wa-icon name="error" aria-hidden="true"></wa-icon>
      <div class="alert-body">${t('The network log could not be loaded.')} ${this.failure}</div>
    </div>`;
  }

  async #load(): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    try {
      const query = { instanceId: this.instanceId };
      this.requests = (await api.get<{ requests: LoggedRequest[] }>('/api/widgets/network-log', { query })).requests;
      this.failure = '';
    } catch (error) {
      this.failure = error instanceof Error ? error.message : t('Something went wrong.'); // what is shown stays
    } finally {
      this.busy = false;
    }
  }
}

function facts({ status, size, milliseconds }: LoggedRequest): string {
  if (status === null) return '';
  const time = new Intl.NumberFormat(locale(), { style: 'unit', unit: 'millisecond' }).format(milliseconds);
  return `${writtenSize(size, locale())} · ${time} · `;
}

function toneOf({ status, error }: LoggedRequest): string {
  if (status === null || error) return 'error';
  return status < 400 ? 'success' : 'warning';
}

function skeleton(): TemplateResult {
  return html`<div class="panel-skeleton" role="status" aria-label=${t('Loading')}><span class="skeleton"></span><span class="skeleton"></span></div>`;
}

if (!customElements.get('network-log')) customElements.define('network-log', NetworkLog);
