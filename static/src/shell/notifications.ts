/** Shell: what the bell knows: how many notifications are unread, and those that were asked for. */
import { api } from '../api.ts';
import type { LiveClient } from '../live/client.ts';
import type { LiveEvent, Snapshot } from '../live/protocol.ts';

export interface Notification {
  id: string;
  title: string;
  /** Markdown. */
  text: string;
  urgent: boolean;
  /** Who says so. */
  source: string;
  /** A path of this application. */
  url: string;
  read_at: string | null;
  created_at: string;
}

interface Page {
  notifications: Notification[];
  unread: number;
  more: boolean;
}

export const server = {
  list: (before?: string): Promise<Page> => api.get('/api/notifications', { query: { before } }),
  mark: (id: string, read: boolean): Promise<unknown> => api.patch(`/api/notifications/${id}`, { read }, { keepalive: true }),
  readAll: (): Promise<unknown> => api.post('/api/notifications/read-all', {}),
  remove: (id: string): Promise<unknown> => api.delete(`/api/notifications/${id}`),
};

export type Server = typeof server;

/** Fires `change` after every change, and `told` with a Notification that has just come. */
export class Notifications extends EventTarget {
  unread = 0;
  /** Newest first; undefined until they are asked for. */
  list: Notification[] | undefined;
  more = false;
  loading = false;
  failure: unknown;
  #leave: (() => void) | undefined;

  constructor(
    private readonly userId: string,
    private readonly live: Pick<LiveClient, 'subscribe'>,
    private readonly calls: Server = server,
  ) {
    super();
  }

  start(): void {
    this.#leave ??= this.live.subscribe(`user:${this.userId}`, { snapshot: (snapshot) => this.#begin(snapshot), event: (event) => this.#hear(event) });
  }

  stop(): void {
    this.#leave?.();
    this.#leave = undefined;
  }

  /** Reads the newest; what is shown meanwhile stays. */
  async load(): Promise<void> {
    await this.#read(() => this.calls.list(), () => []);
  }

  async loadMore(): Promise<void> {
    await this.#read(() => this.calls.list(this.list?.at(-1)?.id), () => this.list ?? []);
  }

  async mark(one: Notification, read: boolean): Promise<void> {
    await this.calls.mark(one.id, read);
  }

  async readAll(): Promise<void> {
    await this.calls.readAll();
  }

  async remove(one: Notification): Promise<void> {
    await this.calls.remove(one.id);
  }

  async #read(ask: () => Promise<Page>, before: () => Notification[]): Promise<void> {
    if (this.loading) return;
    this.loading = true;
    this.failure = undefined;
    this.#changed();
    try {
      const page = await ask();
      const known = before();
      const fresh = page.notifications.filter(({ id }) => !known.some((one) => one.id === id));
      this.list = [...known, ...fresh];
      this.more = page.more;
    } catch (error) {
      this.failure = error;
    }
    this.loading = false;
    this.#changed();
  }

  /** After a gap in the connection, the list may lack what came meanwhile. */
  #begin({ data }: Snapshot): void {
    const { notifications } = data as { notifications?: { unread: number } };
    this.unread = notifications?.unread ?? 0;
    if (this.list !== undefined) void this.load();
    this.#changed();
  }

  #hear({ event, data }: LiveEvent): void {
    if (event === 'notification.put') this.#put(data as { notification: Notification; unread: number; fresh: boolean });
    else if (event === 'notification.read') this.#readThese(data as { notification_ids: string[] });
    else if (event === 'notification.removed') this.#drop(data as { notification_ids: string[]; unread: number });
    else return;
    this.#changed();
  }

  #put({ notification, unread, fresh }: { notification: Notification; unread: number; fresh: boolean }): void {
    this.unread += unread;
    const known = this.list?.some(({ id }) => id === notification.id);
    if (known) this.list = this.list!.map((one) => (one.id === notification.id ? notification : one));
    else if (fresh && this.list) this.list = [notification, ...this.list];
    if (fresh) this.dispatchEvent(new CustomEvent('told', { detail: notification }));
  }

  #readThese({ notification_ids: ids }: { notification_ids: string[] }): void {
    this.unread -= ids.length;
    const now = new Date().toISOString();
    this.list = this.list?.map((one) => (ids.includes(one.id) ? { ...one, read_at: now } : one));
  }

  #drop({ notification_ids: ids, unread }: { notification_ids: string[]; unread: number }): void {
    this.unread -= unread;
    this.list = this.list?.filter(({ id }) => !ids.includes(id));
  }

  #changed(): void {
    this.dispatchEvent(new Event('change'));
  }
}
