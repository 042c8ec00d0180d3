/** Chat: what an intent answered: a compact list, and where one can go from there. */
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { t } from '../i18n.ts';
import { hostOf, safeLink } from './links.ts';
import type { SafeLink } from './links.ts';
import type { IntentResult, ResultItem } from './shapes.ts';

/** Items shown before one asks for all. */
export const FEW_ITEMS = 8;

type Part = TemplateResult | typeof nothing;

/** The result without its message, which is the answer's text. */
export function resultView(result: IntentResult, text: string, showAll: boolean, toggle: () => void): TemplateResult {
  const { items = [] } = result;
  const shown = showAll ? items : items.slice(0, FEW_ITEMS);
  return html`${heading(result, text)}
  ${items.length > 0 ? html`<ul class="chat-items">${shown.map(item)}</ul>` : nothing}
  ${footer(result, items.length, shown.length, showAll, toggle)} ${ways(result)}`;
}

function heading({ title, subtitle }: IntentResult, text: string): Part {
  const shown = title && title !== text ? title : '';
  if (!shown && !subtitle) return nothing;
  return html`<div class="chat-result-head">
    ${shown ? html`<div class="card-title">${shown}</div>` : nothing}${subtitle ? html`<div class="card-subtitle">${subtitle}</div>` : nothing}
  </div>`;
}

function item({ id, title, subtitle, url }: ResultItem): TemplateResult {
  const link = safeLink(url, location.origin);
  const name = title || id;
  return html`<li>
    <div class="chat-item-title">${link ? anchor(link, name) : name}</div>
    ${subtitle ? html`<div class="caption">${subtitle}</div>` : nothing}
  </li>`;
}

function anchor(link: SafeLink, name: string): TemplateResult {
  if (!link.external) return html`<a href=${link.href}>${name}</a>`;
  return html`<a href=${link.href} target="_blank" rel="noopener noreferrer" title=${link.href}
    >${name}<wa-icon name="open_in_new" aria-hidden="true"></wa-icon><span class="visually-hidden"> ${t('(opens in a new tab)')}</span></a
  >`;
}

function footer({ totalCount }: IntentResult, all: number, shown: number, showAll: boolean, toggle: () => void): Part {
  const total = Math.max(totalCount ?? 0, all);
  if (all === 0 || (all <= FEW_ITEMS && total <= all)) return nothing;
  return html`<div class="chat-items-foot caption">
    ${t('{shown} of {total}', { shown, total })}
    ${all > FEW_ITEMS
      ? html`<button type="button" class="button" data-size="small" data-variant="ghost" aria-expanded=${String(showAll)} @click=${toggle}>
          ${showAll ? t('Show fewer') : t('Show all {count}', { count: all })}
        </button>`
      : nothing}
  </div>`;
}

/** Links, never a jump: an answer does not take anybody anywhere by itself. */
function ways({ showInViewPanel, navigateTo, openUrl }: IntentResult): Part {
  const page = safeLink(navigateTo, location.origin);
  const address = safeLink(openUrl, location.origin);
  if (!showInViewPanel && !page && !address) return nothing;
  return html`<div class="cluster chat-ways">
    ${showInViewPanel ? panelWay(showInViewPanel) : nothing} ${page ? way(page, t('Go to the page')) : nothing}
    ${address ? way(address, t('Open')) : nothing}
  </div>`;
}

function way(link: SafeLink, label: string): TemplateResult {
  const target = link.external ? { target: '_blank', rel: 'noopener noreferrer' } : { target: '_self', rel: 'noopener' };
  return html`<a class="button" data-size="small" href=${link.href} target=${target.target} rel=${target.rel}>
    <wa-icon name=${link.external ? 'open_in_new' : 'arrow_forward'} aria-hidden="true"></wa-icon
    ><span class="truncate">${link.external ? t('Open {host}', { host: hostOf(link) }) : label}</span>
  </a>`;
}

/** The page shows the panel where it can; elsewhere the link leads to the dashboard with it. */
function panelWay(panelId: string): TemplateResult {
  const show = (event: MouseEvent): void => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    const asked = new CustomEvent('panel:open', { detail: { panel_id: panelId }, cancelable: true });
    if (!window.dispatchEvent(asked)) event.preventDefault();
  };
  return html`<a class="button" data-size="small" href="/dashboard/?panel=${encodeURIComponent(panelId)}" @click=${show}>
    <wa-icon name="open_in_full" aria-hidden="true"></wa-icon>${t('Open panel')}
  </a>`;
}
