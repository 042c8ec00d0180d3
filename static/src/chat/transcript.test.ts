import { expect, test } from 'vitest';
import { Transcript } from './transcript.ts';
import type { Message } from './shapes.ts';

const SENDER = { id: 'p', kind: 'assistant' as const, user_id: null, agent_id: null, name: 'Assistant' };

function message(number: number, more: Partial<Message> = {}): Message {
  const moment = '2026-01-01T00:00:00+00:00';
  return {
    id: `m${number}`,
    conversation_id: 'c',
    number,
    sender: SENDER,
    text: `text ${number}`,
    text_length: 6,
    payload: {},
    status: 'complete',
    reply_to: null,
    quote: null,
    attachments: [],
    created_at: moment,
    updated_at: moment,
    ...more,
  };
}

const numbers = (transcript: Transcript): number[] => transcript.messages.map(({ number }) => number);

test('it works', () => {
  const transcript = new Transcript();
  transcript.show([message(1), message(2)], false);
  expect(transcript.put(message(3))).toEqual({ isNew: true, ended: true });
  expect(numbers(transcript)).toEqual([1, 2, 3]);
});

test('messages stand in order, however they arrive', () => {
  const transcript = new Transcript();
  for (const number of [3, 1, 2]) transcript.put(message(number));
  transcript.put(message(2, { text: 'changed' }));
  expect(numbers(transcript)).toEqual([1, 2, 3]);
  expect(transcript.get('m2')?.text).toBe('changed');
});

test('an answer that has ended does not begin again', () => {
  const transcript = new Transcript();
  transcript.put(message(1, { status: 'complete', text: 'whole' }));
  expect(transcript.put(message(1, { status: 'streaming', text: '' }))).toEqual({ isNew: false, ended: false });
  expect(transcript.get('m1')?.text).toBe('whole');
});

test('the end of an answer is told once', () => {
  const transcript = new Transcript();
  expect(transcript.put(message(1, { status: 'streaming', text: '' }))).toEqual({ isNew: true, ended: false });
  expect(transcript.put(message(1)).ended).toBe(true);
  expect(transcript.put(message(1, { payload: { type: 'choices', choices: [], chosen: 0 } })).ended).toBe(false);
});

test('pieces that come before their message are not lost, and late ones change nothing', () => {
  const transcript = new Transcript();
  expect(transcript.add({ message_id: 'm1', text: 'Hel', length: 3 })).toBe(false);
  transcript.put(message(1, { status: 'streaming', text: '' }));
  expect(transcript.textOf(transcript.get('m1')!)).toBe('Hel');
  transcript.put(message(1, { status: 'interrupted', text: 'Hel' }));
  expect(transcript.add({ message_id: 'm1', text: 'lo', length: 5 })).toBe(false);
  expect(transcript.textOf(transcript.get('m1')!)).toBe('Hel');
});

test('a gap is filled by the saved text', () => {
  const transcript = new Transcript();
  const begun = message(1, { status: 'streaming', text: '' });
  transcript.put(begun);
  transcript.add({ message_id: 'm1', text: 'world', length: 11 });
  expect(transcript.isBehind(begun)).toBe(true);
  transcript.put({ ...begun, text: 'hello ' });
  expect(transcript.textOf(transcript.get('m1')!)).toBe('hello world');
});

test('a fresh snapshot keeps earlier pages that join it, and drops those that do not', () => {
  const transcript = new Transcript();
  transcript.show([message(3), message(4)], true);
  transcript.prepend([message(1), message(2)], false);
  transcript.show([message(3), message(4), message(5)], true);
  expect([numbers(transcript), transcript.hasMore]).toEqual([[1, 2, 3, 4, 5], false]);
  transcript.show([message(8), message(9)], true);
  expect([numbers(transcript), transcript.hasMore]).toEqual([[8, 9], true]);
});

test('what came while the snapshot was on its way stays', () => {
  const transcript = new Transcript();
  transcript.put(message(2, { text: 'newer', updated_at: '2026-01-01T00:00:05+00:00' }));
  transcript.put(message(3));
  transcript.show([message(1), message(2)], false);
  expect(numbers(transcript)).toEqual([1, 2, 3]);
  expect(transcript.get('m2')?.text).toBe('newer');
});
