/** Sessions: which conversation is the page's own. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { StreamListener } from '../live/client.ts';
import { chooseSession, newSession, openSession, sessionOf, watchCurrent } from './current.ts';
import { rememberConversation } from './remembered.ts';
import { server } from './server.ts';

const GONE = { type: 'error', code: 'NOT_FOUND', message: 'not found' } as const;
const listeners = new Map<string, StreamListener>();
let born = 0;
const person = (): string => `${document.body.dataset['signedIn']}:t1`;

beforeEach(() => {
  chooseSession(undefined); // a chat of another file may have left one open
  listeners.clear();
  document.body.dataset['signedIn'] = `alice${(born += 1)}`; // what other tests left behind is of other people
  document.body.dataset['tenant'] = 't1';
  vi.spyOn(server, 'create').mockImplementation(async (app) => ({ id: `born-${app ?? ''}-${(born += 1)}` }));
  vi.spyOn(server, 'follow').mockImplementation((id, listener) => (listeners.set(id, listener), () => listeners.delete(id)));
});
afterEach(() => {
  chooseSession(undefined);
  for (const listener of [...listeners.values()]) listener.error?.(GONE); // the page forgets its own
  vi.restoreAllMocks();
  localStorage.clear();
});

it('test_it_works', async () => {
  rememberConversation(localStorage, person(), 'c1');
  const session = openSession();
  expect([session.id, session === sessionOf('c1'), openSession() === session]).toEqual(['c1', true, true]);
});

it('is the one that the chat has open, and changes with it', () => {
  const heard = vi.fn();
  const leave = watchCurrent(heard);
  chooseSession(sessionOf('c2'));
  chooseSession(sessionOf('c2'));
  expect([openSession().id, heard.mock.calls.length]).toEqual(['c2', 1]);
  leave();
});

it('is made once, for the dock and the page alike, and remembered', async () => {
  const session = openSession();
  expect([session.id, session === newSession()]).toEqual([undefined, true]);
  const [first, second] = await Promise.all([session.ready(), openSession().ready()]);
  expect(first).toBe(second);
  expect([openSession() === session, sessionOf(first) === session]).toEqual([true, true]);
  expect(localStorage.getItem(`chat:open:${person()}`)).toBe(first);
  expect(newSession()).not.toBe(session);
});

it('for one app is another than for all', async () => {
  expect(newSession('a')).not.toBe(newSession());
  await newSession('a').ready();
  expect(server.create).toHaveBeenLastCalledWith('a', expect.any(String));
});

it('stays the same on this page, whatever another page opens', () => {
  rememberConversation(localStorage, person(), 'c4');
  openSession();
  rememberConversation(localStorage, person(), 'c5');
  expect(openSession().id).toBe('c4');
});

it('that was deleted is forgotten', () => {
  rememberConversation(localStorage, person(), 'c3');
  expect(openSession().id).toBe('c3');
  const heard = vi.fn();
  const leave = watchCurrent(heard);
  listeners.get('c3')!.error?.(GONE);
  expect(heard).toHaveBeenCalledTimes(1);
  expect([openSession().id, localStorage.getItem(`chat:open:${person()}`)]).toEqual([undefined, null]);
  leave();
});
