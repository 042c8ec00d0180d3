/** Settings: bearer tokens. */
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { t, tn } from '../../i18n.ts';
import { toast } from '../../shell/toasts.ts';
import { page } from './page.ts';
import { SettingsSection } from './section.ts';
import { server } from './server.ts';
import type { NewToken, Token } from './server.ts';
import { shownOnce } from './shown_once.ts';
import { when } from '../../times.ts';

const DAY = 86_400_000;
const FIELDS = ['name', 'scopes', 'expiresAt'];

export class SettingsTokens extends SettingsSection {
  #tokens: Token[] = [];
  #secret = '';
  #making = false;

  protected override async load(): Promise<void> {
    this.#tokens = await server.tokens();
  }

  protected override view(): TemplateResult {
    const active = this.#tokens.filter((token) => !isOver(token));
    const over = this.#tokens.filter(isOver);
    return html`
      ${this.#secret ? this.#newSecret() : nothing} ${this.#making ? this.#form() : nothing}
      ${active.length > 0 ? this.#list(active) : this.#making ? nothing : this.#empty()}
      ${this.#making
        ? nothing
        : html`<div ?hidden=${active.length === 0}>
            <button type="button" class="button" @click=${() => this.#show(true)}>
              <wa-icon name="add"></wa-icon>${t('New token')}
            </button>
          </div>`}
      ${over.length > 0
        ? html`<details>
            <summary class="caption">${tn('{count} revoked or expired token', '{count} revoked or expired tokens', over.length)}</summary>
            ${this.#list(over)}
          </details>`
        : nothing}
    `;
  }

  #empty(): TemplateResult {
    return html`<div class="card">
      <div class="empty">
        <span class="tile"><wa-icon name="key"></wa-icon></span>
        <div class="empty-title">${t('No tokens yet')}</div>
        <p>${t('Make one for a program that should read your manifests or run intents for you.')}</p>
        <button type="button" class="button" data-variant="primary" @click=${() => this.#show(true)}>${t('New token')}</button>
      </div>
    </div>`;
  }

  #form(): TemplateResult {
    return html`<form class="card form" @submit=${this.#create}>
      <div class="form-grid">
        <div class="field">
          <label for="token-name">${t('Name')}</label>
          <input id="token-name" name="name" maxlength="200" required autocomplete="off" placeholder=${t('Chat backend')} />
          ${this.fault('name')}
        </div>
        <div class="field">
          <label for="token-days">${t('Ends')}</label>
          <select id="token-days" name="days">
            <option value="30">${t('in 30 days')}</option>
            <option value="90" selected>${t('in 90 days')}</option>
            <option value="365">${t('in a year')}</option>
            <option value="">${t('never')}</option>
          </select>
          ${this.fault('expiresAt')}
        </div>
      </div>
      <fieldset class="scope-list">
        <legend>${t('What it may do')}</legend>
        ${page.scopes().map(
          ([scope, meaning]) =>
            html`<label class="check">
              <input type="checkbox" name="scopes" value=${scope} />
              <span>${meaning}<span class="hint caption mono">${scope}</span></span>
            </label>`,
        )}
        <div class="field">${this.fault('scopes')}</div>
      </fieldset>
      ${page.isAdmin
        ? html`<label class="check">
            <input type="checkbox" name="service" />
            <span>
              ${t('Service token')}
              <span class="hint caption">${t('May act for every member whom a request names. Only admins make these.')}</span>
            </span>
          </label>`
        : nothing}
      <div class="form-actions">
        <button class="button" data-variant="primary" ?disabled=${this.busy}>${t('Create token')}</button>
        <button type="button" class="button" data-variant="ghost" @click=${() => this.#show(false)}>${t('Cancel')}</button>
      </div>
    </form>`;
  }

  #newSecret(): TemplateResult {
    const text = t('Keep it now in a safe place. It is not shown again.');
    return shownOnce(t('The new token'), text, this.#secret, () => {
      this.#secret = '';
      this.requestUpdate();
    });
  }

  #list(tokens: Token[]): TemplateResult {
    return html`<ul class="rows">
      ${repeat(
        tokens,
        (token) => token.id,
        (token) => this.#row(token),
      )}
    </ul>`;
  }

  #row(token: Token): TemplateResult {
    return html`<li>
      <div class="row-text">
        <div class="card-title">
          ${token.name}
          ${token.is_service ? html`<span class="badge" data-tone="warning">${t('Service')}</span>` : nothing}
          ${token.scopes.map((scope) => html`<span class="badge mono">${scope}</span>`)}
        </div>
        <div class="card-subtitle">
          <span class="mono">${token.prefix}…</span> ·
          ${token.last_used_at ? html`${t('last used')} ${when(token.last_used_at)}` : t('never used')} · ${ending(token)}
        </div>
      </div>
      ${isOver(token)
        ? nothing
        : html`<div class="row-end">
            <inline-confirm
              label=${t('Revoke')}
              confirm=${t('Revoke')}
              about=${token.name}
              question=${t('Revoke {name}? Programs that use it stop working at once.', { name: token.name })}
              ?disabled=${this.busy}
              @confirmed=${() => void this.#revoke(token)}
            ></inline-confirm>
          </div>`}
    </li>`;
  }

  async #show(making: boolean): Promise<void> {
    this.#making = making;
    this.faults = {};
    this.requestUpdate();
    await this.updateComplete;
    this.querySelector<HTMLElement>(making ? '#token-name' : 'button')?.focus();
  }

  readonly #create = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const wanted = read(new FormData(event.target as HTMLFormElement));
    await this.attempt(async () => {
      const { token, secret } = await server.createToken(wanted);
      this.#tokens = [token, ...this.#tokens];
      this.#secret = secret;
      this.#making = false;
    }, FIELDS);
  };

  async #revoke(token: Token): Promise<void> {
    const worked = await this.attempt(async () => {
      await server.revokeToken(token.id);
      await this.load();
    });
    if (worked) toast(t('{name} is revoked.', { name: token.name }), { kind: 'success' });
  }
}

function read(form: FormData): NewToken {
  const days = String(form.get('days'));
  const token: NewToken = {
    name: String(form.get('name')),
    scopes: form.getAll('scopes').map(String),
    service: form.get('service') !== null,
  };
  return days ? { ...token, expiresAt: new Date(Date.now() + Number(days) * DAY).toISOString() } : token;
}

function isOver(token: Token): boolean {
  return token.revoked_at !== null || (token.expires_at !== null && Date.parse(token.expires_at) <= Date.now());
}

function ending(token: Token): TemplateResult {
  if (token.revoked_at) return html`${t('revoked')} ${when(token.revoked_at)}`;
  return token.expires_at ? html`${t('ends')} ${when(token.expires_at)}` : html`${t('never ends')}`;
}
