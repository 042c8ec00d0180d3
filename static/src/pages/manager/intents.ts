/** Manager: what the chat understands, as a table. */
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { t } from '../../i18n.ts';
import type { Command, Intent, Param } from './server.ts';

/** One row per intent; built-ins tell no parameters, so the column is left out there. */
export function intentTable(intents: (Intent | Command)[], name: string): TemplateResult {
  if (intents.length === 0) return html`<p class="muted">${t('The chat understands nothing of this widget: its manifest names no intents.')}</p>`;
  const withParams = intents.some((intent) => 'handler' in intent);
  return html`<div class="table-frame" tabindex="0" role="group" aria-label=${t('Chat commands of {name}', { name })}>
    <table class="table intents">
      <thead>
        <tr>
          <th scope="col">${t('Intent')}</th>
          <th scope="col">${t('What to say')}</th>
          ${withParams ? html`<th scope="col">${t('Parameters')}</th>` : nothing}
        </tr>
      </thead>
      <tbody>
        ${intents.map((intent) => row(intent, withParams))}
      </tbody>
    </table>
  </div>`;
}

function row(intent: Intent | Command, withParams: boolean): TemplateResult {
  const writes = intent.permission === 'write';
  return html`<tr>
    <th scope="row">
      <span class="mono">${breakable(intent.name)}</span>
      <span class="badge" data-tone=${writes ? 'warning' : 'neutral'}>${writes ? t('Write') : t('Read')}</span>
    </th>
    <td>
      ${intent.description ? html`<p>${intent.description}</p>` : nothing}
      <ul class="examples" role="list">
        ${(intent.examples ?? []).map((example) => html`<li>“${example}”</li>`)}
      </ul>
    </td>
    ${withParams ? html`<td>${params('paramsSchema' in intent ? (intent.paramsSchema ?? {}) : {})}</td>` : nothing}
  </tr>`;
}

/** A long name breaks after its underscores first. */
function breakable(name: string): TemplateResult[] {
  return name.split(/(?<=_)/).map((part) => html`${part}<wbr />`);
}

function params(schema: Record<string, Param>): TemplateResult {
  const entries = Object.entries(schema);
  if (entries.length === 0) return html`<span class="muted">—</span>`;
  return html`<dl class="params">
    ${entries.map(
      ([name, param]) => html`<div>
        <dt><span class="mono">${name}</span> <span class="caption">${kind(param)}</span></dt>
        ${param.description ? html`<dd class="caption">${param.description}</dd>` : nothing}
      </div>`,
    )}
  </dl>`;
}

function kind(param: Param): string {
  const parts = [param.type, param.required ? t('required') : '', 'default' in param ? t('default {value}', { value: JSON.stringify(param.default) }) : ''];
  return parts.filter(Boolean).join(', ');
}
