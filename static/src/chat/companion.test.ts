/** Chat: what the panel beside it remembers. */
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { WidgetSession } from '../sessions/session.ts';
import { FakeWire, mountedWidget } from '../sessions/testing.ts';
import { Companion } from './companion.ts';

const kept = new Map<string, string>();
const store = { getItem: (name: string) => kept.get(name) ?? null, setItem: (name: string, value: string) => void kept.set(name, value) };
const beside = (id: string) => mountedWidget({ widget_id: id, zone: 'chat_side', title: id });

function conversation(...ids: string[]): { wire: FakeWire; session: WidgetSession } {
  const wire = new FakeWire();
  const session = new WidgetSession(wire, 'c1');
  session.watch(() => undefined);
  wire.show('c1', { widgets: ids.map(beside) });
  return { wire, session };
}

beforeEach(() => kept.clear());

it('test_it_works', () => {
  const companion = new Companion(store, 'alice');
  companion.look(conversation('w_1', 'w_2').session, null);
  expect(companion.entries.map(({ title }) => title)).toEqual(['w_1', 'w_2']);
  expect([companion.shown?.title, companion.isOpen, companion.covers]).toEqual(['w_1', true, false]);
});

describe('the panel', () => {
  it('remembers what was chosen and whether it is open, for each person', () => {
    const companion = new Companion(store, 'alice');
    const { session } = conversation('w_1', 'w_2');
    companion.look(session, null);
    companion.select(companion.entries[1]!.key);
    companion.set(false, true);
    const later = new Companion(store, 'alice');
    later.look(session, null);
    expect([later.shown?.title, later.isOpen]).toEqual(['w_2', false]);
    expect(new Companion(store, 'bob').isOpen).toBe(true);
  });

  it('does not remember that it lay over the messages', () => {
    const companion = new Companion(store, 'alice');
    companion.set(true, false);
    expect(companion.covers).toBe(true);
    expect(new Companion(store, 'alice').covers).toBe(false);
    expect(companion.isOpen).toBe(true);
  });

  it('shows what is pushed, not what was there when the conversation was opened', () => {
    const companion = new Companion(store, 'alice');
    const wire = new FakeWire();
    const session = new WidgetSession(wire, 'c1');
    session.watch(() => undefined);
    companion.look(session, null);
    wire.show('c1', { widgets: [beside('w_0'), beside('w_1')] });
    companion.look(session, null);
    expect([companion.shown?.title, companion.hasNews]).toEqual(['w_0', false]);
    wire.say('c1', 'widget:render', { widget: beside('w_2') });
    companion.look(session, null);
    expect([companion.shown?.title, companion.hasNews]).toEqual(['w_2', true]);
    wire.say('c1', 'widget:close', { widget_id: 'w_2', app: null });
    companion.look(session, null);
    expect(companion.shown?.title).toBe('w_0');
  });

  it('does without storage', () => {
    const companion = new Companion(undefined, 'alice');
    const heard = vi.fn();
    companion.addEventListener('change', heard);
    companion.set(false, true);
    expect([companion.isOpen, heard.mock.calls.length]).toEqual([false, 1]);
  });
});
