/** Sessions: what stands beside a conversation. */
import { describe, expect, it } from 'vitest';
import { WidgetSession } from './session.ts';
import type { App, Mounted } from './shapes.ts';
import { isDeclared, sideEntries } from './side.ts';
import { FakeWire, mountedWidget } from './testing.ts';

const app = (id: string, members: Partial<App> = {}): App => ({
  id,
  slug: id,
  name: `App ${id}`,
  version: '1.0',
  chat_side: { title: 'Sources', icon: 'library_books', accent: 'blue', width: 300 },
  tabs: [{ id: 'orders', title: 'Orders', icon: 'list', accent: 'red' }],
  modals: [],
  inline: [],
  agents: [],
  enabled: true,
  ...members,
});

function session(...widgets: Partial<Mounted>[]): WidgetSession {
  const wire = new FakeWire();
  const made = new WidgetSession(wire, 'c1');
  made.watch(() => undefined);
  wire.show('c1', { widgets: widgets.map((members) => mountedWidget(members)), state: { a: { n: 3 } } });
  return made;
}

it('test_it_works', () => {
  const entries = sideEntries([app('a')], session({ app: 'a', zone: 'workspace_tabs', ref: 'orders', title: '{{state.n}} orders' }), null);
  expect(entries).toMatchObject([
    { key: 'a chat_side', app: 'a', title: 'Sources', icon: 'library_books', accent: 'blue', width: 300, widgetKey: 'chat_side' },
    { key: 'a w_1', app: 'a', title: '3 orders', icon: 'list', accent: 'red', mounted: { widget_id: 'w_1' } },
  ]);
});

describe('entries', () => {
  it('are of active apps that declare a panel, or of the one app of the conversation', () => {
    const all = [app('a'), app('b', { chat_side: null }), app('c', { enabled: false }), app('d')];
    expect(sideEntries(all, session(), null).map((entry) => entry.app)).toEqual(['a', 'd']);
    expect(sideEntries(all, session(), 'd').map((entry) => entry.app)).toEqual(['d']);
    expect(sideEntries(all, session(), 'gone')).toEqual([]);
  });

  it('are not what stands elsewhere, nor what was patched in a declared panel', () => {
    const entries = sideEntries([], session({ zone: 'inline' }, { zone: 'modals' }, { app: 'a', zone: 'chat_side', widget_id: 'chat_side' }, { zone: 'chat_side', widget_id: 'w_2' }), null);
    expect(entries.map(({ mounted }) => mounted?.widget_id)).toEqual(['w_2']);
  });

  it.each([
    [undefined, 320],
    [10, 200],
    [720, 720],
    [9_000, 2_000],
  ])('of width %s are %s pixels wide', (width, shown) => {
    const side = width === undefined ? { title: 'S' } : { title: 'S', width };
    expect(sideEntries([app('a', { chat_side: side })], session(), null)[0]!.width).toBe(shown);
  });

  it('of one title are told apart by their apps, those of one app by numbers', () => {
    const all = [app('a'), app('b', { name: 'Atelier' }), app('c', { name: 'Atelier' }), app('d', { name: 'Sources' }), app('e', { chat_side: { title: 'Other' } })];
    const titles = sideEntries(all, session({ app: 'a', zone: 'workspace_tabs', title: 'Other' }), null).map(({ title }) => title);
    expect(titles).toEqual(['Sources · App a', 'Sources · Atelier', 'Sources · Atelier (2)', 'Sources', 'Other · App e', 'Other · App a']);
  });

  it('have a name, whatever is missing', () => {
    const named = (...widgets: Partial<Mounted>[]): string[] => sideEntries([app('a', { chat_side: {} })], session(...widgets), null).map(({ title }) => title);
    expect(named({ zone: 'chat_side' }, { zone: 'workspace_tabs', widget_id: 'w_2', ref: 'open_orders' }, { zone: 'chat_side', widget_id: 'w_3', app: 'a' }, { zone: 'chat_side', widget_id: 'w_4', title: '{{broken' })).toEqual([
      'App a',
      'Chat side',
      'Open orders',
      'App a (2)',
      '{{broken',
    ]);
  });
});

it.each([
  ['chat_side', true],
  ['workspace_tabs.orders', true],
  ['modals.booking', true],
  ['w_chat_side', false],
  ['w_abc', false],
])('%s is declared: %s', (id, declared) => expect(isDeclared(id)).toBe(declared));
