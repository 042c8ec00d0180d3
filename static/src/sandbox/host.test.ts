/** Sandbox: the page's side of a mount against a hostile one. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SandboxHost } from './host.ts';
import type { Control, HostListener } from './host.ts';
import { BridgeError } from './protocol.ts';

const HERE = { channelId: 'c1', widgetId: 'w1' };
const WINDOW = {};
const ORIGIN = 'https://sandbox.example';
const INIT = { ...HERE, type: 'event', id: 'i', method: 'bridge_init', params: {} };

let told: unknown[];
let answer: HostListener['call'];
let ports: MessagePort[];
let warned: string[];
const closing: { close(): void }[] = [];

const note = (name: string) => (...args: unknown[]): void => void told.push([name, ...args]);

function mounted(): SandboxHost {
  const listener: HostListener = {
    call: (...args) => answer(...args),
    opened: note('opened'), ready: note('ready'), slow: note('slow'), silent: note('silent'), failed: note('failed'), crashed: note('crashed'), error: note('error'), blocked: note('blocked'),
  };
  const host = new SandboxHost(HERE, { origin: ORIGIN, window: () => WINDOW, post: (message, given) => (told.push(message), ports.push(...given)) }, listener);
  closing.push(host);
  return host;
}

/** A mount that has its port; `hear` collects what the widget gets. */
function connected(): { host: SandboxHost; port: MessagePort; got: Record<string, unknown>[] } {
  const host = mounted();
  host.receive({ source: WINDOW, origin: ORIGIN, data: INIT });
  const got: Record<string, unknown>[] = [];
  const port = ports[0]!;
  port.onmessage = ({ data }) => void got.push(data as Record<string, unknown>);
  closing.push(port);
  told = [];
  return { host, port, got };
}

const request = (id: string, method = 'storage.get', params: unknown = {}): Record<string, unknown> => ({ ...HERE, type: 'request', id, method, params });
const event = (method: string, params: unknown = {}): Record<string, unknown> => ({ ...HERE, type: 'event', id: 'e', method, params });
const until = (check: () => void): Promise<unknown> => vi.waitFor(check, 2_000);

beforeEach(() => {
  told = [];
  ports = [];
  warned = [];
  answer = async () => null;
  vi.spyOn(console, 'warn').mockImplementation((text: string) => void warned.push(text));
});
afterEach(() => {
  for (const one of closing.splice(0)) one.close();
  vi.useRealTimers();
  vi.restoreAllMocks();
});

it('test_it_works', async () => {
  const host = mounted();
  host.receive({ source: WINDOW, origin: ORIGIN, data: INIT });
  expect(told).toEqual([{ ...HERE, type: 'event', method: 'port' }, ['opened']]);
  expect(ports).toHaveLength(1);
  const got: unknown[] = [];
  closing.push(ports[0]!);
  ports[0]!.onmessage = ({ data }) => void got.push(data);
  answer = async (method, params) => ({ method, params });
  ports[0]!.postMessage(request('r1', 'notes.getNote', { noteId: 'n' }));
  ports[0]!.postMessage(event('ready'));
  host.send('theme', { theme: 'dark' });
  await until(() => expect(got).toHaveLength(2));
  expect(got).toContainEqual({ ...HERE, type: 'response', id: 'r1', result: { method: 'notes.getNote', params: { noteId: 'n' } } });
  expect(got).toContainEqual({ ...HERE, type: 'event', id: 'h1', method: 'theme', params: { theme: 'dark' } });
  expect([told.at(-1), warned]).toEqual([['ready'], []]);
});

describe('before the port', () => {
  it.each<[string, { source?: unknown; origin?: string; data?: unknown }, string]>([
    ['another window', { source: {} }, 'wrong window'],
    ['no window', { source: null }, 'wrong window'],
    ['another origin', { origin: 'https://evil.example' }, 'wrong origin'],
    ['an opaque origin', { origin: 'null' }, 'wrong origin'],
    ['another channel', { data: { ...INIT, channelId: 'c2' } }, 'wrong channel'],
    ['another widget', { data: { ...INIT, widgetId: 'w2' } }, 'wrong channel'],
    ['a request', { data: { ...INIT, type: 'request' } }, 'malformed'],
    ['an unknown event', { data: { ...INIT, method: 'ready' } }, 'unknown event'],
    ['what is not JSON', { data: { ...INIT, params: { a: new Map() } } }, 'malformed'],
  ])('%s is refused and logged once', (_name, changed, kind) => {
    const host = mounted();
    for (let count = 0; count < 1_000; count += 1) host.receive({ source: WINDOW, origin: ORIGIN, data: INIT, ...changed });
    expect([told, ports, [...host.refusals]]).toEqual([[], [], [[kind, 1_000]]]);
    expect(warned).toEqual([expect.stringContaining(kind)]);
  });

  it('no second one is handed over', () => {
    const { host } = connected();
    host.receive({ source: WINDOW, origin: ORIGIN, data: INIT });
    expect([ports.length, [...host.refusals]]).toEqual([1, [['repeated', 1]]]);
  });

  it('a frame may say that its script could not be had', () => {
    const host = mounted();
    host.receive({ source: WINDOW, origin: ORIGIN, data: { ...INIT, method: 'failed', params: { message: 'Gone' } } });
    host.receive({ source: WINDOW, origin: ORIGIN, data: INIT });
    expect([told, ports]).toEqual([[['failed', 'Gone']], []]);
  });
});

describe('over the port', () => {
  it.each<[string, unknown, string, string | undefined]>([
    ['nothing', null, 'malformed', undefined],
    ['a text', 'ready', 'malformed', undefined],
    ['another channel', { ...request('r1'), channelId: 'c2' }, 'wrong channel', undefined],
    ['a response', { ...HERE, type: 'response', id: 'x', result: 1 }, 'malformed', undefined],
    ['params that are none', request('r1', 'a.b', 7), 'malformed', 'INVALID_PARAMS'],
    ['a Date', request('r1', 'a.b', { at: new Date() }), 'malformed', 'INVALID_PARAMS'],
    ['64 KB and more', request('r1', 'a.b', { text: 'x'.repeat(66_000) }), 'too large', 'TOO_LARGE'],
    ['an event that nobody knows', event('init'), 'unknown event', undefined],
    ['a second ready', event('ready'), 'repeated', undefined],
  ])('%s is refused, logged once, and answered where it can be', async (_name, data, kind, code) => {
    const { host, port, got } = connected();
    const calls = vi.fn(async () => null);
    answer = calls;
    port.postMessage(event('ready'));
    for (let count = 0; count < 20; count += 1) port.postMessage(data);
    await until(() => expect([...host.refusals]).toEqual([[kind, 20]]));
    expect([calls.mock.calls.length, warned.length]).toEqual([0, 1]);
    if (code) await until(() => expect(got).toHaveLength(20));
    expect(got.map(({ error }) => (error as { code: string }).code)).toEqual(code ? Array(20).fill(code) : []);
  });

  it('ports that come with a message are closed', async () => {
    const { host, port } = connected();
    const { port1, port2 } = new MessageChannel();
    closing.push(port1);
    port.postMessage(event('ready'), [port2]);
    await until(() => expect([...host.refusals]).toEqual([['malformed', 1]]));
    expect(told).toEqual([]);
  });

  it('a flood passes as far as the limit, is answered once a second, and logged once', async () => {
    const { host, port, got } = connected();
    const calls = vi.fn(async () => null);
    answer = calls;
    for (let count = 0; count < 2_000; count += 1) port.postMessage(request(`r${count}`));
    await until(() => expect(calls.mock.calls.length + (host.refusals.get('too many') ?? 0)).toBe(2_000));
    expect(calls.mock.calls.length).toBeLessThan(100);
    await until(() => expect(got.length).toBeGreaterThanOrEqual(calls.mock.calls.length));
    const refused = got.filter(({ error }) => (error as { code?: string } | undefined)?.code === 'RATE_LIMITED');
    expect(refused.length).toBeLessThanOrEqual(3);
    expect([warned.length, host.isClosed]).toEqual([1, false]);
  });

  it('a flood without end is the end', async () => {
    const { host, port } = connected();
    for (let count = 0; count < 21_000; count += 1) port.postMessage(0);
    await vi.waitFor(() => expect(told).toEqual([['crashed', 'too many']]), 10_000);
    expect(host.isClosed).toBe(true);
  });

  it('so many requests are under way at most', async () => {
    const { port, got } = connected();
    answer = () => new Promise(() => undefined);
    for (let count = 0; count < 40; count += 1) port.postMessage(request(`r${count}`));
    await until(() => expect(got.map(({ error }) => (error as { code: string }).code)).toEqual(Array(8).fill('RATE_LIMITED')));
  });

  it('one id is one request', async () => {
    const { host, port } = connected();
    answer = () => new Promise(() => undefined);
    port.postMessage(request('r1'));
    port.postMessage(request('r1'));
    await until(() => expect([...host.refusals]).toEqual([['repeated', 1]]));
  });

  it('errors say no more than their code and message', async () => {
    const { port, got } = connected();
    const secret = Object.assign(new BridgeError('STORAGE_FULL', 'Full.'), { details: { used: 1 } });
    const failures: unknown[] = [secret, new TypeError('cookie=1'), 'text', null];
    answer = () => Promise.reject(failures.shift());
    for (const id of ['1', '2', '3', '4']) port.postMessage(request(id));
    await until(() => expect(got).toHaveLength(4));
    expect(got.map(({ error }) => error)).toEqual([{ code: 'STORAGE_FULL', message: 'Full.' }, ...Array(3).fill({ code: 'FAILED', message: 'The request failed.' })]);
  });

  it('errors of the script are noted, so many of them, and cut', async () => {
    const { port } = connected();
    for (let count = 0; count < 50; count += 1) port.postMessage(event(count % 2 ? 'blocked' : 'error', { message: 'm'.repeat(5_000), stack: 7, directive: 'connect-src', url: 'https://x' }));
    await until(() => expect(told).toHaveLength(20));
    expect(told.slice(0, 2)).toEqual([['error', 'm'.repeat(1_000), ''], ['blocked', 'connect-src: https://x']]);
  });
});

it('a frame that was loaded a second time is heard no more', async () => {
  const { host, port } = connected();
  const calls = vi.fn(async () => null);
  answer = calls;
  host.receive({ source: WINDOW, origin: ORIGIN, data: { ...INIT, method: 'reloaded' } });
  port.postMessage(request('r1'));
  host.receive({ source: WINDOW, origin: ORIGIN, data: INIT });
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect([told, calls.mock.calls, ports.length]).toEqual([[['crashed', 'reloaded']], [], 1]);
});

describe('in time', () => {
  const tick = (time: number): Promise<unknown> => vi.advanceTimersByTimeAsync(time);
  /** Ports speak by themselves, whatever the clock says. */
  const spoken = async (): Promise<void> => {
    for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  };
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));

  it('a request is answered, else it has failed and is given up; a question to the person stops the clock', async () => {
    const { port, got } = connected();
    const controls: Control[] = [];
    answer = (_method, _params, control) => (controls.push(control), new Promise(() => undefined));
    for (const id of ['r1', 'r2']) port.postMessage(request(id));
    await spoken();
    controls[1]!.asking(true);
    await tick(29_000);
    await spoken();
    expect(got).toEqual([expect.objectContaining({ type: 'event', method: 'asking', params: { id: 'r2' } })]);
    await tick(2_000);
    await spoken();
    expect(got[1]).toMatchObject({ type: 'response', id: 'r1', error: { code: 'TIMEOUT' } });
    expect(controls.map(({ signal }) => signal.aborted)).toEqual([true, false]);
    controls[1]!.asking(false);
    await tick(31_000);
    await spoken();
    expect(got.at(-1)).toMatchObject({ id: 'r2', error: { code: 'TIMEOUT' } });
  });

  it('a widget is ready, but only while somebody waits for it', async () => {
    const { host, port } = connected();
    await tick(60_000);
    expect(told).toEqual([]);
    host.see(true);
    await tick(9_000);
    host.see(false);
    await tick(60_000);
    host.see(true);
    await tick(9_999);
    expect(told).toEqual([]);
    await tick(1);
    expect(told).toEqual([['slow']]);
    port.postMessage(event('ready'));
    await spoken();
    expect(told).toEqual([['slow'], ['ready']]);
  });

  it('a script that failed first is not waited for so long', async () => {
    const { host, port } = connected();
    host.see(true);
    port.postMessage(event('error', { message: 'x' }));
    await spoken();
    await tick(2_000);
    expect(told).toEqual([['error', 'x', ''], ['slow']]);
  });

  it('pings are answered, and again when it can', async () => {
    const { host, port, got } = connected();
    host.see(true);
    port.postMessage(event('ready'));
    await spoken();
    await tick(15_000);
    await spoken();
    expect(got).toEqual([expect.objectContaining({ method: 'ping' })]);
    port.postMessage(event('pong'));
    await spoken();
    await tick(24_000);
    expect(told).toEqual([['ready']]);
    await tick(1_000);
    expect(told).toEqual([['ready'], ['silent', true]]);
    port.postMessage(event('pong'));
    await spoken();
    expect(told).toEqual([['ready'], ['silent', true], ['silent', false]]);
    host.see(false);
    await tick(100_000);
    expect(told).toHaveLength(3);
  });
});
