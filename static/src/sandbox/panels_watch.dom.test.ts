/** Sandbox: when widgets are told of the panels around them. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { StreamListener } from '../live/client.ts';
import { watchPanels } from './panels_watch.ts';

let panels: unknown;
let reads: number;
let told: unknown[];
let listener: StreamListener | undefined;
let end: () => void;

const event = (name: string): void => listener!.event!({ type: 'event', stream: 'workspace:1', number: 1, event: name, data: {} });
const snapshot = (): void => listener!.snapshot!({ type: 'snapshot', stream: 'workspace:1', number: 1, data: {} });
const later = (): Promise<unknown> => vi.advanceTimersByTimeAsync(500);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  panels = ['a'];
  reads = 0;
  told = [];
  const read = async (): Promise<unknown> => ((reads += 1), panels instanceof Error ? Promise.reject(panels) : panels);
  end = watchPanels('1', read, (now) => told.push(now), (_stream, given) => ((listener = given), () => (listener = undefined)));
});
afterEach(() => {
  end();
  vi.useRealTimers();
});

it('test_it_works', async () => {
  snapshot(); // how it is at first the widget asks itself
  await later();
  expect(reads).toBe(0);
  event('instance.put');
  event('instance.removed');
  await later();
  expect([reads, told]).toEqual([1, [['a']]]);
  window.dispatchEvent(new CustomEvent('panel-drawer-closed'));
  await later();
  expect([reads, told.length]).toEqual([2, 1]); // nothing has changed
  panels = ['a', 'b'];
  snapshot(); // something may have been missed
  await later();
  expect(told.at(-1)).toEqual(['a', 'b']);
});

it('what else happens there is none of it, and a refusal is no news', async () => {
  event('item.put');
  await later();
  expect(reads).toBe(0);
  panels = new Error('no');
  event('instance.put');
  await later();
  expect([reads, told]).toEqual([1, []]);
});

it('ends', async () => {
  event('instance.put');
  end();
  await later();
  window.dispatchEvent(new CustomEvent('panel-drawer-closed'));
  await later();
  expect([reads, told, listener]).toEqual([0, [], undefined]);
});
