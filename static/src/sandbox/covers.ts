/** Sandbox: what lies over a frame while its widget cannot be seen: loading, paused, or what went wrong. */
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { t } from '../i18n.ts';
import { plain } from '../texts.ts';
import { faultWords } from './faults.ts';
import type { Fault } from './faults.ts';

export function loadingCover(name: string): TemplateResult {
  return html`<div class="sandbox-cover" role="status" aria-label=${t('Loading {name}', { name })}>
    <div class="panel-skeleton">
      <span class="skeleton"></span><span class="skeleton"></span><span class="skeleton"></span>
    </div>
  </div>`;
}

export function pausedCover(): TemplateResult {
  return html`<div class="sandbox-cover sandbox-paused">
    <span class="caption"><wa-icon name="pause_circle" aria-hidden="true"></wa-icon>${t('Paused')}</span>
  </div>`;
}

/** A plugin works in the background for what was pressed in its page. */
export function workingLine(): TemplateResult {
  return html`<div class="panel-progress" role="status" aria-label=${t('Working in the background')}></div>`;
}

/** What is left to whoever sees the fault. */
export interface Ways {
  /** Whether the chat can use the widget all the same. */
  isInChat: boolean;
  canRetry: boolean;
  isRetrying: boolean;
  retry: () => void;
  report: () => void;
}

export function faultCover(fault: Fault, ways: Ways): TemplateResult {
  const isChatOnly = fault.kind === 'chat_only';
  return html`<div class="sandbox-cover sandbox-broken" role="alert">
    <div class="empty">
      <span class="tile" data-tone=${isChatOnly ? 'warning' : 'error'} aria-hidden="true">
        <wa-icon name=${isChatOnly ? 'cloud_off' : 'error'}></wa-icon>
      </span>
      <div class="sandbox-broken-words">
        <div class="empty-title">${t('Widget Error')}</div>
        <p>${faultWords(fault)}</p>
        ${isChatOnly ? whyChatOnly(fault, ways) : nothing}
      </div>
      <div class="cluster">
        ${ways.canRetry ? retryButton(ways) : nothing}
        <button type="button" class="button" data-variant="ghost" data-size="small" @click=${ways.report}>
          ${t('Details')}
        </button>
      </div>
    </div>
  </div>`;
}

function retryButton({ isRetrying, retry }: Ways): TemplateResult {
  return html`<button type="button" class="button" data-size="small" ?disabled=${isRetrying} aria-busy=${isRetrying}
    @click=${retry}>
    ${isRetrying ? html`<span class="spinner" aria-hidden="true"></span>` : nothing}${t('Retry')}
  </button>`;
}

function whyChatOnly({ messages }: Fault, { isInChat }: Ways): TemplateResult {
  return html`<p class="caption">
    ${plain(messages[0] ?? '')} ${isInChat ? t('Until it can be, only the chat knows this widget.') : nothing}
  </p>`;
}
