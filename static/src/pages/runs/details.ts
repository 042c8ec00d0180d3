/** Runs: all that is kept of one run. */
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { writtenSize } from '../../declarative/sizes.ts';
import { locale, t } from '../../i18n.ts';
import type { FullRun } from './server.ts';
import { duration, written } from './words.ts';

export function runDetails(run: FullRun): TemplateResult {
  return html`<div class="run-details">
    ${run.ok === false ? failure(run) : nothing} ${facts(run)} ${value(t('Input'), run.input)} ${run.ok === null ? nothing : value(t('Result'), run.result)} ${console(run)} ${calls(run)}
    ${fetches(run)}
  </div>`;
}

function failure({ error_code: code, error_message: message, error_stack: stack }: FullRun): TemplateResult {
  return html`<div class="alert" data-tone="error">
    <wa-icon name="error"></wa-icon>
    <div class="alert-body">
      <div class="alert-title"><span class="mono">${code}</span></div>
      ${message ? html`<p>${message}</p>` : nothing} ${stack && stack !== message ? html`<pre class="run-stack" tabindex="0" aria-label=${t('Where it happened')}>${stack}</pre>` : nothing}
    </div>
  </div>`;
}

function facts(run: FullRun): TemplateResult {
  return html`<dl class="facts">
    ${fact(t('Started'), html`${new Date(run.created_at).toLocaleString(locale())}`)} ${run.ok === null ? nothing : fact(t('Took'), html`${duration(run.milliseconds)}`)}
    ${fact(t('By'), html`${run.user}`)} ${run.version ? fact(t('Version'), html`${run.version}`) : nothing} ${fact(t('Given to its widget'), html`${run.widget_events}`)}
    ${run.job_id ? fact(t('Job'), html`<a href=${`/jobs/${run.job_id}/`}>${t('Open the job')}</a>`) : nothing}
    ${run.conversation_id ? fact(t('Conversation'), html`<a href=${`/chat/${run.conversation_id}/`}>${t('Open the conversation')}</a>`) : nothing}
  </dl>`;
}

export function fact(name: string, words: TemplateResult): TemplateResult {
  return html`<div><dt>${name}</dt><dd>${words}</dd></div>`;
}

export function value(title: string, what: unknown): TemplateResult {
  return html`<section>
    <h2>${title}</h2>
    <pre class="run-value" tabindex="0" aria-label=${title}>${written(what)}</pre>
  </section>`;
}

export function console({ log }: Pick<FullRun, 'log'>): TemplateResult {
  return html`<section>
    <h2>${t('Console')}</h2>
    ${log.length === 0
      ? html`<p class="muted">${t('It wrote nothing.')}</p>`
      : html`<ol class="run-console" tabindex="0" aria-label=${t('Console')}>
          ${log.map(([level, text]) => html`<li data-level=${level}><span class="run-level">${level}</span><span>${text}</span></li>`)}
        </ol>`}
  </section>`;
}

export function calls({ calls: all }: Pick<FullRun, 'calls'>): TemplateResult {
  return html`<section>
    <h2>${t('Host calls')}</h2>
    ${all.length === 0
      ? html`<p class="muted">${t('It asked this server for nothing.')}</p>`
      : html`<div class="table-frame" tabindex="0" role="region" aria-label=${t('Host calls')}>
          <table class="table">
            <thead><tr><th scope="col">${t('Call')}</th><th scope="col" data-align="end">${t('Took')}</th><th scope="col">${t('Refused')}</th></tr></thead>
            <tbody>
              ${all.map(({ method, milliseconds, refusal }) => html`<tr><td class="mono">context.${method}</td><td data-align="end">${duration(milliseconds)}</td><td>${refusal || '–'}</td></tr>`)}
            </tbody>
          </table>
        </div>`}
  </section>`;
}

function fetches({ fetches: all }: FullRun): TemplateResult | typeof nothing {
  if (all.length === 0) return nothing;
  return html`<section>
    <h2>${t('Requests to other servers')}</h2>
    <div class="table-frame" tabindex="0" role="region" aria-label=${t('Requests to other servers')}>
      <table class="table">
        <thead><tr><th scope="col">${t('Request')}</th><th scope="col">${t('Answer')}</th><th scope="col" data-align="end">${t('Size')}</th><th scope="col" data-align="end">${t('Took')}</th></tr></thead>
        <tbody>
          ${all.map(
            ({ method, url, status, error, size, milliseconds }) => html`<tr>
              <td class="mono run-address">${method} ${url}</td><td>${error || status}</td><td data-align="end">${writtenSize(size, locale())}</td><td data-align="end">${duration(milliseconds)}</td>
            </tr>`,
          )}
        </tbody>
      </table>
    </div>
  </section>`;
}
