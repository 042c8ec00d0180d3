/** Sandbox: what a plugin's page finds as `window.PIE`, against every answer of the page around. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ACTION_TIME } from './limits.ts';
import { createPieSide } from './pie_side.ts';
import type { Pie, PieSide } from './pie_side.ts';

interface Sent {
  type: string;
  id: string;
  method: string;
  params: Record<string, unknown>;
}

let sent: Sent[];
let side: PieSide;
let pie: Pie;
let later: (() => void)[];
let failures: unknown[];
let port: { postMessage: (message: unknown) => void; onmessage: ((event: MessageEvent) => void) | null };

const say = (data: Record<string, unknown>): void => port.onmessage!({ data } as MessageEvent);
const event = (method: string, params: Record<string, unknown>): void => say({ type: 'event', id: 'h1', method, params });
const methods = (): string[] => sent.map(({ method }) => method);

beforeEach(() => {
  sent = [];
  later = [];
  failures = [];
  port = { postMessage: (message) => void sent.push(message as Sent), onmessage: null };
  const around = { wear: vi.fn(), later: (run: () => void) => void later.push(run), fail: (error: unknown) => void failures.push(error) };
  side = createPieSide({ channelId: 'c1', widgetId: 'w1' }, around, () => 0);
  pie = side.pie;
  side.connect(port);
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => void vi.useRealTimers());

it('test_it_works', async () => {
  const got: unknown[] = [];
  pie.onData((data) => got.push(data));
  const end = pie.sendAction('load_items', { page: 1 });
  expect(sent).toEqual([
    { type: 'request', id: 'r1', method: 'plugin.action', params: { actionId: 'load_items', payload: { page: 1 } }, channelId: 'c1', widgetId: 'w1' },
  ]);
  event('data', { data: { event: 'items_loaded', items: [1] } });
  say({ type: 'response', id: 'r1', result: { ok: true, result: { success: true }, error: null } });
  const meta = { actionId: 'load_items', ok: true, result: { success: true }, error: null, code: null };
  expect(await end).toEqual(meta);
  expect(got).toEqual([{ event: 'items_loaded', items: [1] }, { __actionMeta: meta }]);
});

it('tells of a failure as a sentence, and rejects never', async () => {
  const got: unknown[] = [];
  pie.onData((data) => got.push(data));
  const refused = pie.sendAction('go');
  say({ type: 'response', id: 'r1', result: { ok: false, result: null, error: { code: 'PLUGIN_ERROR', message: 'No such slide.' } } });
  expect(await refused).toMatchObject({ ok: false, error: 'No such slide.', code: 'PLUGIN_ERROR' });
  const lost = pie.sendAction('go');
  say({ type: 'response', id: 'r2', error: { code: 'RATE_LIMITED', message: 'Slower.' } });
  expect(await lost).toMatchObject({ ok: false, error: 'Slower.', code: 'RATE_LIMITED' });
  const large = pie.sendAction('go', { text: 'x'.repeat(70_000) });
  expect(await large).toMatchObject({ ok: false, code: 'TOO_LARGE' });
  const silent = pie.sendAction('go');
  vi.advanceTimersByTime(ACTION_TIME + 10_000);
  expect(await silent).toMatchObject({ ok: false, code: 'TIMEOUT' });
  expect(got).toHaveLength(4);
});

it('keeps data for a page that listens later', () => {
  const got: unknown[] = [];
  event('data', { data: 1 });
  event('data', { data: 2 });
  pie.onData((data) => got.push(data));
  pie.onData((data) => got.push(`second ${String(data)}`));
  event('data', { data: 3 });
  expect(got).toEqual([1, 2, 3, 'second 3']);
});

it('goes on when a listener throws', () => {
  const got: unknown[] = [];
  pie.onData(() => {
    throw new Error('mine');
  });
  pie.onData((data) => got.push(data));
  event('data', { data: 1 });
  expect(got).toEqual([1]);
  expect(failures).toHaveLength(1);
});

it('sends the last of many heights, and the same one once', () => {
  for (const height of [100, 200, 300.2, Number.NaN, -5, 'x' as unknown as number]) pie.resize(height);
  for (const run of later.splice(0)) run();
  pie.resize(301);
  for (const run of later.splice(0)) run();
  expect(sent.map(({ method, params }) => [method, params])).toEqual([['plugin.resize', { height: 301 }]]);
});

it('tells the theme at once and when it changes', () => {
  const told: unknown[] = [];
  pie.onTheme((theme, colors) => told.push([theme, colors['accent']]));
  expect(told).toEqual([]);
  event('init', { theme: 'light', colors: { accent: '#123456' }, config: {} });
  pie.onTheme((theme) => told.push(`late ${theme}`));
  event('theme', { theme: 'dark', colors: { accent: '#abcdef' } });
  expect(told).toEqual([['light', '#123456'], 'late light', ['dark', '#abcdef'], 'late dark']);
});

it('is ready once it has been read', () => {
  side.loaded();
  side.loaded();
  expect(methods()).toEqual(['ready']);
});

it('is not ready when its script failed before it listened', () => {
  side.failed();
  side.loaded();
  expect(methods()).toEqual([]);
  pie.onData(() => undefined);
  expect(methods()).toEqual(['ready']);
});

it('answers pings', () => {
  event('ping', {});
  expect(methods()).toEqual(['pong']);
});
