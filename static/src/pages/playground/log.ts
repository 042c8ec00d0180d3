/** Playground: what actions would have done: nothing of it has left the page. */
import { html } from 'lit';
import type { TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { t } from '../../i18n.ts';
import type { Noted } from '../../preview/dry.ts';

export interface LogEntry extends Noted {
  number: number;
}

const MOST = 50;

/** With the newest first; the oldest go. */
export function withEntry(log: LogEntry[], what: Noted): LogEntry[] {
  return [{ ...what, number: (log[0]?.number ?? 0) + 1 }, ...log].slice(0, MOST);
}

export function logView(log: LogEntry[], clear: () => void): TemplateResult {
  return html`<section class="play-log" aria-labelledby="log-title">
    <div class="play-log-head">
      <h2 id="log-title">${t('What would happen')}</h2>
      ${log.length > 0 ? html`<button type="button" class="button" data-size="small" data-variant="ghost" @click=${clear}>${t('Clear')}</button>` : ''}
    </div>
    <div role="log" aria-label=${t('What would happen')}>
      ${log.length === 0 ? html`<p class="caption">${t('This is a dry run: nothing is sent. What actions and bindings would do is listed here.')}</p>` : list(log)}
    </div>
  </section>`;
}

function list(log: LogEntry[]): TemplateResult {
  return html`<ol class="log-entries" role="list">
    ${repeat(
      log,
      ({ number }) => number,
      ({ kind, text, detail }) => html`<li>
        ${detail === undefined
          ? html`<span class="log-line"><span class="badge mono">${kind}</span>${text}</span>`
          : html`<details>
              <summary class="log-line"><span class="badge mono">${kind}</span>${text}</summary>
              <pre tabindex="0" aria-label=${t('Details')}>${JSON.stringify(detail, null, 2)}</pre>
            </details>`}
      </li>`,
    )}
  </ol>`;
}
