import { beforeEach, expect, test } from 'vitest';
import { Keeping, NEW } from './keeping.ts';
import { Outbox } from './outbox.ts';
import type { Message } from './shapes.ts';

let keeping: Keeping;
let outbox: Outbox;
beforeEach(() => {
  keeping = new Keeping(undefined, 'alice');
  outbox = new Outbox(keeping);
});

const said = (number: number, text: string): Message => ({ id: `m${number}`, number, text }) as Message;

test('it works', () => {
  const one = outbox.put('c1', { text: 'hello' }, 0);
  expect(outbox.shown).toEqual([one]);
  expect(keeping.unsent('c1')).toMatchObject([{ key: one.key, asking: { text: 'hello' } }]);
  outbox.drop(one);
  expect(outbox.shown).toEqual([]);
  expect(keeping.unsent('c1')).toEqual([]);
});

test('a message seen in the conversation is not shown twice, and another of the same words is', () => {
  outbox.put('c1', { text: 'hello ' }, 4);
  const second = outbox.put('c1', { text: 'hello' }, 4);
  outbox.claim(said(3, 'hello'));
  expect(outbox.shown).toHaveLength(2);
  outbox.claim(said(5, 'hello'));
  outbox.claim(said(5, 'hello'));
  expect(outbox.shown).toEqual([second]);
});

test('one that had only lost its answer goes when it is seen in the conversation, also after a reload', () => {
  outbox.fail(outbox.put('c1', { text: 'hello' }, 4), 'The server cannot be reached.');
  const reloaded = new Outbox(keeping);
  reloaded.restore('c1');
  reloaded.claim(said(4, 'hello'));
  expect(reloaded.waiting).toHaveLength(1);
  reloaded.claim(said(5, 'hello'));
  expect(reloaded.waiting).toEqual([]);
  expect(keeping.unsent('c1')).toEqual([]);
});

test('after a reload what was on its way goes again under its key, what failed waits for the person', () => {
  const sending = outbox.put('c1', { text: 'on its way' }, 0);
  outbox.fail(outbox.put('c1', { text: 'refused' }, 0), 'No.');
  const reloaded = new Outbox(keeping);
  expect(reloaded.restore('c1').map(({ key }) => key)).toEqual([sending.key]);
  expect(reloaded.shown.map(({ asking, reason }) => [asking.text, reason])).toEqual([
    ['on its way', ''],
    ['refused', 'No.'],
  ]);
});

test('what was on its way long ago is not sent behind the person’s back', () => {
  outbox.put('c1', { text: 'old' }, 0);
  expect(new Outbox(keeping).restore('c1', Date.now() + 600_000)).toEqual([]);
});

test('the first message moves with its conversation', () => {
  const one = outbox.put(NEW, { text: 'first' }, 0);
  outbox.move(one, 'c9');
  expect(keeping.unsent(NEW)).toEqual([]);
  expect(keeping.unsent('c9')).toHaveLength(1);
  outbox.drop(one);
  expect(keeping.unsent('c9')).toEqual([]);
});
