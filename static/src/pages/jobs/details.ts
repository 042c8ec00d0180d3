/** Jobs: everything about one job. */
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { locale, t } from '../../i18n.ts';
import { calls, console, fact, value } from '../runs/details.ts';
import { duration } from '../runs/words.ts';
import type { FullJob, JobRun } from './server.ts';
import { sign, taken } from './words.ts';

export function jobDetails(job: FullJob): TemplateResult {
  const last = job.runs.at(-1);
  return html`<div class="run-details">
    ${job.error ? failure(job) : nothing} ${facts(job)} ${job.input === null ? nothing : value(t('Input'), job.input)} ${job.result === null ? nothing : value(t('Result'), job.result)}
    ${last ? html`${console(last)} ${calls(last)}` : nothing} ${job.runs.length > 1 ? earlier(job, job.runs.slice(0, -1)) : nothing}
    ${job.subject ? html`<p><a href=${job.subject.url}>${t('Run log of the plugin')}</a></p>` : nothing}
  </div>`;
}

function failure({ state, error, error_code: code, runs }: FullJob): TemplateResult {
  const failed = state === 'failed';
  const said = runs.at(-1)?.error_message;
  return html`<div class="alert" data-tone=${failed ? 'error' : 'warning'}>
    <wa-icon name=${failed ? 'error' : 'update'}></wa-icon>
    <div class="alert-body">
      <div class="alert-title">${failed ? t('Why it failed') : t('Why the last attempt failed')}</div>
      <p>${error}</p>
      ${code ? html`<p class="caption mono">${code}${said && said !== error ? `: ${said}` : ''}</p>` : nothing}
    </div>
  </div>`;
}

function facts(job: FullJob): TemplateResult {
  const moment = (text: string): TemplateResult => html`${new Date(text).toLocaleString(locale())}`;
  const waits = job.state === 'queued' && Date.parse(job.run_after) > Date.now();
  return html`<dl class="facts">
    ${fact(t('State'), html`${sign(job).words}`)} ${fact(t('Begun by'), html`${job.user.name}`)} ${fact(t('Asked for'), moment(job.created_at))}
    ${job.started_at ? fact(t('Started'), moment(job.started_at)) : nothing} ${waits ? fact(t('Starts again'), moment(job.run_after)) : nothing}
    ${job.finished_at && job.started_at ? fact(t('Took'), html`${taken(job, Date.now())}`) : nothing} ${job.attempts > 1 ? fact(t('Attempts'), html`${job.attempts}`) : nothing}
  </dl>`;
}

function earlier(job: FullJob, runs: JobRun[]): TemplateResult {
  const address = (run: JobRun): string => `${job.subject?.url}?run=${run.id}`;
  return html`<section>
    <h3>${t('Earlier runs')}</h3>
    <ul class="job-runs" role="list">
      ${runs.map(
        (run) => html`<li>
          ${job.subject ? html`<a href=${address(run)}>${new Date(run.created_at).toLocaleString(locale())}</a>` : new Date(run.created_at).toLocaleString(locale())}
          <span class="caption">${outcomeOf(run)}</span>
        </li>`,
      )}
    </ul>
  </section>`;
}

function outcomeOf(run: JobRun): string {
  if (run.ok === null) return t('Interrupted');
  return run.ok ? t('Done in {time}', { time: duration(run.milliseconds) }) : `${run.error_code} ${run.error_message}`;
}
