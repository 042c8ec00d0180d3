/** Sessions: one conversation's widgets and state, seen at once and undone where the server refuses. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WidgetSession } from './session.ts';
import { FakeWire, mountedWidget } from './testing.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function followed(id: string | undefined = 'c1'): { wire: FakeWire; session: WidgetSession; heard: ReturnType<typeof vi.fn> } {
  const wire = new FakeWire();
  const session = new WidgetSession(wire, id);
  const heard = vi.fn();
  session.watch(heard);
  return { wire, session, heard };
}

const answer = (state: Record<string, unknown>) => async () => state;
const never = () => new Promise<never>(() => undefined);

it('test_it_works', () => {
  const { wire, session, heard } = followed();
  expect(session.state).toBe('loading');
  wire.show('c1', { state: { a: { n: 1 } }, widgets: [mountedWidget()] });
  expect(session.state).toBe('ready');
  expect(session.stateOf('a')).toEqual({ n: 1 });
  expect(session.stateOf(null)).toEqual({});
  expect(session.widget('w_1')?.title).toBe('');
  heard.mockClear();
  wire.say('c1', 'widget:state', { app: 'a', changes: { n: 2 } });
  expect(session.stateOf('a')).toEqual({ n: 2 });
  expect(heard).toHaveBeenCalledTimes(1);
});

describe('a change', () => {
  it('is seen at once, and stays until the event tells the same', async () => {
    const { wire, session } = followed();
    wire.show('c1', { state: { a: { picked: ['x'] } } });
    const done = session.change('a', { 'picked.toggle': 'y' }, answer({ picked: ['x', 'y'] }));
    expect(session.stateOf('a')).toEqual({ picked: ['x', 'y'] });
    expect(session.stateOf('b')).toEqual({});
    await done;
    expect(session.stateOf('a')).toEqual({ picked: ['x', 'y'] });
    wire.say('c1', 'widget:state', { app: 'a', changes: { picked: ['x', 'y'] } });
    expect(session.stateOf('a')).toEqual({ picked: ['x', 'y'] });
    wire.say('c1', 'widget:state', { app: 'a', changes: { picked: [] } });
    expect(session.stateOf('a')).toEqual({ picked: [] });
  });

  it('is not made twice where the event is faster than the answer', async () => {
    const { wire, session } = followed();
    wire.show('c1');
    const seen: unknown[] = [];
    session.watch(() => seen.push(session.stateOf('a')['n']));
    await session.change('a', { 'n.increment': 1 }, async () => {
      wire.say('c1', 'widget:state', { app: 'a', changes: { n: 1 } });
      return { n: 1 };
    });
    expect(new Set(seen)).toEqual(new Set([1]));
  });

  it('is undone when the server refuses, and says why', async () => {
    const { wire, session } = followed();
    wire.show('c1', { state: { a: { n: 1 } } });
    const done = session.change('a', { n: 2 }, () => Promise.reject(new Error('Too large')));
    expect(session.stateOf('a')).toEqual({ n: 2 });
    await expect(done).rejects.toThrow('Too large');
    expect(session.stateOf('a')).toEqual({ n: 1 });
  });

  it('waits for the one before it', async () => {
    const { wire, session } = followed();
    wire.show('c1');
    const sent: string[] = [];
    let answerFirst: (state: Record<string, unknown>) => void = () => undefined;
    const first = session.change('a', { n: 1 }, () => (sent.push('first'), new Promise((resolve) => (answerFirst = resolve))));
    const second = session.change('a', { 'n.increment': 1 }, async () => (sent.push('second'), { n: 2 }));
    await vi.advanceTimersByTimeAsync(10);
    expect(sent).toEqual(['first']);
    expect(session.stateOf('a')).toEqual({ n: 2 });
    answerFirst({ n: 1 });
    await Promise.all([first, second]);
    expect(sent).toEqual(['first', 'second']);
    await session.settled();
    expect(session.stateOf('a')).toEqual({ n: 2 });
  });

  it('gives way to what the server says after a while', async () => {
    const { wire, session } = followed();
    wire.show('c1', { state: { a: { n: 0 } } });
    await session.change('a', { n: 1 }, answer({ n: 1 }));
    expect(session.stateOf('a')).toEqual({ n: 1 });
    await vi.advanceTimersByTimeAsync(5_000);
    expect(session.stateOf('a')).toEqual({ n: 0 });
  });

  it('is read over HTTP where the live connection is away', async () => {
    const { wire, session } = followed();
    wire.show('c1');
    wire.online = false;
    wire.data = { state: { a: { n: 1, other: 2 } }, widgets: [] };
    await session.change('a', { n: 1 }, answer({ n: 1, other: 2 }));
    await vi.advanceTimersByTimeAsync(0);
    expect(session.stateOf('a')).toEqual({ n: 1, other: 2 });
  });
});

describe('a session without a conversation', () => {
  it('makes it for the first change, once', async () => {
    const wire = new FakeWire();
    const born = vi.fn();
    const session = new WidgetSession(wire, undefined, 'app1', born);
    session.watch(() => undefined);
    expect(session.state).toBe('new');
    const changes = [session.change('app1', { n: 1 }, async (id) => ({ n: 1, id })), session.change('app1', { m: 1 }, async () => ({ n: 1, m: 1 }))];
    expect(session.stateOf('app1')).toEqual({ n: 1, m: 1 });
    await Promise.all([...changes, session.ready()]);
    expect(wire.calls.map((call) => call.slice(0, 11))).toEqual(['create app1']);
    expect(session.id).toBe('born');
    expect(born).toHaveBeenCalledTimes(1);
    expect(wire.listeners.has('born')).toBe(true);
  });

  it('can be made again after a failure, under the same key', async () => {
    const { wire, session } = followed(undefined as never);
    const fresh = new WidgetSession(wire);
    wire.refuse.create = new Error('away');
    await expect(fresh.ready()).rejects.toThrow('away');
    await fresh.ready();
    expect(wire.calls).toHaveLength(2);
    expect(wire.calls[0]).toBe(wire.calls[1]);
    expect(session.id).toBe('c1');
  });
});

describe('closing a widget', () => {
  it('is seen at once and undone when refused', async () => {
    const { wire, session } = followed();
    wire.show('c1', { widgets: [mountedWidget(), mountedWidget({ widget_id: 'w_2' })] });
    const done = session.close('w_1');
    expect(session.widgets.map(({ widget_id: id }) => id)).toEqual(['w_2']);
    await done;
    wire.say('c1', 'widget:close', { widget_id: 'w_1', app: null });
    wire.refuse.close = new Error('no');
    const refused = session.close('w_2');
    expect(session.widgets).toEqual([]);
    await expect(refused).rejects.toThrow('no');
    expect(session.widgets.map(({ widget_id: id }) => id)).toEqual(['w_2']);
  });

  it('leaves the widget of that name which belongs to another app', () => {
    const { wire, session } = followed();
    wire.show('c1', { widgets: ['one', 'two'].map((app) => mountedWidget({ widget_id: 'chat_side', app })) });
    void session.close('chat_side', 'two');
    expect(session.widgets.map(({ app }) => app)).toEqual(['one']);
  });
});

describe('the connection', () => {
  it('that brings no snapshot is done without', async () => {
    const { wire, session } = followed();
    wire.data = { state: { a: { n: 1 } }, widgets: [] };
    await vi.advanceTimersByTimeAsync(2_000);
    expect(wire.calls).toEqual(['session c1']);
    expect(session.stateOf('a')).toEqual({ n: 1 });
    wire.show('c1', { state: { a: { n: 2 } } });
    expect(session.stateOf('a')).toEqual({ n: 2 });
  });

  it('and the answer failing says so, and can be tried again', async () => {
    const { wire, session } = followed();
    wire.refuse.session = new Error('away');
    await vi.advanceTimersByTimeAsync(2_000);
    expect(session.state).toBe('failed');
    await session.reload();
    expect(session.state).toBe('ready');
  });

  it('ends with the conversation', () => {
    const { wire, session } = followed();
    wire.show('c1');
    wire.end('c1');
    expect(session.state).toBe('gone');
    expect(wire.listeners.size).toBe(0);
  });

  it('is left when nobody watches any more', () => {
    const wire = new FakeWire();
    const session = new WidgetSession(wire, 'c1');
    const leave = [session.watch(() => undefined), session.watch(() => undefined)];
    leave[0]!();
    expect(wire.listeners.size).toBe(1);
    leave[1]!();
    expect(wire.listeners.size).toBe(0);
  });
});

it('a change whose answer never comes holds nothing up but the next change', async () => {
  const { wire, session } = followed();
  wire.show('c1');
  void session.change('a', { n: 1 }, never);
  wire.say('c1', 'widget:state', { app: 'a', changes: { m: 1 } });
  expect(session.stateOf('a')).toEqual({ n: 1, m: 1 });
});
