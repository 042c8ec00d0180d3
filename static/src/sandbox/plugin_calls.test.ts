/** Sandbox: actions of a plugin's page: sent once, repeated where they may not have arrived, ended by an answer. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ApiError } from '../api.ts';
import type { Numbered } from './in_order.ts';
import { ACTION_TIME } from './limits.ts';
import { PluginCalls } from './plugin_calls.ts';
import type { ActionAnswer, ActionWish } from './plugin_calls.ts';

const EVENT: Numbered = { sequence: 1, everyone: false, data: { event: 'x' } };
const OK: ActionAnswer = { ok: true, result: { success: true }, widgetEvents: [EVENT] };

let answers: (() => ActionAnswer | Promise<ActionAnswer>)[];
let asked: ActionWish[];
let delivered: unknown[];
let complaints: string[];
let heights: number[];
let calls: PluginCalls;
let ended: AbortController;
let isPressed: boolean;
let begun: string[];

const run = (method: string, params: Record<string, unknown>): Promise<unknown> => calls.run(method, params, { signal: ended.signal });
const act = (params: Record<string, unknown> = { actionId: 'go' }): Promise<unknown> => run('plugin.action', params);
const failing = (code: string, status = 0) => () => {
  throw new ApiError(code, `It was ${code}.`, status);
};

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  answers = [() => OK];
  asked = [];
  delivered = [];
  complaints = [];
  heights = [];
  begun = [];
  isPressed = true;
  ended = new AbortController();
  calls = new PluginCalls(
    { instanceId: 'i1', maxHeight: 500 },
    {
      act: async (wish) => {
        asked.push(wish);
        return answers.length > 1 ? answers.shift()!() : answers[0]!();
      },
      deliver: async (entries) => void delivered.push(...entries),
      began: (jobId) => void begun.push(jobId),
      resize: ({ height }) => void heights.push(height),
      isPressed: () => isPressed,
      complain: (message) => void complaints.push(message),
    },
  );
});
afterEach(() => void vi.useRealTimers());

it('test_it_works', async () => {
  expect(await act({ actionId: 'load', payload: { page: 1 } })).toEqual({ ok: true, result: { success: true }, error: null });
  expect(delivered).toEqual([EVENT]);
  expect(asked).toMatchObject([{ instanceId: 'i1', actionId: 'load', payload: { page: 1 } }]);
  answers = [() => ({ ...OK, jobId: 'j1' })];
  await act();
  expect(begun).toEqual(['j1']);
  expect(new Set(asked.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(2);
  expect(asked[1]!.payload).toEqual({});
  expect(complaints).toEqual([]);
});

it('repeats what may not have arrived, with the same key', async () => {
  answers = [failing('NETWORK'), failing('BAD_ANSWER', 503), failing('IDEMPOTENCY_RUNNING', 409), () => OK];
  const end = act();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(await end).toMatchObject({ ok: true });
  expect(asked).toHaveLength(4);
  expect(new Set(asked.map((wish) => JSON.stringify(wish))).size).toBe(1);
});

it('gives up what cannot be sent, and says so', async () => {
  answers = [failing('NETWORK')];
  const end = act();
  await vi.advanceTimersByTimeAsync(30_000);
  expect(await end).toMatchObject({ ok: false, error: { code: 'NETWORK' } });
  expect(asked).toHaveLength(5);
  expect(complaints).toEqual(['It was NETWORK.']);
});

it('does not repeat a refusal', async () => {
  answers = [failing('NOT_FOUND', 404)];
  expect(await act()).toEqual({ ok: false, result: null, error: { code: 'NOT_FOUND', message: 'It was NOT_FOUND.' } });
  expect(asked).toHaveLength(1);
});

it('leaves it to the page to tell what the handler itself refuses', async () => {
  answers = [() => ({ ok: false, error: { code: 'PLUGIN_ERROR', message: 'No.' }, widgetEvents: [EVENT] })];
  expect(await act()).toEqual({ ok: false, result: null, error: { code: 'PLUGIN_ERROR', message: 'No.' } });
  expect(delivered).toEqual([EVENT]);
  expect(complaints).toEqual([]);
  answers = [() => ({ ok: false, error: { code: 'HANDLER_TIMEOUT', message: 'It took too long.' }, widgetEvents: [] })];
  await act();
  expect(complaints).toEqual(['It took too long.']);
});

it('tells who may only look when they press something', async () => {
  answers = [failing('PERMISSION_DENIED', 403)];
  isPressed = false;
  expect(await act()).toMatchObject({ ok: false, error: { code: 'PERMISSION_DENIED' } });
  expect(complaints).toEqual([]);
  isPressed = true;
  await act();
  expect(complaints).toEqual(['It was PERMISSION_DENIED.']);
});

it('waits for a run that goes on, but not for ever', async () => {
  answers = [failing('IDEMPOTENCY_RUNNING', 409)];
  vi.spyOn(AbortSignal, 'timeout').mockImplementation((time) => {
    const control = new AbortController();
    setTimeout(() => control.abort(new DOMException('late', 'TimeoutError')), time);
    return control.signal;
  });
  const end = act();
  await vi.advanceTimersByTimeAsync(ACTION_TIME + 10_000);
  expect(await end).toMatchObject({ ok: false, error: { code: 'TIMEOUT' } });
  vi.restoreAllMocks();
});

it('stops with its frame', async () => {
  answers = [failing('NETWORK')];
  const end = act();
  end.catch(() => undefined);
  await vi.advanceTimersByTimeAsync(100);
  ended.abort(new Error('gone'));
  await expect(end).rejects.toThrow('gone');
  expect(complaints).toEqual([]);
});

it('takes names and heights only', async () => {
  for (const actionId of [undefined, '', 7, 'x'.repeat(201)]) {
    expect(await act({ actionId })).toMatchObject({ ok: false, error: { code: 'INVALID_PARAMS' } });
  }
  expect(asked).toHaveLength(0);
  for (const height of [9_000, 120.6, 3]) await run('plugin.resize', { height });
  expect(heights).toEqual([500, 121, 40]);
  for (const height of [-1, 'high', null]) await expect(run('plugin.resize', { height })).rejects.toMatchObject({ code: 'INVALID_PARAMS' });
  await expect(run('storage.set', { key: 'a' })).rejects.toMatchObject({ code: 'UNKNOWN_METHOD' });
});
