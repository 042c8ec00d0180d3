/** Tests: a mounted widget, numbers that look random and are the same every time, and a server that does what it is told. */
import type { StreamListener } from '../live/client.ts';
import type { Mounted, SessionData } from './shapes.ts';
import type { Wire } from './session.ts';

export function mountedWidget(members: Partial<Mounted> = {}): Mounted {
  return {
    widget_id: 'w_1',
    zone: 'inline',
    app: null,
    ref: null,
    title: '',
    tree: { type: 'text', text: 'Hello' },
    data: {},
    ctx: {},
    values: {},
    errors: {},
    answered: null,
    created_at: '2026-03-01T10:00:00Z',
    ...members,
  };
}

/** Numbers from 0 to 1 (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A server for sessions; `say` and `show` are what it sends to those who follow. */
export class FakeWire implements Wire {
  readonly calls: string[] = [];
  data: SessionData = { state: {}, widgets: [] };
  online = true;
  /** What the next call of that name is refused with. */
  refuse: Partial<Record<'create' | 'session' | 'close', Error>> = {};
  #number = 0;
  readonly listeners = new Map<string, StreamListener>();

  async create(app: string | null, key: string): Promise<{ id: string }> {
    this.calls.push(`create ${app ?? ''} ${key}`);
    this.#mayRefuse('create');
    return { id: 'born' };
  }

  async session(id: string): Promise<SessionData> {
    this.calls.push(`session ${id}`);
    this.#mayRefuse('session');
    return this.data;
  }

  async close(id: string, widget: Mounted): Promise<void> {
    this.calls.push(`close ${id} ${widget.widget_id}`);
    this.#mayRefuse('close');
  }

  follow(id: string, listener: StreamListener): () => void {
    this.listeners.set(id, listener);
    return () => this.listeners.delete(id);
  }

  isOnline(): boolean {
    return this.online;
  }

  show(id: string, data: Partial<SessionData> = {}): void {
    this.data = { ...this.data, ...data };
    this.listeners.get(id)?.snapshot?.({ type: 'snapshot', stream: `session:${id}`, number: this.#number, data: this.data });
  }

  say(id: string, event: string, data: unknown): void {
    this.#number += 1;
    this.listeners.get(id)?.event?.({ type: 'event', stream: `session:${id}`, number: this.#number, event, data });
  }

  end(id: string): void {
    this.listeners.get(id)?.error?.({ type: 'error', code: 'NOT_FOUND', message: 'not found' });
  }

  #mayRefuse(name: keyof FakeWire['refuse']): void {
    const refusal = this.refuse[name];
    delete this.refuse[name];
    if (refusal) throw refusal;
  }
}
