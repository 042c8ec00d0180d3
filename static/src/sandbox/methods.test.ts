/** Sandbox: every method of the bridge against every answer of the server and of the person. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiError } from '../api.ts';
import type { Control } from './host.ts';
import { Calls, METHODS } from './methods.ts';
import type { Page, Question } from './methods.ts';
import { TurnQueue } from './queue.ts';
import type { Call, Decided, Level, Server } from './server.ts';

type Params = Record<string, unknown>;

/** Each method with arguments that fit. */
const EXAMPLES: Record<string, Params> = {
  'workspace.getPanels': {},
  'workspace.getActivePanel': {},
  'workspace.openPanel': { panelId: 'p7' },
  'workspace.closePanel': { panelId: 'p7' },
  'notes.getCurrentNote': {},
  'notes.getNote': { noteId: 'n1' },
  'notes.updateNote': { noteId: 'n1', content: 'x' },
  'chat.sendMessage': { text: 'Hello' },
  'network.fetch': { url: 'https://api.example.com/' },
  'storage.get': { key: 'a' },
  'storage.set': { key: 'a', value: 1 },
  'ui.showToast': { message: 'Hello', type: 'info' },
  'ui.requestResize': { width: null, height: 300 },
};
const ALL = Object.keys(METHODS);
const asks = (method: string): boolean => METHODS[method]!.startsWith('write:');
const isHere = (method: string): boolean => method.startsWith('ui.');

const refusal = (code: string, details: Params = {}): ApiError => new ApiError(code, `${code}.`, 403, undefined, [], details);

/** The real server's decisions: grants by permission, `once` consumed by the write it was given for, none where it expired. */
class FakeServer implements Server {
  readonly calls: (Call & { key: string })[] = [];
  readonly decisions: Decided[] = [];
  readonly done: string[] = [];
  readonly grants = new Map<string, 'once' | 'always' | 'never' | 'expired'>();
  before: ((call: Call) => void | Promise<void>) | undefined;

  constructor(readonly declared: readonly string[]) {}

  async call(call: Call, key: string): Promise<unknown> {
    this.calls.push({ ...call, key });
    await this.before?.(call);
    const permission = Object.hasOwn(METHODS, call.method) ? METHODS[call.method] : undefined;
    if (permission === undefined) throw refusal('UNKNOWN_METHOD');
    if (permission && !this.declared.includes(permission)) throw refusal('PERMISSION_NOT_DECLARED');
    if (asks(call.method)) this.#mayWrite(permission);
    this.done.push(call.method);
    return { done: call.method };
  }

  #mayWrite(permission: string): void {
    const grant = this.grants.get(permission);
    if (grant === 'never') throw refusal('PERMISSION_DENIED');
    if (grant !== 'once' && grant !== 'always') throw refusal('PERMISSION_REQUIRED', { permission, subject: 'Shopping' });
    if (grant === 'once') this.grants.delete(permission);
  }

  async decide(decided: Decided): Promise<unknown> {
    this.decisions.push(decided);
    if (decided.level !== 'deny') this.grants.set(decided.permission, decided.level);
    return { grant: null };
  }
}

let queue: TurnQueue;
let asked: Question[];
let told: unknown[];
let person: (question: Question) => Level | Promise<Level>;

const note = (name: string) => (...args: unknown[]): void => void told.push([name, ...args]);
const page: Page = {
  ask: async (question) => (asked.push(question), person(question)),
  toast: note('toast'), resize: note('resize'), showPanel: note('showPanel'), closePanel: note('closePanel'), sent: note('sent'),
  context: () => ({ visiblePanelIds: ['p1'] }),
  openConversation: async () => 'conv1',
};

interface Mounted {
  run: (method: string, params?: Params) => Promise<unknown>;
  asking: boolean[];
  abort: AbortController;
}

function mounted(server: FakeServer, declared: readonly string[] = server.declared, instanceId = 'i1'): Mounted {
  const calls = new Calls({ instanceId, permissions: declared }, server, page, queue);
  const asking: boolean[] = [];
  const abort = new AbortController();
  const control: Control = { signal: abort.signal, asking: (isAsking) => void asking.push(isAsking) };
  return { run: (method, params = EXAMPLES[method]) => calls.run(method, params!, control), asking, abort };
}

const everything = [...new Set(Object.values(METHODS))].filter(Boolean);
const codeOf = (promise: Promise<unknown>): Promise<unknown> => promise.then(() => 'ok', (error: { code?: string }) => error.code ?? error);
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

beforeEach(() => {
  queue = new TurnQueue();
  asked = [];
  told = [];
  person = () => {
    throw new Error('nobody is to be asked');
  };
});
afterEach(() => void vi.useRealTimers());

it('test_it_works', async () => {
  const server = new FakeServer(everything);
  expect(await mounted(server).run('notes.getNote', { noteId: 'n1' })).toEqual({ done: 'notes.getNote' });
  expect(server.calls).toEqual([{ instanceId: 'i1', method: 'notes.getNote', params: { noteId: 'n1' }, context: { visiblePanelIds: ['p1'] }, key: '' }]);
});

describe.each(ALL.filter((method) => METHODS[method]))('%s', (method) => {
  const permission = METHODS[method]!;

  it('not declared: refused here, without a question', async () => {
    const server = new FakeServer(everything);
    expect(await codeOf(mounted(server, everything.filter((one) => one !== permission)).run(method))).toBe('PERMISSION_NOT_DECLARED');
    expect([server.calls, asked]).toEqual([[], []]);
  });

  it('declared for the page but not in what the server has stored: refused there', async () => {
    const server = new FakeServer([]);
    expect(await codeOf(mounted(server, everything).run(method))).toBe('PERMISSION_NOT_DECLARED');
    expect([server.done, asked]).toEqual([[], []]);
  });
});

describe.each(ALL.filter((method) => !asks(method)))('%s', (method) => {
  it('declared: done without a question', async () => {
    const server = new FakeServer(everything);
    expect(await codeOf(mounted(server).run(method))).toBe('ok');
    expect([server.done, asked]).toEqual([isHere(method) ? [] : [method], []]);
    if (isHere(method)) expect(told).toHaveLength(1);
  });
});

describe.each(ALL.filter(asks))('%s', (method) => {
  const permission = METHODS[method]!;

  describe('asks where', () => {
    it.each([undefined, 'expired'] as const)('the answer is %s', async (grant) => {
      const server = new FakeServer(everything);
      if (grant) server.grants.set(permission, grant);
      person = () => 'once';
      const one = mounted(server);
      expect(await codeOf(one.run(method))).toBe('ok');
      expect(asked).toEqual([{ permission, method, params: EXAMPLES[method], subject: 'Shopping' }]);
      expect(server.decisions).toEqual([{ instanceId: 'i1', permission, level: 'once', method, params: EXAMPLES[method] }]);
      expect(server.done).toEqual([method]);
      expect(one.asking).toEqual([true, false]);
      const keys = server.calls.map(({ key }) => key);
      expect(keys[0]).toMatch(/^\w{32}$/);
      expect(keys[1]).toBe(`${keys[0]}.1`);
    });

    it('once has been used', async () => {
      const server = new FakeServer(everything);
      server.grants.set(permission, 'once');
      person = () => 'once';
      const one = mounted(server);
      expect([await codeOf(one.run(method)), asked.length]).toEqual(['ok', 0]);
      expect([await codeOf(one.run(method)), asked.length]).toEqual(['ok', 1]);
    });
  });

  it('always: done without a question, again and again', async () => {
    const server = new FakeServer(everything);
    person = () => 'always';
    const one = mounted(server);
    expect([await codeOf(one.run(method)), await codeOf(one.run(method)), asked.length]).toEqual(['ok', 'ok', 1]);
    expect(server.done).toEqual([method, method]);
  });

  it('never: refused without a question', async () => {
    const server = new FakeServer(everything);
    server.grants.set(permission, 'never');
    expect([await codeOf(mounted(server).run(method)), asked, server.done]).toEqual(['PERMISSION_DENIED', [], []]);
  });

  it.each(['deny', 'never'] as const)('%s: nothing is done, and for 10 s nobody is asked again', async (level) => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const server = new FakeServer(everything);
    person = () => level;
    const one = mounted(server);
    expect(await codeOf(one.run(method))).toBe('PERMISSION_DENIED');
    expect(await codeOf(one.run(method))).toBe('PERMISSION_DENIED');
    expect([asked.length, server.done, server.decisions.map((decided) => decided.level), told]).toEqual([1, [], [level], []]);
    vi.setSystemTime(Date.now() + 10_001);
    expect(await codeOf(one.run(method))).toBe('PERMISSION_DENIED');
    expect(asked.length).toBe(level === 'deny' ? 2 : 1);
  });
});

describe('questions', () => {
  const wait = (): { answers: ((level: Level) => void)[] } => {
    const answers: ((level: Level) => void)[] = [];
    person = () => new Promise<Level>((resolve) => answers.push(resolve));
    return { answers };
  };

  it('come one after the other, and Always answers those that wait for the same', async () => {
    const server = new FakeServer(everything);
    const { answers } = wait();
    const one = mounted(server);
    const runs = ['workspace.openPanel', 'workspace.closePanel', 'notes.updateNote'].map((method) => codeOf(one.run(method)));
    await settled();
    expect([asked.map(({ method }) => method), queue.waiting]).toEqual([['workspace.openPanel'], 2]);
    answers[0]!('always');
    await settled();
    expect(asked.map(({ method }) => method)).toEqual(['workspace.openPanel', 'notes.updateNote']);
    answers[1]!('deny');
    expect(await Promise.all(runs)).toEqual(['ok', 'ok', 'PERMISSION_DENIED']);
  });

  it('Deny answers those that wait for the same', async () => {
    const { answers } = wait();
    const one = mounted(new FakeServer(everything));
    const runs = ['workspace.openPanel', 'workspace.closePanel'].map((method) => codeOf(one.run(method)));
    await settled();
    answers[0]!('deny');
    expect([await Promise.all(runs), asked.length]).toEqual([['PERMISSION_DENIED', 'PERMISSION_DENIED'], 1]);
  });

  it('so many of one mount wait at most', async () => {
    const { answers } = wait();
    const one = mounted(new FakeServer(everything));
    const runs = Array.from({ length: 5 }, () => codeOf(one.run('chat.sendMessage')));
    await settled();
    answers[0]!('deny');
    expect((await Promise.all(runs)).sort()).toEqual(['PERMISSION_DENIED', 'PERMISSION_DENIED', 'PERMISSION_DENIED', 'TOO_MANY_PROMPTS', 'TOO_MANY_PROMPTS']);
  });

  it('nothing slips in under an answer: another call of the permission waits until the approved one is done', async () => {
    const server = new FakeServer(everything);
    const { answers } = wait();
    const [tile, drawer] = [mounted(server), mounted(server)];
    const first = codeOf(tile.run('notes.updateNote', { noteId: 'n1', content: 'approved' }));
    await settled();
    server.before = ({ params }) => {
      if (params['content'] === 'approved') void (second ??= codeOf(drawer.run('notes.updateNote', { noteId: 'n1', content: 'slipped in' })));
    };
    let second: Promise<unknown> | undefined;
    answers[0]!('once');
    expect(await first).toBe('ok');
    await settled();
    expect([server.done, asked.map(({ params }) => params['content'])]).toEqual([['notes.updateNote'], ['approved', 'slipped in']]);
    answers[1]!('deny');
    expect(await second).toBe('PERMISSION_DENIED');
  });

  it('go when their mount goes: nothing is decided', async () => {
    const server = new FakeServer(everything);
    const one = mounted(server);
    page.ask = (question, signal) => (asked.push(question), new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error))));
    const run = codeOf(one.run('notes.updateNote'));
    await settled();
    one.abort.abort(Object.assign(new Error('gone'), { code: 'GONE' }));
    expect([await run, server.decisions, queue.isBusy('i1 write:notes')]).toEqual(['GONE', [], false]);
    page.ask = async (question) => (asked.push(question), person(question));
  });

  it('an answer that the server does not take changes nothing', async () => {
    const server = new FakeServer(everything);
    person = () => 'always';
    server.decide = () => Promise.reject(refusal('NETWORK'));
    expect([await codeOf(mounted(server).run('notes.updateNote')), server.done]).toEqual(['NETWORK', []]);
  });
});

describe('what follows', () => {
  it.each([['workspace.openPanel', ['showPanel', 'p7']], ['workspace.closePanel', ['closePanel', 'p7']], ['chat.sendMessage', ['sent']]])('%s is done by the page, too', async (method, what) => {
    const server = new FakeServer(everything);
    server.grants.set(METHODS[method]!, 'always');
    await mounted(server).run(method);
    expect(told).toEqual([what]);
  });

  it('a message without a conversation begins one', async () => {
    const server = new FakeServer(everything);
    server.grants.set('write:chat', 'always');
    server.before = ({ context }) => {
      if (!context?.conversationId) throw refusal('NO_CONVERSATION');
    };
    expect(await codeOf(mounted(server).run('chat.sendMessage'))).toBe('ok');
    expect(server.calls.map(({ context, key }) => [context?.conversationId, key.slice(32)])).toEqual([[undefined, ''], ['conv1', '.c']]);
  });

  it.each([['GET', true], [undefined, true], ['head', true], ['POST', false], ['DELETE', false]])('a request by %s is a read: %s', async (method, isRead) => {
    const server = new FakeServer(everything);
    await mounted(server).run('network.fetch', { url: 'https://x', ...(method ? { method } : {}) });
    expect(server.calls[0]!.key === '').toBe(isRead);
  });
});

it.each<[string, Params]>([
  ['ui.showToast', {}],
  ['ui.showToast', { message: '  ' }],
  ['ui.showToast', { message: { text: 'x' } }],
  ['ui.showToast', { message: 'x', type: 'constructor' }],
  ['ui.requestResize', {}],
  ['ui.requestResize', { width: '100' }],
  ['ui.requestResize', { height: -1 }],
  ['ui.requestResize', { height: 1e9 }],
])('%s refuses %j', async (method, params) => {
  expect([await codeOf(mounted(new FakeServer([])).run(method, params)), told]).toEqual(['INVALID_PARAMS', []]);
});

it.each(['nothing.known', 'constructor', 'toString'])('%s is the server’s to refuse', async (method) => {
  expect(await codeOf(mounted(new FakeServer(everything)).run(method, {}))).toBe('UNKNOWN_METHOD');
});
