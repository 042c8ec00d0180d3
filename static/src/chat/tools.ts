/** Chat: the tools that were called on the way to an answer, folded under it. */
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { t, tn } from '../i18n.ts';
import { isPluginRun } from './plugin_runs.ts';
import type { ToolUse } from './shapes.ts';

/** Those of plugins have cards of their own. */
export function toolsView(all: readonly ToolUse[]): TemplateResult | typeof nothing {
  const tools = all.filter((tool) => !isPluginRun(tool));
  if (tools.length === 0) return nothing;
  const failed = tools.filter(({ success }) => !success).length;
  return html`<details class="chat-tools">
    <summary>
      <wa-icon name="build" aria-hidden="true"></wa-icon>${tn('Used {count} tool', 'Used {count} tools', tools.length)}${failed > 0
        ? html`<span class="badge" data-tone="warning">${tn('{count} failed', '{count} failed', failed)}</span>`
        : nothing}
    </summary>
    <ol>${tools.map(toolView)}</ol>
  </details>`;
}

function toolView({ tool, arguments: given, success, summary }: ToolUse): TemplateResult {
  return html`<li>
    <div class="chat-tool-name">
      <wa-icon name=${success ? 'check' : 'error'} data-tone=${success ? 'success' : 'error'} aria-hidden="true"></wa-icon><code>${tool}</code
      ><span class="visually-hidden">${success ? t('worked') : t('did not work')}</span>
    </div>
    ${summary ? html`<div class="caption">${summary}</div>` : nothing}
    ${isEmpty(given) ? nothing : html`<code class="chat-value">${JSON.stringify(given, null, 2)}</code>`}
  </li>`;
}

function isEmpty(given: unknown): boolean {
  return given === undefined || given === null || (typeof given === 'object' && Object.keys(given).length === 0);
}
