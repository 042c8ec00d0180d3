import { expect, test } from 'vitest';
import { hasAssistant, others, readersOf, titleOf, unreadOf, withReading } from './people.ts';
import type { Conversation, Participant } from './shapes.ts';

function one(id: string, kind: Participant['kind'], more: Partial<Participant> = {}): Participant {
  return { id, kind, user_id: kind === 'user' ? id : null, agent_id: kind === 'agent' ? id : null, name: id, last_read_number: 0, left: false, ...more };
}

function conversation(...participants: Participant[]): Conversation {
  const moment = '2026-01-01T00:00:00Z';
  return { id: 'c', title: '', participants, last_number: 5, last_message: null, created_at: moment, updated_at: moment };
}

const group = conversation(one('me', 'user', { last_read_number: 3 }), one('bob', 'user', { last_read_number: 4 }), one('helper', 'agent'), one('gone', 'user', { left: true, last_read_number: 9 }));

test('it works', () => {
  expect(others(group, 'me').map(({ id }) => id)).toEqual(['bob', 'helper']);
  expect(unreadOf(group, 'me')).toBe(2);
  expect(readersOf(group, 4, 'me').map(({ id }) => id)).toEqual(['bob']);
});

test('a conversation without a title is called after the others', () => {
  expect(titleOf({ ...group, title: 'Plans' })).toBe('Plans');
  expect(titleOf(group)).toBe('me, bob, helper'); // on a page where nobody is signed in
  expect(titleOf(conversation(...'abcde'.split('').map((id) => one(id, 'user'))))).toBe('a, b, c and 2 more');
  expect(titleOf(conversation(one('assistant', 'assistant')))).toBe('New conversation');
  expect(titleOf(conversation(one('gone', 'agent', { left: true })))).toBe('gone');
});

test('somebody who left answers no more', () => {
  expect(hasAssistant(conversation(one('a', 'assistant')))).toBe(true);
  expect(hasAssistant(conversation(one('a', 'assistant', { left: true })))).toBe(false);
});

test('reading goes forwards only', () => {
  expect(unreadOf(withReading(group, 'me', 5), 'me')).toBe(0);
  expect(unreadOf(withReading(group, 'me', 1), 'me')).toBe(2);
});
