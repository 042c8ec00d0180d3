/** Playground: what is wrong with the draft, as a list that leads to the lines. */
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { t, tn } from '../../i18n.ts';
import { fileOf, shortWordsOf, wordsOf } from './checking.ts';
import type { Fallback, Problem } from './checking.ts';

export interface Listed extends Problem {
  severity: 'error' | 'warning';
}

export function problemList(problems: Listed[], files: Record<string, string>, go: (file: string, line: number) => void): TemplateResult | typeof nothing {
  if (problems.length === 0) return nothing;
  return html`<ul class="problems" role="list" tabindex="0" aria-label=${t('Problems')}>
    ${problems.map((problem) => html`<li data-severity=${problem.severity}>${row(problem, fileOf(problem, files), go)}</li>`)}
  </ul>`;
}

function row(problem: Listed, file: string, go: (file: string, line: number) => void): TemplateResult {
  const { severity, path, line } = problem;
  const words = html`<wa-icon name=${severity === 'error' ? 'error' : 'warning'} label=${severity === 'error' ? t('Error') : t('Warning')}></wa-icon>
    <span class="problem-text" title=${wordsOf(problem)}>${path ? html`<code>${path}</code> ` : nothing}${shortWordsOf(problem)}</span>
    <span class="caption">${[file, line ? t('line {line}', { line }) : ''].filter(Boolean).join(', ')}</span>`;
  return line ? html`<button type="button" class="problem" @click=${() => go(file, line)}>${words}</button>` : html`<div class="problem">${words}</div>`;
}

/** One line about how the draft stands. */
export function summary(errors: number, warnings: number): string {
  const parts = [
    errors > 0 ? tn('{count} error', '{count} errors', errors) : '',
    warnings > 0 ? tn('{count} warning', '{count} warnings', warnings) : '',
  ];
  return parts.filter(Boolean).join(', ') || t('Valid');
}

/** What an imported payload has that we do not; `go` leads to its line. */
export function fallbackList(kind: string, fallbacks: Fallback[], convert: () => void, go: (line: number) => void): TemplateResult {
  const name = kind === 'a2ui' ? 'A2UI' : t('Adaptive Card');
  return html`<div class="alert" data-tone=${fallbacks.length > 0 ? 'warning' : 'info'}>
    <wa-icon name=${fallbacks.length > 0 ? 'warning' : 'info'}></wa-icon>
    <div class="alert-body">
      <div class="alert-title">${t('This is {name}; it is shown with the primitives of this server.', { name })}</div>
      ${fallbacks.length === 0
        ? t('Everything in it has an equivalent.')
        : html`${tn('One element has no equivalent:', '{count} elements have no equivalent:', fallbacks.length)}
            <ul class="fallbacks">
              ${fallbacks.map(({ path, element, message, line }) => html`<li><code>${path}</code> ${element}: ${message} ${line ? lineButton(line, go) : nothing}</li>`)}
            </ul>`}
    </div>
    <button type="button" class="button" data-size="small" @click=${convert}>${t('Turn into YAML')}</button>
  </div>`;
}

function lineButton(line: number, go: (line: number) => void): TemplateResult {
  return html`<button type="button" class="fallback-line" @click=${() => go(line)}>${t('line {line}', { line })}</button>`;
}
