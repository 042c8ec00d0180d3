/** `<app-widget>`: declared and pushed widgets, live, with the server's answers made here. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { axeFaults } from '../declarative/testing.ts';
import { live } from '../live/client.ts';
import type { StreamListener } from '../live/client.ts';
import type { AppWidget } from './app_widget.ts';
import { apps } from './apps.ts';
import { afterEvent, EMPTY } from './log.ts';
import type { NumberedEvent } from './log.ts';
import { WidgetSession } from './session.ts';
import type { Entry, Mounted } from './shapes.ts';
import { FakeWire, mountedWidget, seeded } from './testing.ts';
import './index.ts';
import './mounted_widget.ts';

interface Call {
  method: string;
  path: string;
  body: Record<string, unknown>;
}

let calls: Call[] = [];
let answers: Record<string, (call: Call) => unknown> = {};
/** The list of apps, which every declared widget follows. */
let listed: unknown[] = [];
const feeds = new Map<string, StreamListener>();

/** Answers by the last part of the path; what is thrown is refused. */
function serve(own: typeof answers): void {
  answers = own;
}

async function fakeFetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  const url = new URL(String(input), location.origin);
  if (!url.pathname.startsWith('/api/')) return new Response('', { status: 404 }); // an icon
  if (url.pathname === '/api/apps') return Response.json({ data: { apps: listed } });
  const call = { method: init?.method ?? 'GET', path: url.pathname + url.search, body: typeof init?.body === 'string' ? (JSON.parse(init.body) as Record<string, unknown>) : {} };
  calls.push(call);
  const answer = answers[url.pathname.split('/').at(-1)!];
  try {
    if (!answer) throw new Error(`nothing answers ${url.pathname}`);
    return Response.json({ data: await answer(call) });
  } catch (error) {
    return Response.json({ error: { code: 'REFUSED', message: (error as Error).message } }, { status: 409 });
  }
}

const settled = async (): Promise<void> => {
  for (let frame = 0; frame < 3; frame += 1) await new Promise((resolve) => requestAnimationFrame(resolve));
};

function sessionWith(...widgets: Mounted[]): { wire: FakeWire; session: WidgetSession } {
  const wire = new FakeWire();
  const session = new WidgetSession(wire, 'c1');
  session.watch(() => undefined);
  wire.show('c1', { widgets, state: { a: { picked: ['x'] } } });
  return { wire, session };
}

async function show(properties: Partial<AppWidget>): Promise<AppWidget> {
  const main = document.createElement('main');
  const widget = document.createElement('app-widget');
  Object.assign(widget, properties);
  main.append(widget);
  document.body.replaceChildren(main);
  await settled();
  return widget;
}

const text = (element: Element): string => element.textContent.replace(/\s+/g, ' ').trim();
const entry = (tree: Entry['tree'], data: Entry['data'] = {}): Entry => ({ tree, data });

beforeEach(() => {
  document.body.dataset['signedIn'] = 'ada'; // other files leave people of theirs
  calls = [];
  answers = {};
  listed = [];
  vi.spyOn(live(), 'subscribe').mockImplementation((stream, listener) => {
    feeds.set(stream, listener);
    return () => feeds.delete(stream);
  });
  vi.spyOn(globalThis, 'fetch').mockImplementation(fakeFetch as typeof fetch);
  document.documentElement.lang = 'en';
});
afterEach(() => {
  vi.restoreAllMocks();
  document.body.replaceChildren();
});

it('test_it_works', async () => {
  serve({ widgets: () => ({ chat_side: entry({ type: 'text', text: '{{found}} {{state.picked | length}} {{ctx.at}}' }, { found: { type: 'http', url: '/x' } }), workspace_tabs: [], modals: {}, inline: {} }), found: () => ({ value: 'Loaded', status: 200 }) });
  const { session } = sessionWith();
  const widget = await show({ appId: 'a', widgetKey: 'chat_side', session, ctx: { at: 'here' } });
  await vi.waitFor(() => expect(text(widget)).toBe('Loaded 1 here'));
  expect(calls.map(({ path }) => path)).toEqual(['/api/apps/a/widgets', `/api/apps/a/widgets/data/found?widget=chat_side&session_id=c1&ctx=${encodeURIComponent('{"at":"here"}')}`]);
});

describe('actions', () => {
  const press = (widget: AppWidget): void => widget.querySelector<HTMLElement>('button')!.click();

  it('of a declared widget go to its app, of a pushed one to the session, with the conversation and one key', async () => {
    serve({ action: () => ({ ok: true, effect: { action: 'tool_result', result: { success: true, data: {} } } }) });
    const tree = { type: 'button', label: 'Go', action: { action: 'tool', tool: 'greet', args: { name: '{{state.picked.0}}' } } };
    const { session } = sessionWith();
    press(await show({ appId: 'a', widgetKey: 'workspace_tabs.t', entry: entry(tree), session }));
    await vi.waitFor(() => expect(calls).toHaveLength(1));
    press(await show({ appId: 'a', mounted: mountedWidget({ app: 'a', tree }), session }));
    await vi.waitFor(() => expect(calls).toHaveLength(2));
    expect(calls.map(({ path }) => path)).toEqual(['/api/apps/a/widgets/action', '/api/sessions/c1/widgets/action']);
    expect(calls[0]!.body).toMatchObject({ widget_id: 'workspace_tabs.t', type: 'tool', payload: { tool: 'greet', args: { name: 'x' } }, session_id: 'c1', state: { picked: ['x'] } });
    expect(calls[1]!.body).toMatchObject({ widget_id: 'w_1' });
    expect(calls[0]!.body['idempotency_key']).not.toBe(calls[1]!.body['idempotency_key']);
  });

  it('that change the state are seen at once in every widget of the app, and in no other', async () => {
    let answer: (effect: unknown) => void = () => undefined;
    serve({ action: () => new Promise((resolve) => (answer = resolve)) });
    const tree = { type: 'column', children: [{ type: 'text', text: '{{state.picked | join(",")}}' }, { type: 'button', label: 'Go', action: { action: 'set_state', set: { 'picked.toggle': 'y' } } }] };
    const { session } = sessionWith();
    const first = await show({ appId: 'a', widgetKey: 'chat_side', entry: entry(tree), session });
    const others = ['a', 'b'].map((appId) => Object.assign(document.createElement('app-widget'), { appId, mounted: mountedWidget({ app: appId, tree }), session }));
    first.after(...others);
    await settled();
    press(first);
    await settled();
    expect([first, ...others].map((one) => text(one.querySelector('wm-text')!))).toEqual(['x,y', 'x,y', '']);
    await vi.waitFor(() => expect(calls).toHaveLength(1));
    expect(calls[0]!.body).toMatchObject({ type: 'set_state', payload: { set: { 'picked.toggle': 'y' } } });
    answer({ ok: true, effect: { action: 'set_state', state: { picked: ['x', 'y'] } } });
    await settled();
    expect(text(others[0]!.querySelector('wm-text')!)).toBe('x,y');
  });

  it('that are refused are undone everywhere, with the reason', async () => {
    serve({ action: () => { throw new Error('Too large'); } });
    const tree = { type: 'column', children: [{ type: 'text', text: '{{state.picked | join(",")}}' }, { type: 'button', label: 'Go', action: { action: 'set_state', set: { 'picked.append': 'y' } } }] };
    const { session } = sessionWith();
    const widget = await show({ appId: 'a', widgetKey: 'chat_side', entry: entry(tree), session });
    press(widget);
    await vi.waitFor(() => expect(document.querySelector('.toast-text')?.textContent).toBe('Too large'));
    await settled();
    expect(text(widget.querySelector('wm-text')!)).toBe('x');
    expect(session.stateOf('a')).toEqual({ picked: ['x'] });
  });

  it('make the conversation when there is none', async () => {
    serve({ action: () => ({ ok: true, effect: { action: 'set_state', state: { n: 1 } } }) });
    const wire = new FakeWire();
    const session = new WidgetSession(wire);
    const widget = await show({ appId: 'a', widgetKey: 'chat_side', entry: entry({ type: 'button', label: '{{state.n}}', action: { action: 'set_state', set: { n: 1 } } }), session });
    press(widget);
    await settled();
    expect(text(widget)).toBe('1');
    await vi.waitFor(() => expect(calls[0]?.body).toMatchObject({ session_id: 'born' }));
    expect(wire.calls).toHaveLength(1);
  });

  it('that close ask the place around, which may be a dialog', async () => {
    const { session, wire } = sessionWith(mountedWidget());
    const widget = await show({ mounted: mountedWidget({ tree: { type: 'button', label: 'Close', action: { action: 'close' } } }), session });
    const asked = vi.fn((event: Event) => event.preventDefault());
    document.body.addEventListener('widget-close', asked, { once: true });
    press(widget);
    await settled();
    expect([asked.mock.calls.length, wire.calls]).toEqual([1, []]);
    press(widget);
    await vi.waitFor(() => expect(wire.calls).toEqual(['close c1 w_1']));
  });
});

describe('a pushed widget', () => {
  const list = { type: 'list', items: '{{found}}', item: { type: 'text', text: '{{item.title}} {{ctx.note}}' }, empty: { type: 'text', text: 'none' } };
  const source = { found: { type: 'http' as const, url: '/found' } };

  it('shows what was patched, without asking its source, and its faults with a way out', async () => {
    serve({ found: () => ({ value: [{ title: 'Loaded' }], status: 200 }), error: () => ({}) });
    const mounted = mountedWidget({ tree: list, data: source, values: { found: [{ title: 'Patched' }] }, ctx: { note: 'here' } });
    const { session, wire } = sessionWith(mounted);
    const widget = await show({ mounted, session });
    expect(text(widget)).toBe('Patched here');
    expect(calls).toEqual([]);
    wire.say('c1', 'widget:error', { widget_id: 'w_1', app: null, binding: 'found', message: 'Backend timeout' });
    widget.mounted = session.widget('w_1');
    await settled();
    expect(text(widget.querySelector('[role="alert"]')!)).toContain('Found could not be loadedBackend timeout');
    expect(await axeFaults()).toEqual([]);
    widget.querySelector<HTMLElement>('.alert .button')!.click();
    await vi.waitFor(() => expect(text(widget)).toBe('Loaded here'));
    await vi.waitFor(() => expect(calls.map(({ path }) => path)).toEqual(['/api/sessions/c1/widgets/data/found?widget_id=w_1', '/api/sessions/c1/widgets/error']));
  });

  it('says what went wrong with the whole of it, and that it is over', async () => {
    const mounted = mountedWidget({ errors: { '': 'The agent stopped' } });
    const { session } = sessionWith(mounted);
    const widget = await show({ mounted, session });
    expect(text(widget)).toContain('The agent stopped');
    widget.mounted = { ...mounted, errors: {} };
    await settled();
    expect(text(widget)).toBe('Hello');
  });

  it('ends in the same page as a fresh one, in whatever order the events arrive', async () => {
    const initial = mountedWidget({ tree: { type: 'column', children: [list, { type: 'text', text: '{{state.n}} {{ctx.deep.path}}' }] }, data: { found: { type: 'static', value: [] } } });
    const detail = { widget_id: 'w_1', app: null };
    const events: NumberedEvent[] = [
      { number: 1, event: 'widget:render', data: { widget: initial } },
      { number: 2, event: 'widget:update', data: { ...detail, patch: { 'data.found': [{ title: 'One' }] } } },
      { number: 3, event: 'widget:update', data: { ...detail, patch: { 'data.found.1': { title: 'Two' }, 'ctx.deep': { path: '/a' } } } },
      { number: 4, event: 'widget:error', data: { ...detail, binding: 'found', message: 'late' } },
      { number: 5, event: 'widget:state', data: { app: '', changes: { n: 1 }, removed: [] } },
      { number: 6, event: 'widget:update', data: { ...detail, patch: { 'data.found.0.title': 'First', 'ctx.deep.path': '/b' } } },
      { number: 7, event: 'widget:error', data: { ...detail, binding: 'found', message: '' } },
      { number: 8, event: 'widget:state', data: { app: '', changes: { n: 2 }, removed: [] } },
    ];
    const last = events.reduce(afterEvent, EMPTY);
    const pageOf = async (feed: (session: WidgetSession, listener: NonNullable<ReturnType<FakeWire['listeners']['get']>>) => Promise<void>): Promise<string> => {
      const wire = new FakeWire();
      const session = new WidgetSession(wire, 'c1');
      session.watch(() => undefined);
      const place = document.createElement('mounted-widget');
      Object.assign(place, { session, widgetId: 'w_1', appId: null, label: '' });
      document.body.replaceChildren(place);
      await feed(session, wire.listeners.get('c1')!);
      await settled();
      return text(place);
    };
    const fresh = await pageOf(async (_, listener) => listener.snapshot?.({ type: 'snapshot', stream: '', number: 8, data: last }));
    expect(fresh).toBe('First Two 2 /b');
    for (let seed = 1; seed <= 12; seed += 1) {
      const random = seeded(seed);
      const shuffled = events.map((event) => ({ event, by: random() })).toSorted((left, right) => left.by - right.by);
      const page = await pageOf(async (_, listener) => {
        listener.snapshot?.({ type: 'snapshot', stream: '', number: 0, data: EMPTY });
        for (const { event } of shuffled) {
          listener.event?.({ type: 'event', stream: '', ...event });
          if (random() < 0.5) await settled();
        }
      });
      expect(page, `seed ${seed}`).toBe(fresh);
    }
  });
});

describe('an app widget', () => {
  it('that is not there says so, and can be asked for again', async () => {
    let there = false;
    serve({ widgets: () => { if (!there) throw new Error('The server is busy'); return { chat_side: entry({ type: 'text', text: 'Back' }), workspace_tabs: [], modals: {}, inline: {} }; } });
    const { session } = sessionWith();
    const widget = await show({ appId: 'gone', widgetKey: 'chat_side', session });
    await vi.waitFor(() => expect(text(widget)).toContain('The server is busy'));
    there = true;
    widget.querySelector('button')!.click();
    await vi.waitFor(() => expect(text(widget)).toBe('Back'));
    widget.widgetKey = 'modals.none';
    await vi.waitFor(() => expect(text(widget)).toContain('modals.none'));
  });

  it('that is declared goes when its app is switched off, and comes back with it', async () => {
    listed = [{ id: 'off', slug: 'off', enabled: true }];
    const { session } = sessionWith();
    const widget = await show({ appId: 'off', widgetKey: 'chat_side', entry: entry({ type: 'button', label: 'Go', action: { action: 'close' } }), session });
    await vi.waitFor(() => expect(apps.items).toHaveLength(1));
    expect(text(widget)).toBe('Go');
    const tell = (event: string, data: unknown): void => feeds.get('user:ada')!.event!({ type: 'event', stream: 'user:ada', number: 1, event, data });
    for (const change of [() => tell('widget.put', { widget: { id: 'off', enabled: false } }), () => tell('widget.removed', { widget_id: 'off' })]) {
      listed = [];
      change();
      await vi.waitFor(() => expect(text(widget)).toBe('The app of this widget was switched off or uninstalled'));
      expect(await axeFaults()).toEqual([]);
      listed = [{ id: 'off', slug: 'off', enabled: true }];
      tell('widget.put', { widget: { id: 'off', enabled: true } });
      await vi.waitFor(() => expect(text(widget)).toBe('Go'));
    }
  });

  it('waits for the conversation with as much room as it had', async () => {
    const wire = new FakeWire();
    const session = new WidgetSession(wire, 'c1');
    const tree = { type: 'column', padding: 115, children: [] };
    const widget = await show({ appId: 'a', widgetKey: 'chat_side', entry: entry(tree), session });
    expect(widget.querySelector('[role="status"]')).not.toBeNull();
    wire.show('c1');
    await settled();
    const height = widget.offsetHeight;
    expect(height).toBeGreaterThan(200);
    const again = await show({ appId: 'a', widgetKey: 'chat_side', entry: entry(tree), session: new WidgetSession(new FakeWire(), 'c2') });
    expect(again.querySelector('[role="status"]')).not.toBeNull();
    expect(Math.abs(again.offsetHeight - height)).toBeLessThan(12);
  });

  it('of a primitive that this version does not know shows its name and the rest', async () => {
    const { session } = sessionWith();
    const widget = await show({ mounted: mountedWidget({ tree: { type: 'column', children: [{ type: 'hologram' }, { type: 'text', text: 'Rest' }] } }), session });
    expect(text(widget)).toContain('hologram');
    expect(text(widget)).toContain('Rest');
  });
});
