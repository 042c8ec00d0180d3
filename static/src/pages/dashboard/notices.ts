/** Dashboard: what stands in the place of panels while there are none. */
import { html } from 'lit';
import type { TemplateResult } from 'lit';
import { t } from '../../i18n.ts';
import { setDock } from '../../shell/dock.ts';
import { page } from './page.ts';

/** Nothing stands here yet, and what to do next. */
export function empty(add: () => void): TemplateResult {
  if (!page.canWrite) return notice('dashboard', t('Nothing on this dashboard yet'), t('Panels that members add appear here.'));
  return notice(
    'dashboard',
    t('Nothing on this dashboard yet'),
    t('Add a panel of an installed widget or a built-in one. Whatever stands here, the chat can use.'),
    html`<div class="cluster">
      <button type="button" class="button" data-variant="primary" @click=${add}><wa-icon name="add" aria-hidden="true"></wa-icon>${t('Add a panel')}</button>
      <a class="button" href="/widgets/"><wa-icon name="download" aria-hidden="true"></wa-icon>${t('Install a widget')}</a>
      <button type="button" class="button" @click=${() => setDock(true)}><wa-icon name="forum" aria-hidden="true"></wa-icon>${t('Ask the chat')}</button>
    </div>`,
  );
}

export function gone(): TemplateResult {
  return notice(
    'visibility_off',
    t('This dashboard is not there any more'),
    t('It was deleted, or made private by its owner.'),
    html`<a class="button" href="/dashboard/">${t('Go to another dashboard')}</a>`,
  );
}

export function failed(reason: string, retry: () => void): TemplateResult {
  return html`<div class="alert" data-tone="error" role="alert">
    <wa-icon name="error" aria-hidden="true"></wa-icon>
    <div class="alert-body"><div class="alert-title">${t('The dashboard could not be loaded')}</div>${reason}</div>
    <button type="button" class="button" data-size="small" @click=${retry}>${t('Try again')}</button>
  </div>`;
}

export function skeletons(): TemplateResult {
  return html`<div class="dashboard-skeleton" role="status" aria-label=${t('Loading')}>
    <span class="skeleton"></span><span class="skeleton"></span><span class="skeleton"></span>
  </div>`;
}

function notice(icon: string, title: string, text: string, next?: TemplateResult): TemplateResult {
  return html`<div class="empty dashboard-empty">
    <span class="tile" aria-hidden="true"><wa-icon name=${icon}></wa-icon></span>
    <div class="empty-title">${title}</div>
    <p>${text}</p>
    ${next}
  </div>`;
}
