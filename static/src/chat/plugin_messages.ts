/** Chat: messages that a plugin has part in: what a person started, and the place of its widget. */
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { t } from '../i18n.ts';
import type { PluginStartPayload, PluginWidgetPayload } from './plugin_shapes.ts';

/** The tool that was started with its arguments, in place of the words; undefined for a message that was written. */
export function startedView({ kind, plugin, arguments: given = {} }: PluginStartPayload): TemplateResult | undefined {
  if (kind !== 'tool') return undefined;
  const entries = Object.entries(given);
  return html`<div class="plugin-started">
    <div class="plugin-started-name"><wa-icon name="play_circle" aria-hidden="true"></wa-icon><span>${t('Run {name}', { name: plugin.name })}</span></div>
    ${entries.length === 0
      ? nothing
      : html`<dl>${entries.map(([name, value]) => html`<div><dt>${name}</dt><dd class="chat-value">${typeof value === 'string' ? value : JSON.stringify(value)}</dd></div>`)}</dl>`}
  </div>`;
}

/** Below a message that a skill was chosen for. */
export function skillNote({ kind, plugin }: PluginStartPayload): TemplateResult | typeof nothing {
  if (kind !== 'skill') return nothing;
  return html`<span class="chat-sent-by"><wa-icon name="school" aria-hidden="true"></wa-icon><span class="truncate">${t('with {name}', { name: plugin.name })}</span></span>`;
}

/** The frame brings the sandbox with it, so it is fetched with the first widget that needs it. */
export function pluginWidgetView({ instance_id: place, widget_id: plugin, title }: PluginWidgetPayload): TemplateResult {
  void import('../sandbox/plugin_frame.ts');
  return html`<section class="plugin-place" aria-label=${title}>
    <div class="plugin-place-head"><wa-icon name="extension" aria-hidden="true"></wa-icon><span class="truncate" title=${title}>${title}</span></div>
    <plugin-frame instance-id=${place} widget-id=${plugin}></plugin-frame>
  </section>`;
}
