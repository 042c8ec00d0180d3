import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Typing } from './typing.ts';

const bob = { id: 'p', kind: 'user' as const, user_id: 'bob', agent_id: null, name: 'Bob' };

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('it works', () => {
  const changed = vi.fn();
  const typing = new Typing(changed);
  typing.heard(bob, 'me');
  typing.heard(bob, 'me');
  expect(typing.names).toEqual(['Bob']);
  expect(changed).toHaveBeenCalledTimes(1);
  typing.said('p');
  expect(typing.names).toEqual([]);
});

test('who is silent for some seconds does not write any more', () => {
  const typing = new Typing(() => undefined);
  typing.heard(bob, 'me');
  vi.advanceTimersByTime(5_000);
  typing.heard(bob, 'me');
  vi.advanceTimersByTime(5_000);
  expect(typing.names).toEqual(['Bob']);
  vi.advanceTimersByTime(5_000);
  expect(typing.names).toEqual([]);
});

test('one does not see oneself writing', () => {
  const typing = new Typing(() => undefined);
  typing.heard(bob, 'bob');
  expect(typing.names).toEqual([]);
});
