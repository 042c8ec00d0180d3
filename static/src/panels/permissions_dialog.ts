/** Panels: `<panel-permissions>`: what a sandboxed widget may do in one place, what was answered, what it fetched. */
import { LitElement, html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { api } from '../api.ts';
import { t } from '../i18n.ts';
import { openDialog } from '../shell/dialogs.ts';
import { plain, plainName } from '../texts.ts';
import { answerWords, takeBack } from './answers.ts';
import { GrantList, counts } from './grants.ts';
import type { Grant } from './grants.ts';
import './network_log.ts';
import { isAsked, permissionIcon, permissionWords } from './permissions.ts';
import type { Problem } from './shapes.ts';
import './permissions.css';

/** The place of a widget that is asked about. */
export interface PermissionPlace {
  instanceId: string;
  widgetId: string;
  title: string;
}

/** What the server tells of a sandboxed widget. */
interface SandboxedWidget {
  name: string;
  source_type: string;
  source_ref: string;
  version: string;
  content_hash?: string;
  problems?: Problem[];
  sandbox: { status: string; permissions: string[]; network_allowlist: string[]; entrypoint_host: string } | null;
}

const HASH_SHOWN = 12;

export class PanelPermissions extends LitElement {
  static override properties = { place: { attribute: false }, widget: { state: true }, failure: { state: true } };
  declare place: PermissionPlace;
  declare private widget: SandboxedWidget | undefined;
  declare private failure: string;
  #grants: GrantList | undefined;
  readonly #redraw = (): void => this.requestUpdate();

  constructor() {
    super();
    this.failure = '';
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#grants = new GrantList(document.body.dataset['signedIn'] ?? '', this.place.instanceId);
    this.#grants.addEventListener('change', this.#redraw);
    void this.#grants.start();
    void this.#load();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#grants?.stop();
    this.#grants?.removeEventListener('change', this.#redraw);
  }

  async #load(): Promise<void> {
    this.failure = '';
    try {
      const path = `/api/widgets/${encodeURIComponent(this.place.widgetId)}`;
      this.widget = (await api.get<{ widget: SandboxedWidget }>(path)).widget;
    } catch (error) {
      this.failure = error instanceof Error ? error.message : t('Something went wrong.');
    }
  }

  protected override render(): TemplateResult {
    return html`${this.widget ? about(this.widget) : nothing}
      <section aria-labelledby="permissions-title">
        <h3 id="permissions-title" tabindex="-1">${t('What it may do here')}</h3>
        ${this.#rights()}
      </section>
      <section><network-log .instanceId=${this.place.instanceId}></network-log></section>`;
  }

  #rights(): TemplateResult {
    const grants = this.#grants!;
    const failure = this.failure || (grants.state === 'failed' ? grants.failure : '');
    if (failure) return this.#failed(failure);
    if (!this.widget || grants.state === 'loading') return skeleton();
    const { permissions = [], network_allowlist: hosts = [] } = this.widget.sandbox ?? {};
    const former = grants.grants.filter(({ permission }) => !permissions.includes(permission));
    if (permissions.length + former.length === 0) {
      return html`<p class="muted permissions-none">${t('It asks for nothing: it shows what it can show by itself.')}</p>`;
    }
    return html`<ul class="rows" role="list">
        ${repeat(permissions, (permission) => permission, (permission) => this.#right(permission, hosts))}
        ${repeat(former, ({ permission }) => permission, (grant) => this.#former(grant))}
      </ul>
      ${permissions.some(isAsked)
        ? html`<p class="caption">${t('The answers are yours alone; everybody who uses this panel is asked for themself.')}</p>`
        : nothing}`;
  }

  #right(permission: string, hosts: string[]): TemplateResult {
    const grant = this.#grants!.of(permission);
    const words = permissionWords(permission);
    return html`<li>
      <span class="tile" data-tone=${grant ? toneOf(grant) : 'neutral'}
        ><wa-icon name=${permissionIcon(permission)} aria-hidden="true"></wa-icon
      ></span>
      <div class="rows-text">
        <div class="card-title">${words}</div>
        <div class="card-subtitle">${grant ? answerWords(grant) : withoutAnswer(permission)}</div>
        ${permission === 'network:fetch' ? origins(hosts) : nothing}
      </div>
      ${grant ? this.#takeBack(grant, words) : nothing}
    </li>`;
  }

  /** An answer for something that this version does not ask for any more. */
  #former(grant: Grant): TemplateResult {
    const words = permissionWords(grant.permission);
    return html`<li>
      <span class="tile"><wa-icon name=${permissionIcon(grant.permission)} aria-hidden="true"></wa-icon></span>
      <div class="rows-text"><div class="card-title">${words}</div><div class="card-subtitle">${t('This version no longer asks for it.')}</div></div>
      ${this.#takeBack(grant, words)}
    </li>`;
  }

  #takeBack(grant: Grant, words: string): TemplateResult {
    const label = counts(grant) ? t('Ask again') : t('Forget');
    const run = (): void => {
      this.querySelector<HTMLElement>('#permissions-title')?.focus(); // the button goes
      void takeBack(this.#grants!, [grant]);
    };
    return html`<button type="button" class="button" data-size="small" aria-label=${`${label}: ${words}`} @click=${run}>${label}</button>`;
  }

  #failed(failure: string): TemplateResult {
    const retry = (): void => {
      if (this.failure) void this.#load();
      if (this.#grants!.state === 'failed') void this.#grants!.load();
    };
    return html`<div class="alert" data-tone="error" role="alert">
      <wa-icon name="error" aria-hidden="true"></wa-icon>
      <div class="alert-body">${t('The permissions could not be loaded.')} ${failure}</div>
      <button type="button" class="button" data-size="small" @click=${retry}>${t('Try again')}</button>
    </div>`;
  }
}

function about(widget: SandboxedWidget): TemplateResult {
  const { name, source_type, source_ref, version, content_hash: hash = '', problems = [], sandbox } = widget;
  const host = sandbox?.entrypoint_host ?? '';
  const from = source_type === 'url' ? hostOf(source_ref) : source_ref;
  return html`<section>
    <p>
      ${t('{name} runs a script of its own from {host}.', { name: plainName(name), host })}
      ${t('It works in a sealed frame: of this page it gets only what is listed here.')}
    </p>
    <dl class="facts permissions-facts">
      ${fact(t('Installed from'), html`${plain(from)}`)} ${fact(t('Version'), html`${plain(version)}`)}
      ${hash ? fact(t('SHA-256'), html`<span class="mono" title=${hash}>${hash.slice(0, HASH_SHOWN)}…</span>`) : nothing}
    </dl>
    ${problems.length > 0
      ? html`<div class="alert" data-tone="warning">
          <wa-icon name="warning" aria-hidden="true"></wa-icon>
          <div class="alert-body">
            <div class="alert-title">${t('Its script is not here, so its panels stay empty.')}</div>
            ${problems.map(({ message }) => html`<div>${plain(message)}</div>`)}
          </div>
        </div>`
      : nothing}
  </section>`;
}

function fact(name: string, value: TemplateResult): TemplateResult {
  return html`<div><dt>${name}</dt><dd>${value}</dd></div>`;
}

function origins(hosts: string[]): TemplateResult | typeof nothing {
  if (hosts.length === 0) return html`<div class="card-subtitle">${t('Its manifest names no server, so every request is refused.')}</div>`;
  return html`<ul class="permissions-hosts mono" role="list">${hosts.map((host) => html`<li>${host}</li>`)}</ul>`;
}

function withoutAnswer(permission: string): string {
  if (!isAsked(permission)) return t('Without asking.');
  const viewer = document.body.dataset['role'] === 'viewer';
  return viewer ? t('Not for you: viewers look and do not change.') : t('Asks you each time.');
}

function toneOf(grant: Grant): string {
  if (!counts(grant)) return 'neutral';
  return grant.level === 'never' ? 'error' : 'success';
}

function hostOf(address: string): string {
  try {
    return new URL(address).host;
  } catch {
    return address;
  }
}

function skeleton(): TemplateResult {
  return html`<div class="panel-skeleton" role="status" aria-label=${t('Loading')}>
    <span class="skeleton"></span><span class="skeleton"></span><span class="skeleton"></span>
  </div>`;
}

if (!customElements.get('panel-permissions')) customElements.define('panel-permissions', PanelPermissions);

/** Shows a place's permissions and its network log in a drawer. */
export function openPermissions(place: PermissionPlace): void {
  const { body } = openDialog({ title: t('Permissions of {title}', { title: place.title }), kind: 'drawer', width: 560 });
  const content = document.createElement('panel-permissions') as PanelPermissions;
  content.place = place;
  body.append(content);
}
