/** Sandbox: data of a plugin's place, whichever way and in whatever order it comes. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { InOrder } from './in_order.ts';
import type { Numbered } from './in_order.ts';

let got: unknown[];
let order: InOrder;
const own = (sequence: number): Numbered => ({ sequence, everyone: false, data: `own ${sequence}` });
const shared = (sequence: number): Numbered => ({ sequence, everyone: true, data: `shared ${sequence}` });

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  got = [];
  order = new InOrder((data) => got.push(data));
});
afterEach(() => void vi.useRealTimers());

it('test_it_works', () => {
  order.learn([]);
  order.put([own(1), own(2)]);
  order.put([own(2), own(1)]); // the same ones, live
  expect(got).toEqual(['own 1', 'own 2']);
});

it('begins with what the server keeps, and drops what that stands for', () => {
  order.put([own(6), own(8)]);
  expect(got).toEqual([]);
  order.learn([own(7)]);
  expect(got).toEqual(['own 7', 'own 8']);
});

it('counts for each audience by itself', () => {
  order.learn([own(4), shared(9)]);
  order.put([shared(10), own(5)]);
  expect(got).toEqual(['own 4', 'shared 9', 'shared 10', 'own 5']);
});

it('lets what comes too early wait for what lacks', async () => {
  order.learn([]);
  order.put([own(3)]);
  const settled = vi.fn();
  void order.settled().then(settled);
  order.put([own(1)]);
  await Promise.resolve();
  expect(got).toEqual(['own 1']);
  expect(settled).not.toHaveBeenCalled();
  order.put([own(2)]);
  expect(got).toEqual(['own 1', 'own 2', 'own 3']);
  await vi.waitFor(() => expect(settled).toHaveBeenCalled());
});

it('goes on without what does not come', async () => {
  order.learn([]);
  order.put([own(4), own(3)]);
  vi.advanceTimersByTime(1_000);
  expect(got).toEqual(['own 3', 'own 4']);
  order.put([own(1)]);
  expect(got).toEqual(['own 3', 'own 4']);
  await order.settled();
});

it('learns anew after a gap in the stream', () => {
  order.learn([]);
  order.put([own(1)]);
  order.learn([own(5)]);
  order.learn([own(5)]);
  expect(got).toEqual(['own 1', 'own 5']);
});

it('leaves nobody waiting when it ends', async () => {
  order.learn([]);
  order.put([own(2)]);
  const settled = order.settled();
  order.stop();
  await settled;
  expect(got).toEqual([]);
});
