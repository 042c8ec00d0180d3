/** Hosts that reach nothing. */
import { expect, it } from 'vitest';
import type { ActionRequest } from '../declarative/hosts.ts';
import { dryActions, dryData } from './dry.ts';
import type { Noted, Stage } from './dry.ts';
import { NO_VALUES } from './values.ts';

function stage(more: Partial<Stage> = {}): { noted: Noted[]; stage: Stage } {
  const noted: Noted[] = [];
  const quiet = (): void => undefined;
  return {
    noted,
    stage: { succeeds: () => true, results: () => ({}), note: (what) => void noted.push(what), openModal: quiet, openTab: quiet, close: quiet, stateChanged: quiet, ...more },
  };
}

const request = (type: string, payload: Record<string, unknown>): ActionRequest => ({
  widget_id: 'w', action_id: 'a', type, payload, form: { topic: 'x' }, state: {}, idempotency_key: 'k',
});

it('test_it_works', async () => {
  const { noted, stage: one } = stage({ results: () => ({ greet: { message: 'Hello' } }) });
  const effect = await dryActions(one).run!(request('tool', { tool: 'greet', args: {} }));
  expect(effect).toEqual({ action: 'tool_result', tool: 'greet', result: { success: true, data: { message: 'Hello' }, error: null } });
  expect(noted).toMatchObject([{ kind: 'tool', text: 'Would call greet.', detail: { form: { topic: 'x' }, idempotency_key: 'k' } }]);
});

it('can refuse, as a server can', async () => {
  const effect = await dryActions(stage({ succeeds: () => false }).stage).run!(request('http', { method: 'POST', url: '/x' }));
  expect(effect).toMatchObject({ action: 'http_result', status: 422, result: { success: false, error: 'This is a dry run: POST /x was refused.' } });
});

it('goes nowhere', () => {
  const { noted, stage: one } = stage();
  const host = dryActions(one);
  void host.chat!('Hi', true);
  host.openUrl!('https://example.com');
  host.navigate!({ to: '/settings/', ctx: {} });
  expect(noted.map(({ kind }) => kind)).toEqual(['chat', 'open_url', 'navigate']);
});

it('loads only what was given, and tells of the rest once', async () => {
  const noted: Noted[] = [];
  const sources = { given: { type: 'http' as const, url: '/a' }, away: { type: 'tool' as const, tool: 'rag.query' } };
  const host = dryData(sources, { ...NO_VALUES, data: { given: [1] } }, (what) => void noted.push(what));
  const abort = new AbortController();
  expect(await host.load('given', abort.signal)).toEqual({ value: [1], status: 200 });
  const waiting = [host.load('away', abort.signal), host.load('away', abort.signal)];
  abort.abort(new Error('gone'));
  await expect(Promise.all(waiting)).rejects.toThrow('gone');
  expect(noted.map(({ text }) => text)).toEqual(['Would load away: rag.query.']);
});
