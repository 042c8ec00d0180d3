/** Sandbox: one question at a time. */
import { expect, it } from 'vitest';
import { MOST_QUESTIONS, TurnQueue } from './queue.ts';

const never = new AbortController().signal;
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

/** A turn that ends when told. */
function turn(queue: TurnQueue, key: string, owner: object = {}, signal = never) {
  const entry = { key, began: false, hasWaited: false, end: (): void => undefined, done: Promise.resolve() as Promise<unknown> };
  entry.done = queue.take({ owner, key }, signal, async (hasWaited) => {
    Object.assign(entry, { began: true, hasWaited });
    await new Promise<void>((resolve) => (entry.end = resolve));
    return key;
  });
  entry.done.catch(() => undefined);
  return entry;
}

it('test_it_works', async () => {
  const queue = new TurnQueue();
  const told: number[] = [];
  queue.watch(() => told.push(queue.waiting));
  const all = ['a', 'b', 'c'].map((key) => turn(queue, key));
  await settled();
  expect(all.map(({ began }) => began)).toEqual([true, false, false]);
  expect([queue.waiting, queue.isBusy('c'), queue.isBusy('d')]).toEqual([2, true, false]);
  for (const one of all) {
    one.end();
    expect(await one.done).toBe(one.key);
    await settled();
  }
  expect(all.map(({ hasWaited }) => hasWaited)).toEqual([false, true, true]);
  expect(told).toEqual([0, 1, 2, 1, 0, 0]);
});

it('who gives up leaves, and the turn goes on', async () => {
  const queue = new TurnQueue();
  const aborts = [new AbortController(), new AbortController()];
  const first = turn(queue, 'a');
  const second = turn(queue, 'b', {}, aborts[0]!.signal);
  const third = turn(queue, 'c');
  aborts[0]!.abort(new Error('gone'));
  await expect(second.done).rejects.toThrow('gone');
  expect([second.began, queue.waiting]).toEqual([false, 1]);
  first.end();
  await settled();
  expect(third.began).toBe(true);
});

it('a question that fails frees its place', async () => {
  const queue = new TurnQueue();
  await expect(queue.take({ owner: {}, key: 'a' }, never, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await queue.take({ owner: {}, key: 'a' }, never, async () => 'yes')).toBe('yes');
});

it('one mount has so many at most; another one has its own', async () => {
  const queue = new TurnQueue();
  const owner = {};
  const all = Array.from({ length: MOST_QUESTIONS }, () => turn(queue, 'a', owner));
  await expect(turn(queue, 'a', owner).done).rejects.toMatchObject({ code: 'TOO_MANY_PROMPTS' });
  void turn(queue, 'a');
  expect(queue.waiting).toBe(MOST_QUESTIONS);
  all[0]!.end();
  await settled();
  void turn(queue, 'a', owner);
  expect(queue.waiting).toBe(MOST_QUESTIONS);
});
