/** Preview: hosts that reach nothing. What an action would do is told; what it does to the page itself happens. */
import { pageActions } from '../declarative/page.ts';
import type { ActionEffect, ActionHost, ActionRequest, DataHost } from '../declarative/hosts.ts';
import { t } from '../i18n.ts';
import type { DataSource } from '../declarative/tree.ts';
import type { Values } from './values.ts';

/** Something that would have been done: what kind, one line about it, and all that would have been sent. */
export interface Noted {
  kind: string;
  text: string;
  detail?: unknown;
}

/** What the place around the widget does for it. */
export interface Stage {
  /** Whether tools and requests answer that they worked. */
  succeeds(): boolean;
  results(): Record<string, unknown>;
  note(what: Noted): void;
  openModal(name: string, ctx: Record<string, unknown>): void;
  openTab(tab: string, ctx: Record<string, unknown>): void;
  close(widgetId?: string): void;
  stateChanged(): void;
}

export function dryActions(stage: Stage): ActionHost {
  const note = (kind: string, text: string, detail?: unknown): void => stage.note({ kind, text, detail });
  return pageActions({
    run: async (request) => answer(request, stage),
    chat: (message, send) => note('chat', send ? t('Would send “{message}”.', { message }) : t('Would write “{message}” into the message field.', { message })),
    openUrl: (url) => note('open_url', t('Would open {url}.', { url }), { url }),
    navigate: (target) => note('navigate', t('Would go to {place}.', { place: target.to ?? [target.app, target.tab].filter(Boolean).join(' › ') }), target),
    openModal: (name, ctx) => stage.openModal(name, ctx),
    openWorkspace: (tab, ctx) => stage.openTab(tab, ctx),
    close: (widgetId) => stage.close(widgetId),
    stateChanged: (set) => (note('set_state', t('Changed the state.'), set), stage.stateChanged()),
  });
}

/** What the server would answer, as the person chose: with the result given for the tool, or a refusal. */
function answer({ type, action_id, payload, form, idempotency_key }: ActionRequest, stage: Stage): ActionEffect {
  const what = type === 'tool' ? String(payload['tool']) : `${payload['method'] ?? 'POST'} ${payload['url']}`;
  stage.note({ kind: type, text: t('Would call {what}.', { what }), detail: { action_id, ...payload, form, idempotency_key } });
  const result = stage.succeeds()
    ? { success: true, data: stage.results()[what] ?? {}, error: null }
    : { success: false, data: null, error: t('This is a dry run: {what} was refused.', { what }) };
  return type === 'tool' ? { action: 'tool_result', tool: what, result } : { action: 'http_result', status: result.success ? 200 : 422, result };
}

/** A line about where a binding would come from. */
export function sourceLine(source: DataSource): string {
  if (source.type === 'http') return `${source['method'] ?? 'GET'} ${source['url']}`;
  return source.type === 'tool' ? String(source['tool']) : source.type;
}

/** Bindings from given values. One without a value stays as if it were on its way, and is told once (`told` remembers). */
export function dryData(sources: Record<string, DataSource>, values: Values, note: (what: Noted) => void, told = new Set<string>()): DataHost {
  return {
    load: async (binding, signal) => {
      const source = sources[binding]!;
      if (Object.hasOwn(values.data, binding)) return { value: values.data[binding], status: 200 };
      const text = t('Would load {name}: {source}.', { name: binding, source: sourceLine(source) });
      if (!told.has(text)) note({ kind: source.type, text, detail: source });
      told.add(text);
      return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
    },
  };
}
