/** Chat: what a plugin's run streams while it goes on, as cards of its answer. */
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { styles } from '../declarative/styles.ts';
import { t } from '../i18n.ts';
import { hostOf, safeLink } from './links.ts';
import type { StreamEvent } from './plugin_shapes.ts';

type Part = TemplateResult | typeof nothing;
type Values = Record<string, unknown>;

/** `isOver` once the run has ended: nothing waits for the person any more. */
export function streamView(event: StreamEvent, isOver: boolean): TemplateResult {
  const values = asValues(event.data);
  switch (event.type) {
    case 'browser_live_view':
      return card('live_tv', t('Live view of a browser'), isOver ? t('It has ended.') : t('{name} works in a browser. You can watch it.', { name: event.plugin }), link(values['url'], isOver, t('Watch')));
    case 'browser_needs_input':
      return card(
        'back_hand',
        isOver ? t('A browser waited for you') : t('A browser waits for you'),
        text(values['message']) || text(values['reason']) || t('Take over, do what is needed, and the plugin goes on.'),
        link(values['url'], isOver, t('Take over')),
        isOver ? 'neutral' : 'warning',
      );
    case 'progress':
      return progress(values);
    default:
      return card('stream', event.type.replaceAll('_', ' '), text(event.data), details(event.data));
  }
}

function card(icon: string, title: string, words: string, rest: Part, tone = 'neutral'): TemplateResult {
  return html`<div class="plugin-event" data-tone=${tone}>
    <wa-icon name=${icon} aria-hidden="true"></wa-icon>
    <div class="plugin-event-body">
      <div class="plugin-event-title">${title}</div>
      ${words ? html`<div class="caption">${words}</div>` : nothing} ${rest}
    </div>
  </div>`;
}

function link(address: unknown, isOver: boolean, label: string): Part {
  const way = safeLink(address, location.origin);
  if (!way || isOver) return nothing;
  return html`<a class="button" data-size="small" href=${way.href} target="_blank" rel="noopener noreferrer">
    <wa-icon name="open_in_new" aria-hidden="true"></wa-icon><span class="truncate">${label}${way.external ? html` <span class="muted">${hostOf(way)}</span>` : nothing}</span>
  </a>`;
}

function progress(values: Values): TemplateResult {
  const given = Number(values['percent']);
  const percent = Number.isFinite(given) ? Math.round(Math.min(100, Math.max(0, given))) : undefined;
  const note = text(values['note']) || text(values['message']);
  return html`<div class="progress plugin-progress" ?data-indeterminate=${percent === undefined}>
    <div class="progress-label"><span>${note || t('Progress')}</span>${percent === undefined ? nothing : html`<span class="progress-value">${percent} %</span>`}</div>
    <div class="progress-track" role="progressbar" aria-label=${note || t('Progress')} aria-valuemin="0" aria-valuemax="100" aria-valuenow=${percent ?? nothing}>
      <div class="progress-fill" ${styles({ '--progress': percent === undefined ? undefined : String(percent) })}></div>
    </div>
  </div>`;
}

function details(data: unknown): Part {
  if (data === null || data === undefined || typeof data === 'string') return nothing;
  return foldView(t('Details'), JSON.stringify(data, null, 2));
}

/** Something that is opened to be read. */
export function foldView(name: string, text: string): TemplateResult {
  return html`<details class="plugin-fold">
    <summary><wa-icon name="chevron_right" aria-hidden="true"></wa-icon>${name}</summary>
    <pre class="chat-value" tabindex="0">${text}</pre>
  </details>`;
}

function asValues(data: unknown): Values {
  return typeof data === 'object' && data !== null && !Array.isArray(data) ? (data as Values) : {};
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
