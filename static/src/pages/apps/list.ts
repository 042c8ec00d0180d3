/** Apps: `<app-list>`, a card for each app that the person sees. */
import { LitElement, html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { ApiError } from '../../api.ts';
import { t, tn } from '../../i18n.ts';
import { live } from '../../live/client.ts';
import { appAddress } from '../../sessions/places.ts';
import type { App } from '../../sessions/shapes.ts';
import { KnownApps, readApps, readerStreams } from './known.ts';

export class AppList extends LitElement {
  readonly #known = new KnownApps(readApps, (stream, listener) => live().subscribe(stream, listener));

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#known.addEventListener('change', this.#redraw);
    void this.#known.start(readerStreams());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#known.removeEventListener('change', this.#redraw);
    this.#known.stop();
  }

  readonly #redraw = (): void => this.requestUpdate();

  override render(): TemplateResult {
    const { state, apps, failure } = this.#known;
    if (state === 'failed') return failed(failure, () => void this.#known.start());
    if (state === 'loading') return skeleton();
    if (apps.length === 0) return empty();
    return html`<ul class="app-cards" role="list">
      ${repeat(
        apps,
        ({ id }) => id,
        (app) => html`<li>${card(app)}</li>`,
      )}
    </ul>`;
  }
}

function card(app: App): TemplateResult {
  const { id, name, version, enabled, accent } = app;
  return html`<article class="card app-card" data-accent=${accent ?? nothing} ?data-off=${!enabled}>
    <div class="card-header">
      <span class="tile" data-tone=${enabled ? 'accent' : 'neutral'}><wa-icon name=${app.icon || 'widgets'}></wa-icon></span>
      <div class="app-card-text">
        <h2 class="card-title"><a class="app-card-link" href=${appAddress(id)}>${name}</a></h2>
        <div class="card-subtitle">${t('Version {version}', { version })}</div>
      </div>
      ${enabled ? nothing : html`<span class="badge push">${t('Switched off')}</span>`}
    </div>
    <ul class="app-parts" role="list">${partsOf(app).map(([icon, text]) => html`<li><wa-icon name=${icon}></wa-icon>${text}</li>`)}</ul>
    ${enabled
      ? html`<div class="app-card-end"><a class="button" data-size="small" href=${chatAddress(id)}><wa-icon name="chat"></wa-icon>${t('Chat')}<span class="visually-hidden"> ${t('with {name}', { name })}</span></a></div>`
      : nothing}
  </article>`;
}

export function chatAddress(id: string): string {
  return `/chat/?app=${encodeURIComponent(id)}`;
}

/** What an app has: icon and words. */
export function partsOf({ chat_side: side, tabs, modals, inline, agents }: App): [string, string][] {
  const parts: [string, string, number][] = [
    ['dock_to_right', t('Side panel'), side ? 1 : 0],
    ['web', tn('{count} tab', '{count} tabs', tabs.length), tabs.length],
    ['web_asset', tn('{count} dialog', '{count} dialogs', modals.length), modals.length],
    ['chat_bubble', tn('{count} message', '{count} messages', inline.length), inline.length],
    ['smart_toy', tn('{count} agent', '{count} agents', agents.length), agents.length],
  ];
  return parts.filter(([, , count]) => count > 0).map(([icon, text]) => [icon, text]);
}

function empty(): TemplateResult {
  return html`<div class="card">
    <div class="empty">
      <span class="tile" data-tone="accent"><wa-icon name="apps"></wa-icon></span>
      <div class="empty-title">${t('No apps yet')}</div>
      <p>${t('An app is a package with panels, tabs and dialogs, written in YAML. Install one, or write your own in the playground.')}</p>
      <div class="cluster">
        <a class="button" data-variant="primary" href="/widgets/">${t('Install an app')}</a>
        <a class="button" href="/playground/">${t('Open the playground')}</a>
      </div>
    </div>
  </div>`;
}

export function failed(failure: unknown, again: () => void): TemplateResult {
  return html`<div class="alert" data-tone="error" role="alert">
    <wa-icon name="error"></wa-icon>
    <div class="alert-body">
      <div class="alert-title">${t('The apps could not be loaded.')}</div>
      ${failure instanceof ApiError ? failure.message : t('Something went wrong.')}
    </div>
    <button type="button" class="button" data-size="small" @click=${again}>${t('Try again')}</button>
  </div>`;
}

function skeleton(): TemplateResult {
  return html`<div class="app-cards" role="status" aria-label=${t('Loading')}>
    ${[0, 1, 2].map(
      () => html`<div class="card app-card" aria-hidden="true">
        <div class="card-header"><span class="tile skeleton"></span><span class="skeleton app-card-text"></span></div>
        <span class="skeleton"></span>
      </div>`,
    )}
  </div>`;
}
