/** Chat: runs of plugins' tools on the way to an answer, each as a card: what went in, how it stands, what came out. */
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { locale, t, tn } from '../i18n.ts';
import { safeLink } from './links.ts';
import type { Media, PluginRun, StreamEvent } from './plugin_shapes.ts';
import { foldView, streamView } from './plugin_streams.ts';
import type { ToolUse } from './shapes.ts';

type Part = TemplateResult | typeof nothing;
type Run = ToolUse & PluginRun;
type State = PluginRun['state'] | 'stopped';

export function isPluginRun(tool: ToolUse): tool is Run {
  return 'plugin' in tool;
}

/** `isWritten` while the answer is still being written. */
export function pluginRunsView(runs: readonly Run[], streams: readonly StreamEvent[], isWritten: boolean): Part {
  if (runs.length === 0) return nothing;
  const known = new Set(runs.map(({ run }) => run));
  return html`<div class="plugin-runs">
    ${runs.map((run, at) => {
      // What the run under way streams has an id that its card does not know yet.
      const isLast = at === runs.length - 1;
      const own = streams.filter((event) => event.run === run.run || (isLast && !known.has(event.run)));
      return runView(run, own, isWritten);
    })}
  </div>`;
}

function runView(run: Run, streams: readonly StreamEvent[], isWritten: boolean): TemplateResult {
  const state: State = run.state === 'running' && !isWritten ? 'stopped' : run.state;
  return html`<section class="plugin-run" data-state=${state} aria-label=${`${run.plugin.name}: ${nameOf(state)}`} aria-busy=${String(state === 'running')}>
    <div class="plugin-run-head">
      ${icon(state)}<span class="plugin-run-name truncate" title=${run.plugin.name}>${run.plugin.name}</span><code class="plugin-run-tool truncate">${run.tool}</code
      ><span class="plugin-run-state">${nameOf(state)}${run.milliseconds === undefined ? nothing : html` · ${duration(run.milliseconds)}`}</span>
    </div>
    ${streams.filter(({ type }) => type !== 'progress' || state !== 'done').map((event) => streamView(event, state !== 'running'))} ${words(run, state)} ${(run.media ?? []).map(mediaView)} ${folds(run)}
  </section>`;
}

function icon(state: State): TemplateResult {
  if (state === 'running') return html`<span class="spinner" aria-hidden="true"></span>`;
  const [name, tone] = { done: ['check_circle', 'success'], failed: ['error', 'error'], stopped: ['stop_circle', 'neutral'] }[state] as [string, string];
  return html`<wa-icon name=${name} data-tone=${tone} aria-hidden="true"></wa-icon>`;
}

function nameOf(state: State): string {
  return { running: t('Running…'), done: t('Done'), failed: t('Failed'), stopped: t('Stopped') }[state];
}

function words(run: Run, state: State): Part {
  if (state === 'failed') return html`<p class="plugin-run-fault" title=${run.error?.code ?? nothing}>${run.error?.message ?? run.summary}</p>`;
  if (state === 'stopped') return html`<p class="caption">${t('What it had begun may have been done.')}</p>`;
  if (!run.job) return nothing;
  return html`<p class="caption">${t('It goes on in the background.')} <a href="/jobs/${run.job}/">${t('See how far it is')}</a></p>`;
}

function folds(run: Run): Part {
  const hasInput = !isEmpty(run.arguments);
  const hasOutput = run.state === 'done' && !isEmpty(run.output);
  if (!hasInput && !hasOutput && !run.run) return nothing;
  return html`<div class="plugin-run-folds">
    ${hasInput ? fold(t('Input'), run.arguments) : nothing} ${hasOutput ? fold(t('Output'), run.output) : nothing}
    ${run.run ? html`<a class="plugin-run-log" href="/widgets/plugins/${run.plugin.id}/runs/?run=${run.run}">${t('Run log')}</a>` : nothing}
  </div>`;
}

function fold(name: string, value: unknown): TemplateResult {
  const shown = typeof value === 'string' ? value : JSON.stringify(value, null, 2);
  return foldView(name, shown);
}

function mediaView(media: Media): TemplateResult {
  if (media.kind === 'image' && media.url.startsWith('data:image/')) {
    return html`<figure class="plugin-picture">
      <img src=${media.url} alt=${media.name} loading="lazy" />
      <figcaption class="caption truncate">${media.name}${sizeOf(media)}</figcaption>
    </figure>`;
  }
  const isHere = media.url.startsWith('data:');
  const way = isHere ? undefined : safeLink(media.url, location.origin);
  const name = html`<wa-icon name="draft" aria-hidden="true"></wa-icon><span class="truncate">${media.name}</span><span class="muted">${sizeOf(media)}</span>`;
  if (isHere) return html`<a class="plugin-file" href=${media.url} download=${media.name}>${name}</a>`;
  if (way) return html`<a class="plugin-file" href=${way.href} target="_blank" rel="noopener noreferrer">${name}</a>`;
  return html`<div class="plugin-file">${name}<span class="muted">${t('too large to be shown here')}</span></div>`;
}

function sizeOf({ size }: Media): string {
  if (size === null) return '';
  if (size < 1_000) return ` · ${tn('{count} byte', '{count} bytes', size)}`;
  const [unit, name] = size < 1_000_000 ? [1_000, 'kilobyte'] : [1_000_000, 'megabyte'];
  const number = new Intl.NumberFormat(locale(), { style: 'unit', unit: name, maximumFractionDigits: 1 });
  return ` · ${number.format(size / unit)}`;
}

function duration(milliseconds: number): string {
  const isShort = milliseconds < 1_000;
  const unit = new Intl.NumberFormat(locale(), { style: 'unit', unit: isShort ? 'millisecond' : 'second', maximumFractionDigits: isShort ? 0 : 1 });
  return unit.format(isShort ? milliseconds : milliseconds / 1_000);
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}
