/** Sessions: events in any order end in what a fresh snapshot says. */
import { describe, expect, it } from 'vitest';
import { EMPTY, SessionLog, afterEvent } from './log.ts';
import type { NumberedEvent } from './log.ts';
import type { Mounted, SessionData } from './shapes.ts';
import { seeded, mountedWidget } from './testing.ts';

const event = (number: number, name: string, data: Record<string, unknown>): NumberedEvent => ({ number, event: `widget:${name}`, data });
const render = (number: number, widget: Partial<Mounted> = {}): NumberedEvent => event(number, 'render', { widget: mountedWidget(widget) });

function shown(events: NumberedEvent[], base: SessionData = EMPTY): SessionData {
  const log = new SessionLog();
  log.show(base, 0);
  for (const each of events) log.add(each);
  return log.data;
}

it('test_it_works', () => {
  const data = shown([
    render(1),
    event(2, 'update', { widget_id: 'w_1', app: null, patch: { 'data.sources': [{ id: 1 }], 'ctx.path': '/src', 'state.filter': 'active' } }),
    event(3, 'state', { app: '', changes: { filter: 'active', n: 1 }, removed: [] }),
    event(4, 'error', { widget_id: 'w_1', app: null, binding: 'sources', message: 'Backend timeout' }),
  ]);
  expect(data.state).toEqual({ '': { filter: 'active', n: 1 } });
  expect(data.widgets[0]).toMatchObject({ values: { sources: [{ id: 1 }] }, ctx: { path: '/src' }, errors: { sources: 'Backend timeout' } });
});

describe('events', () => {
  it('close, replace, and take errors and values away', () => {
    const data = shown([
      render(1),
      render(2, { widget_id: 'w_2' }),
      event(3, 'error', { widget_id: 'w_2', app: null, binding: null, message: 'Stopped' }),
      event(4, 'error', { widget_id: 'w_2', app: null, binding: null, message: '' }),
      event(5, 'close', { widget_id: 'w_1', app: null }),
      render(6, { widget_id: 'w_2', title: 'New' }),
      event(7, 'state', { app: 'a', changes: { x: 1, y: 2 }, removed: [] }),
      event(8, 'state', { app: 'a', changes: {}, removed: ['x'] }),
    ]);
    expect(data.widgets).toEqual([mountedWidget({ widget_id: 'w_2', title: 'New' })]);
    expect(data.state).toEqual({ a: { y: 2 } });
  });

  it('that bring a widget back put it where it was, in the order of mounting', () => {
    const at = (minute: number): string => `2026-03-01T10:0${minute}:00Z`;
    const first = { widget_id: 'w_1', app: 'a', created_at: at(1) };
    const data = shown([render(1, first), render(2, { widget_id: 'w_2', created_at: at(2) }), event(3, 'close', { widget_id: 'w_1', app: 'a' }), render(4, first)]);
    expect(data.widgets.map(({ widget_id: id }) => id)).toEqual(['w_1', 'w_2']);
  });

  it('mean the widget of their app alone', () => {
    const data = shown([render(1, { widget_id: 'chat_side', app: 'a' }), render(2, { widget_id: 'chat_side', app: 'b' }), event(3, 'update', { widget_id: 'chat_side', app: 'b', patch: { 'data.n': 1, 'state.n': 2 } })]);
    expect(data.widgets.map(({ app, values }) => [app, values])).toEqual([['a', {}], ['b', { n: 1 }]]);
    expect(data.state).toEqual({ b: { n: 2 } });
  });

  it('of a kind that is not known, or that are broken, change nothing', () => {
    const data = shown([render(1)]);
    for (const [name, detail] of [['future', {}], ['render', { widget: 1 }], ['update', { widget_id: 'w_1', app: null, patch: { 'data.list.7': 1 } }]] as const) {
      expect(afterEvent(data, event(2, name, detail)), name).toEqual(data);
    }
  });

  it('that are known already, or older than the snapshot, change nothing', () => {
    const log = new SessionLog();
    log.show({ state: { '': { n: 5 } }, widgets: [] }, 5);
    expect(log.add(event(5, 'state', { app: '', changes: { n: 1 } }))).toBe(false);
    expect(log.add(event(6, 'state', { app: '', changes: { n: 6 } }))).toBe(true);
    expect(log.add(event(6, 'state', { app: '', changes: { n: 7 } }))).toBe(false);
    expect(log.data.state).toEqual({ '': { n: 6 } });
  });
});

describe('a snapshot', () => {
  it('keeps what came after it, also when it comes last', () => {
    const log = new SessionLog();
    log.add(event(4, 'state', { app: '', changes: { n: 4 } }));
    log.add(event(6, 'state', { app: '', changes: { n: 6 } }));
    log.show({ state: { '': { n: 5, m: 1 } }, widgets: [] }, 5);
    expect(log.data.state).toEqual({ '': { n: 6, m: 1 } });
  });

  it('with a lower number is of a server that counts anew', () => {
    const log = new SessionLog();
    log.show(EMPTY, 50);
    log.add(event(51, 'state', { app: '', changes: { n: 51 } }));
    log.show({ state: { '': { n: 2 } }, widgets: [] }, 2);
    expect(log.data.state).toEqual({ '': { n: 2 } });
    log.add(event(3, 'state', { app: '', changes: { n: 3 } }));
    expect(log.data.state).toEqual({ '': { n: 3 } });
  });
});

/** Events as a server would number them: each fits what was there before. */
function history(random: () => number, length: number): NumberedEvent[] {
  const one = <T>(of: readonly T[]): T => of[Math.floor(random() * of.length)]!;
  let data: SessionData = EMPTY;
  const events: NumberedEvent[] = [];
  const kinds: ((number: number) => NumberedEvent)[] = [
    (number) => render(number, { widget_id: `w_${one([1, 2, 3])}`, app: one([null, 'a']), title: `${number}` }),
    (number) => event(number, 'state', { app: one(['', 'a']), changes: { [one(['x', 'y'])]: number }, removed: random() < 0.3 ? ['z'] : [] }),
    (number) => event(number, 'state', { app: one(['', 'a']), changes: { z: number }, removed: [] }),
  ];
  const onWidget: ((number: number, widget: Mounted) => NumberedEvent)[] = [
    (number, { widget_id, app }) => event(number, 'close', { widget_id, app }),
    (number, { widget_id, app }) => event(number, 'error', { widget_id, app, binding: one([null, 'list']), message: one(['', `${number}`]) }),
    (number, { widget_id, app }) => event(number, 'update', { widget_id, app, patch: { 'data.list': [number], 'ctx.n': number } }),
    (number, { widget_id, app, values }) => event(number, 'update', { widget_id, app, patch: { [`data.list.${Array.isArray(values['list']) ? values['list'].length : 0}`]: number, 'state.z': number } }),
  ];
  for (let number = 1; number <= length; number += 1) {
    const next = data.widgets.length > 0 && random() < 0.6 ? one(onWidget)(number, one(data.widgets)) : one(kinds)(number);
    data = afterEvent(data, next);
    events.push(next);
  }
  return events;
}

it('ends in the same, in whatever order the events and the snapshot arrive', () => {
  for (let seed = 1; seed <= 150; seed += 1) {
    const random = seeded(seed);
    const events = history(random, 5 + Math.floor(random() * 150));
    const right = events.reduce(afterEvent, EMPTY);
    const at = Math.floor(random() * events.length);
    const snapshot = events.slice(0, at).reduce(afterEvent, EMPTY);
    const arriving: (NumberedEvent | 'snapshot')[] = ['snapshot', ...events, ...events.slice(0, 5)];
    const shuffled = arriving.map((what) => ({ what, by: random() })).toSorted((left, right_) => left.by - right_.by);
    const log = new SessionLog();
    for (const { what } of shuffled) {
      if (what === 'snapshot') log.show(snapshot, at);
      else log.add(what);
    }
    expect(sorted(log.data), `seed ${seed}`).toEqual(sorted(right));
  }
});

/** The order of the state's apps says nothing. */
function sorted({ state, widgets }: SessionData): unknown {
  return { state: Object.fromEntries(Object.entries(state).toSorted()), widgets };
}
