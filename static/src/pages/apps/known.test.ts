/** The apps that a page knows. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { StreamListener } from '../../live/client.ts';
import type { App } from '../../sessions/shapes.ts';
import { KnownApps } from './known.ts';

const app = (id: string, more: Partial<App> = {}): App => ({
  id, slug: id, name: id, version: '1', chat_side: null, tabs: [], modals: [], inline: [], agents: [], enabled: true, ...more,
});

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

it('test_it_works', async () => {
  const known = new KnownApps(async () => [app('a')]);
  await known.start();
  expect([known.state, known.find('a')?.name, known.find('b')]).toEqual(['ready', 'a', undefined]);
});

it('reads again when the server tells of a change, once for several', async () => {
  const listeners: StreamListener[] = [];
  let left = 0;
  const read = vi.fn(async () => [app('a')]);
  const known = new KnownApps(read, (_, listener) => (listeners.push(listener), () => (left += 1)));
  await known.start(['user:1', 'tenant:1']);
  const tell = (event: string, data: unknown): void => listeners[0]!.event?.({ stream: '', number: 1, event, data } as never);
  tell('widget.put', { widget: { id: 'a' } });
  tell('widget.removed', { widget_id: 'a' });
  tell('workspace.put', {});
  await vi.advanceTimersByTimeAsync(300);
  expect(read).toHaveBeenCalledTimes(2);
  expect(known.heard.get('a')).toBe(2);
  known.stop();
  expect(left).toBe(2);
});

it('says that it failed at first, and keeps what it knows later', async () => {
  let works = false;
  const known = new KnownApps(async () => (works ? [app('a')] : Promise.reject(new Error('away'))));
  await known.start();
  expect(known.state).toBe('failed');
  works = true;
  await known.start();
  expect(known.state).toBe('ready');
});

it('takes the newest of two readings', async () => {
  const answers: ((apps: App[]) => void)[] = [];
  const known = new KnownApps(() => new Promise((resolve) => answers.push(resolve)));
  const first = known.start();
  const second = known.start();
  answers[1]!([app('new')]);
  answers[0]!([app('old')]);
  await Promise.all([first, second]);
  expect(known.apps.map(({ id }) => id)).toEqual(['new']);
});
