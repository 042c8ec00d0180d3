import { describe, expect, it } from 'vitest';
import type { StreamListener } from '../live/client.ts';
import { Notifications } from './notifications.ts';
import type { Notification, Server } from './notifications.ts';

const one = (id: string, more: Partial<Notification> = {}): Notification => ({
  id, title: id, text: '', urgent: false, source: '', url: '', read_at: null, created_at: '2026-01-01T00:00:00Z', ...more,
});

/** The store with a server that answers with these pages, and the ear of its stream. */
function begin(...pages: Notification[][]): { known: Notifications; hear: (event: string, data: unknown) => void; told: string[] } {
  let listener: StreamListener = {};
  const answers = pages.map((notifications, index) => ({ notifications, unread: 0, more: index < pages.length - 1 }));
  const server = { list: async () => answers.shift() ?? Promise.reject(new Error('away')) } as unknown as Server;
  const known = new Notifications('me', { subscribe: (_, given) => ((listener = given), () => undefined) }, server);
  const told: string[] = [];
  known.addEventListener('told', (event) => told.push((event as CustomEvent<Notification>).detail.id));
  known.start();
  listener.snapshot?.({ type: 'snapshot', stream: 'user:me', number: 1, data: { notifications: { unread: 2 } } });
  return { known, told, hear: (event, data) => listener.event?.({ type: 'event', stream: 'user:me', number: 2, event, data }) };
}

describe('notifications', () => {
  it('counts from the snapshot on, and tells of what comes', async () => {
    const { known, hear, told } = begin([one('b'), one('a')]);
    expect(known.unread).toBe(2);
    await known.load();
    hear('notification.put', { notification: one('c'), unread: 1, fresh: true });
    hear('notification.put', { notification: one('a', { read_at: 'now' }), unread: -1, fresh: false });
    expect(known.unread).toBe(2);
    expect(known.list?.map(({ id, read_at }) => [id, read_at])).toEqual([['c', null], ['b', null], ['a', 'now']]);
    expect(told).toEqual(['c']);
  });

  it('follows what other tabs read and delete', async () => {
    const { known, hear } = begin([one('b'), one('a')]);
    await known.load();
    hear('notification.read', { notification_ids: ['b', 'a'] });
    expect([known.unread, known.list?.every(({ read_at }) => read_at !== null)]).toEqual([0, true]);
    hear('notification.removed', { notification_ids: ['b'], unread: 0 });
    expect(known.list?.map(({ id }) => id)).toEqual(['a']);
  });

  it('reads on where the list ends, and keeps it when the server is away', async () => {
    const { known } = begin([one('c'), one('b')], [one('b'), one('a')]);
    await known.load();
    expect(known.more).toBe(true);
    await known.loadMore();
    expect(known.list?.map(({ id }) => id)).toEqual(['c', 'b', 'a']);
    await known.load();
    expect(known.failure).toBeInstanceOf(Error);
    expect(known.list).toHaveLength(3);
  });
});
