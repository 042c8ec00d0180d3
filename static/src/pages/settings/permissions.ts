/** Settings: what the reader has allowed or refused widgets, kept up to date while the page is open. */
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { ApiError } from '../../api.ts';
import { t } from '../../i18n.ts';
import { answerWords, takeBack } from '../../panels/answers.ts';
import { GrantList, counts } from '../../panels/grants.ts';
import type { Grant } from '../../panels/grants.ts';
import { permissionIcon, permissionWords } from '../../panels/permissions.ts';
import { plainName } from '../../texts.ts';
import { page } from './page.ts';
import { SettingsSection } from './section.ts';

/** One widget's answers. */
interface Granted {
  id: string;
  name: string;
  source: string;
  grants: Grant[];
}

export class SettingsPermissions extends SettingsSection {
  readonly #list = new GrantList(page.userId);

  override connectedCallback(): void {
    this.#list.addEventListener('change', this.#changed);
    super.connectedCallback();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#list.removeEventListener('change', this.#changed);
    this.#list.stop();
  }

  protected override async load(): Promise<void> {
    await this.#list.start();
    if (this.#list.state === 'failed') throw new ApiError('LIST', this.#list.failure, 0);
  }

  readonly #changed = (): void => {
    if (this.#list.state === 'ready') this.state = 'ready'; // a later reading may have worked
    this.requestUpdate();
  };

  protected override view(): TemplateResult {
    const widgets = byWidget(this.#list.grants);
    if (widgets.length === 0) return this.#empty();
    return html`${repeat(
      widgets,
      ({ id }) => id,
      (widget) => this.#widget(widget),
    )}`;
  }

  #empty(): TemplateResult {
    return html`<div class="card">
      <div class="empty">
        <span class="tile"><wa-icon name="shield"></wa-icon></span>
        <div class="empty-title">${t('No widget has a lasting answer')}</div>
        <p>${t('When one asks to change a note or to write in the chat, choose “Always allow” or “Always deny”, and the answer is listed here.')}</p>
      </div>
    </div>`;
  }

  #widget({ id, name, source, grants }: Granted): TemplateResult {
    const heading = `granted-${id}`;
    return html`<section class="granted" aria-labelledby=${heading}>
      <div class="granted-head">
        <div class="row-text">
          <h3 class="truncate" id=${heading} tabindex="-1" title=${name}>${name}</h3>
          <div class="caption truncate">${t('from {source}', { source })}</div>
        </div>
        ${grants.length > 1
          ? html`<button type="button" class="button push" data-size="small" data-variant="ghost" aria-label=${t('Revoke all: {name}', { name })} @click=${() => this.#revoke(grants)}>
              ${t('Revoke all')}
            </button>`
          : nothing}
      </div>
      <ul class="rows" role="list">
        ${repeat(
          grants,
          ({ instance_id, permission }) => `${instance_id} ${permission}`,
          (grant) => this.#row(grant),
        )}
      </ul>
    </section>`;
  }

  #row(grant: Grant): TemplateResult {
    const { permission, panel } = grant;
    const title = plainName(panel.title);
    const words = permissionWords(permission);
    const address = `/dashboard/${panel.workspace_id}/?panel=${encodeURIComponent(panel.panel_id)}`;
    return html`<li>
      <span class="tile" data-tone=${toneOf(grant)}><wa-icon name=${permissionIcon(permission)} aria-hidden="true"></wa-icon></span>
      <div class="row-text">
        <div class="card-title">${words}</div>
        <div class="card-subtitle granted-place">
          <a class="truncate" href=${address} title=${title}>${title}</a>
          <span class="truncate" title=${panel.workspace}>${panel.workspace}</span>
        </div>
        <div class="card-subtitle">${answerWords(grant)}</div>
      </div>
      <div class="row-end">
        <button type="button" class="button" data-size="small" aria-label=${t('Revoke: {words}, {place}', { words, place: title })} @click=${() => this.#revoke([grant])}>
          ${counts(grant) ? t('Revoke') : t('Forget')}
        </button>
      </div>
    </li>`;
  }

  /** The buttons go with what they take back; the focus stays near. */
  #revoke(grants: Grant[]): void {
    const widgets = byWidget(this.#list.grants);
    const { id } = grants[0]!.widget;
    const rest = widgets.find((widget) => widget.id === id)!.grants.length - grants.length;
    const heir = rest > 0 ? id : widgets.find((widget) => widget.id !== id)?.id;
    void takeBack(this.#list, grants);
    void this.updateComplete.then(() => {
      const next = document.getElementById(heir ? `granted-${heir}` : 'permissions-title');
      if (next && !next.hasAttribute('tabindex')) next.tabIndex = -1;
      next?.focus();
    });
  }
}

/** In the order of the list. */
function byWidget(grants: readonly Grant[]): Granted[] {
  const found = new Map<string, Granted>();
  for (const grant of grants) {
    const { id, name, source } = grant.widget;
    const known = found.get(id);
    if (known) known.grants.push(grant);
    else found.set(id, { id, name: plainName(name), source, grants: [grant] });
  }
  return [...found.values()];
}

function toneOf(grant: Grant): string {
  if (!counts(grant)) return 'neutral';
  return grant.level === 'never' ? 'error' : 'success';
}
