/** Sandbox: what a plugin's place is given: when it opens, live, and after the connection was away. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { StreamListener } from '../live/client.ts';
import type { Numbered } from './in_order.ts';
import { PluginFeed } from './plugin_feed.ts';

let states: Numbered[] | Error;
let reads: number;
let got: unknown[];
let feed: PluginFeed;
const streams = new Map<string, StreamListener>();

const live = (stream: string, sequence: number, content: unknown, more: Record<string, unknown> = {}): void =>
  streams.get(stream)!.event!({
    type: 'event', stream, number: 1, event: 'plugin.data', data: { instance_id: 'i1', sequence, everyone: false, content, ...more },
  });
const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  streams.clear();
  [states, reads, got] = [[], 0, []];
  feed = new PluginFeed('i1', (data) => got.push(data), async () => {
    reads += 1;
    if (states instanceof Error) throw states;
    return states;
  });
});
afterEach(() => {
  feed.stop();
  vi.useRealTimers();
});

function start(): void {
  feed.start(['user:u1', 'workspace:w1'], (stream, listener) => {
    streams.set(stream, listener);
    return () => streams.delete(stream);
  });
}

it('test_it_works', async () => {
  states = [{ sequence: 4, everyone: false, data: 'last' }];
  start();
  live('user:u1', 5, 'new');
  await settle();
  live('workspace:w1', 1, 'for all', { everyone: true });
  expect(got).toEqual(['last', 'new', 'for all']);
});

it('hears of no other place and no other event', async () => {
  start();
  await settle();
  live('user:u1', 1, 'theirs', { instance_id: 'i2' });
  streams.get('user:u1')!.event!({ type: 'event', stream: 'user:u1', number: 2, event: 'job.put', data: {} });
  expect(got).toEqual([]);
});

it('takes the same data by two ways once', async () => {
  start();
  await settle();
  live('user:u1', 1, 'first');
  await feed.take([
    { sequence: 1, everyone: false, data: 'first' },
    { sequence: 2, everyone: false, data: 'second' },
  ]);
  live('user:u1', 2, 'second');
  expect(got).toEqual(['first', 'second']);
});

it('reads the last data again when the stream starts over', async () => {
  start();
  await settle();
  states = [{ sequence: 9, everyone: false, data: 'missed' }];
  streams.get('user:u1')!.snapshot!({ type: 'snapshot', stream: 'user:u1', number: 3, data: {} });
  await settle();
  expect(got).toEqual(['missed']);
});

it('asks again where it could not be read', async () => {
  states = new Error('down');
  start();
  await settle();
  states = [{ sequence: 2, everyone: false, data: 'late' }];
  await vi.advanceTimersByTimeAsync(1_100);
  expect(got).toEqual(['late']);
  expect(reads).toBe(2);
});

it('leaves everything when it ends', async () => {
  start();
  await settle();
  feed.stop();
  expect(streams.size).toBe(0);
});
