/** Sandbox: what a widget's script finds, against every answer of the page. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { METHODS } from './methods.ts';
import { readMessage } from './protocol.ts';
import { createWidgetSide } from './widget_side.ts';
import type { WidgetBridge, WidgetSide } from './widget_side.ts';

const CONFIG = { channelId: 'c1', widgetId: 'w1', instanceId: 'i1', permissions: ['read:notes'] };

/** Every method by its own function, and what is to be sent. */
const FUNCTIONS: Record<string, [(bridge: WidgetBridge) => Promise<unknown>, Record<string, unknown>]> = {
  'workspace.getPanels': [({ workspace }) => workspace.getPanels(), {}],
  'workspace.getActivePanel': [({ workspace }) => workspace.getActivePanel(), {}],
  'workspace.openPanel': [({ workspace }) => workspace.openPanel('p7'), { panelId: 'p7' }],
  'workspace.closePanel': [({ workspace }) => workspace.closePanel('p7'), { panelId: 'p7' }],
  'notes.getCurrentNote': [({ notes }) => notes.getCurrentNote(), {}],
  'notes.getNote': [({ notes }) => notes.getNote('n1'), { noteId: 'n1' }],
  'notes.updateNote': [({ notes }) => notes.updateNote('n1', 'x'), { noteId: 'n1', content: 'x' }],
  'chat.sendMessage': [({ chat }) => chat.sendMessage('Hello'), { text: 'Hello' }],
  'network.fetch': [({ network }) => network.fetch('https://x/', { method: 'POST', body: 'b' }), { url: 'https://x/', method: 'POST', body: 'b' }],
  'storage.get': [({ storage }) => storage.get('a'), { key: 'a' }],
  'storage.set': [({ storage }) => storage.set('a', undefined), { key: 'a', value: null }],
  'ui.showToast': [({ ui }) => ui.showToast('Hello'), { message: 'Hello', type: 'info' }],
  'ui.requestResize': [({ ui }) => ui.requestResize(null, 300), { width: null, height: 300 }],
};

interface Sent {
  type: string;
  id: string;
  method: string;
  params: Record<string, unknown>;
}

let now: number;
let sent: Sent[];
let heard: [string, unknown][];
let side: WidgetSide;
let port: { postMessage: (message: unknown) => void; onmessage: ((event: MessageEvent) => void) | null };

const say = (data: Record<string, unknown>): void => port.onmessage!({ data: { channelId: 'c1', widgetId: 'w1', ...data } } as MessageEvent);
const codeOf = (promise: Promise<unknown>): Promise<unknown> => promise.then(() => 'ok', (error: { code?: string }) => error.code ?? error);

beforeEach(() => {
  now = 0;
  sent = [];
  heard = [];
  port = { postMessage: (message) => void sent.push(message as Sent), onmessage: null };
  side = createWidgetSide(CONFIG, (name, detail) => void heard.push([name, detail]), () => now);
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => void vi.useRealTimers());

it('test_it_works', async () => {
  side.connect(port);
  const answer = side.bridge.request('notes.getNote', { noteId: 'n1' });
  expect(sent).toEqual([{ type: 'request', id: 'r1', method: 'notes.getNote', params: { noteId: 'n1' }, channelId: 'c1', widgetId: 'w1' }]);
  say({ type: 'response', id: 'r1', result: { title: 'Hi' } });
  expect(await answer).toEqual({ title: 'Hi' });
});

it('every method of the page has its function', () => {
  expect(Object.keys(FUNCTIONS).sort()).toEqual(Object.keys(METHODS).sort());
});

describe.each(Object.entries(FUNCTIONS))('%s', (method, [call, params]) => {
  it('is sent as the page reads it, and answered', async () => {
    side.connect(port);
    const answer = call(side.bridge);
    expect(sent[0]).toMatchObject({ method, params });
    expect(readMessage(structuredClone(sent[0]), CONFIG)).toHaveProperty('message');
    say({ type: 'response', id: sent[0]!.id, result: { some: 'thing' } });
    expect(await answer).toEqual({ some: 'thing' });
  });

  it.each(['PERMISSION_NOT_DECLARED', 'PERMISSION_DENIED', 'PERMISSION_REQUIRED', 'INVALID_PARAMS', 'TOO_MANY_PROMPTS'])('%s rejects with an Error that has the code', async (code) => {
    side.connect(port);
    const answer = call(side.bridge);
    say({ type: 'response', id: sent[0]!.id, error: { code, message: 'No.' } });
    const error = await answer.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ code, message: 'No.' });
  });
});

it('what is asked before the port is there is sent with it, once', async () => {
  void codeOf(side.bridge.storage.get('a'));
  side.bridge.ready();
  side.bridge.ready();
  expect(sent).toEqual([]);
  side.connect(port);
  expect(sent.map(({ method }) => method)).toEqual(['storage.get', 'ready']);
});

describe('a request', () => {
  it('is refused where it cannot be sent', async () => {
    const ring: { self?: unknown } = {};
    ring.self = ring;
    side.connect(port);
    expect(await codeOf(side.bridge.request('a.b', ring))).toBeInstanceOf(TypeError);
    expect(await codeOf(side.bridge.notes.updateNote('n', 'x'.repeat(70_000)))).toBe('TOO_LARGE');
    expect(sent).toEqual([]);
  });

  it('is plain data, whatever it was made of', () => {
    side.connect(port);
    void codeOf(side.bridge.storage.set('a', { at: new Date(0), none: undefined, toJSON: undefined }));
    expect(sent[0]!.params).toEqual({ key: 'a', value: { at: '1970-01-01T00:00:00.000Z' } });
  });

  it('fails by itself where nobody answers; while a person is asked it waits', async () => {
    side.connect(port);
    const [first, second] = [codeOf(side.bridge.storage.get('a')), codeOf(side.bridge.storage.get('b'))];
    say({ type: 'event', method: 'asking', id: 'h', params: { id: 'r2' } });
    await vi.advanceTimersByTimeAsync(30_000);
    expect(await first).toBe('TIMEOUT');
    await vi.advanceTimersByTimeAsync(600_000);
    say({ type: 'event', method: 'asked', id: 'h', params: { id: 'r2' } });
    say({ type: 'response', id: 'r2', result: 1 });
    expect(await second).toBe('ok');
    say({ type: 'response', id: 'r1', result: 1 }); // too late: nobody waits
  });

  it('of a flood is refused at once, before the page has to', async () => {
    side.connect(port);
    const answers = Array.from({ length: 100 }, () => codeOf(side.bridge.storage.get('a')));
    expect(sent).toHaveLength(55);
    expect(await Promise.all(answers.slice(55))).toEqual(Array(45).fill('RATE_LIMITED'));
    now += 1_000;
    void codeOf(side.bridge.storage.get('a'));
    expect(sent).toHaveLength(56);
  });
});

it.each([['init', 'widget:init'], ['theme', 'widget:theme'], ['resize', 'widget:resize'], ['config', 'widget:config'], ['suspend', 'widget:suspend'], ['panels', 'workspace:update']])('%s is heard as %s', (method, name) => {
  side.connect(port);
  say({ type: 'event', method, id: 'h1', params: { a: 1 } });
  expect(heard).toEqual([[name, { a: 1 }]]);
});

it('pings are answered, and what is unknown is left alone', () => {
  side.connect(port);
  say({ type: 'event', method: 'ping', id: 'h1', params: {} });
  say({ type: 'event', method: 'constructor', id: 'h2', params: {} });
  expect([sent.map(({ method }) => method), heard]).toEqual([['pong'], []]);
});

it('reports at most ten of each kind', () => {
  side.connect(port);
  for (let count = 0; count < 50; count += 1) side.report(count % 2 ? 'error' : 'blocked', { message: 'x' });
  expect(sent).toHaveLength(20);
});

it('cannot be changed by one part of a widget for another', () => {
  expect(() => Object.assign(side.bridge, { request: null })).toThrow(TypeError);
  expect(() => Object.assign(side.bridge.storage, { get: null })).toThrow(TypeError);
  expect(Object.isFrozen(side.bridge.permissions)).toBe(true);
});
