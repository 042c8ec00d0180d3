/** Live: one WebSocket per page, a cursor per stream, nothing missed and nothing applied twice. */
import { SIGNED_OUT, parseFrame } from './protocol.ts';
import type { ClientFrame, Ephemeral, LiveEvent, Refusal, ServerFrame, Snapshot } from './protocol.ts';

export type ConnectionState = 'connecting' | 'online' | 'waiting' | 'signed-out' | 'closed';

/** What a page wants to hear of a stream. A snapshot replaces everything known; an event changes it. */
export interface StreamListener {
  snapshot?(snapshot: Snapshot): void;
  event?(event: LiveEvent): void;
  ephemeral?(event: Ephemeral): void;
  error?(refusal: Refusal): void;
}

export interface LiveOptions {
  url: string;
  /** Called once when the server ends the session (close 4401). */
  signedOut?: () => void;
  /** First wait before reconnecting, doubled up to `maxDelay`, each with ±50 % jitter. Milliseconds. */
  minDelay?: number;
  maxDelay?: number;
  /** Silence after which the client pings, and again after which it reconnects. Milliseconds. */
  heartbeat?: number;
  openSocket?: (url: string) => WebSocket;
}

interface Subscription {
  /** Number of the last event applied; null until something is known. */
  cursor: number | null;
  /** The cursor from which a gap was asked for again, and whether the server has answered since. */
  gap?: { after: number; answered: boolean };
  listeners: Set<StreamListener>;
}

/** Numbered streams over one socket. Subscribing to a stream opens the socket when needed. */
export class LiveClient {
  readonly #options: Required<LiveOptions>;
  readonly #streams = new Map<string, Subscription>();
  readonly #watchers = new Set<(state: ConnectionState) => void>();
  #state: ConnectionState = 'closed';
  #socket: WebSocket | undefined;
  #failures = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #pulse: ReturnType<typeof setTimeout> | undefined;

  constructor(options: LiveOptions) {
    this.#options = {
      signedOut: () => undefined,
      minDelay: 500,
      maxDelay: 30_000,
      heartbeat: 25_000,
      openSocket: (url) => new WebSocket(url),
      ...options,
    };
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** Calls `watcher` now and at every change of the connection; returns a function that stops it. */
  watch(watcher: (state: ConnectionState) => void): () => void {
    this.#watchers.add(watcher);
    watcher(this.#state);
    return () => this.#watchers.delete(watcher);
  }

  /**
   * Follows `stream` (such as `workspace:<uuid>`). With `after`, the number a page was rendered at, only later events
   * come; without it a snapshot comes first. Returns a function that stops following.
   */
  subscribe(stream: string, listener: StreamListener, after: number | null = null): () => void {
    const known = this.#streams.get(stream);
    if (known) {
      known.listeners.add(listener);
      if (after === null) this.#restart(stream, known); // the newcomer has nothing yet: everyone gets a fresh snapshot
    } else {
      this.#streams.set(stream, { cursor: after, listeners: new Set([listener]) });
      this.#send({ type: 'subscribe', stream, after });
    }
    this.connect();
    return () => this.#leave(stream, listener);
  }

  /** Opens the socket unless it is open, opening or ended for good. */
  connect(): void {
    if (this.#socket || this.#state === 'signed-out') return;
    clearTimeout(this.#timer);
    this.#become('connecting');
    const socket = this.#options.openSocket(this.#options.url);
    this.#socket = socket;
    socket.onopen = () => this.#opened();
    socket.onmessage = (message) => this.#received(parseFrame(message.data));
    socket.onclose = (event) => this.#closed(socket, event.code);
  }

  /** Ends the connection and forgets every subscription. */
  close(): void {
    this.#streams.clear();
    this.#drop();
    clearTimeout(this.#timer);
    this.#become('closed');
  }

  #opened(): void {
    this.#failures = 0;
    this.#become('online');
    this.#listenForSilence();
    for (const [stream, subscription] of this.#streams) {
      delete subscription.gap;
      this.#send({ type: 'subscribe', stream, after: subscription.cursor });
    }
  }

  #closed(socket: WebSocket, code: number): void {
    if (socket !== this.#socket) return;
    this.#drop();
    if (code === SIGNED_OUT) {
      this.#become('signed-out');
      this.#options.signedOut();
    } else {
      this.#reconnectLater();
    }
  }

  #reconnectLater(): void {
    const { minDelay, maxDelay } = this.#options;
    const delay = Math.min(maxDelay, minDelay * 2 ** this.#failures);
    this.#failures += 1;
    this.#become('waiting');
    this.#timer = setTimeout(() => this.connect(), delay * (0.5 + Math.random()));
  }

  /** Forgets the socket; what it still says is ignored. */
  #drop(): void {
    clearTimeout(this.#pulse);
    const socket = this.#socket;
    this.#socket = undefined;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }

  #received(frame: ServerFrame | undefined): void {
    this.#listenForSilence();
    if (!frame || frame.type === 'pong') return;
    const subscription = frame.stream === undefined ? undefined : this.#streams.get(frame.stream);
    if (subscription) this.#apply(frame, subscription);
  }

  #apply(frame: Exclude<ServerFrame, { type: 'pong' }>, subscription: Subscription): void {
    switch (frame.type) {
      case 'snapshot':
        subscription.cursor = frame.number;
        delete subscription.gap;
        return this.#tell(subscription, (listener) => listener.snapshot?.(frame));
      case 'subscribed':
        subscription.cursor ??= frame.number;
        if (subscription.gap) subscription.gap.answered = true;
        return;
      case 'event':
        return this.#applyEvent(frame, subscription);
      case 'ephemeral':
        return this.#tell(subscription, (listener) => listener.ephemeral?.(frame));
      case 'resync':
        return this.#send({ type: 'subscribe', stream: frame.stream, after: subscription.cursor });
      case 'error':
        return this.#tell(subscription, (listener) => listener.error?.(frame));
    }
  }

  /** An old number was applied already. One too far ahead means that something was missed: it is asked for once. */
  #applyEvent(event: LiveEvent, subscription: Subscription): void {
    const { cursor } = subscription;
    if (cursor !== null) {
      if (event.number <= cursor) return;
      if (event.number > cursor + 1 && !this.#gapIsReal(event.stream, subscription, cursor)) return;
    }
    subscription.cursor = event.number;
    this.#tell(subscription, (listener) => listener.event?.(event));
  }

  /** True when the server, asked again from `cursor`, still has nothing in between. */
  #gapIsReal(stream: string, subscription: Subscription, cursor: number): boolean {
    if (subscription.gap?.after === cursor) return subscription.gap.answered;
    subscription.gap = { after: cursor, answered: false };
    this.#send({ type: 'subscribe', stream, after: cursor });
    return false;
  }

  /** One listener's fault must not keep the others from the event. */
  #tell(subscription: Subscription, tell: (listener: StreamListener) => void): void {
    for (const listener of [...subscription.listeners]) {
      try {
        tell(listener);
      } catch (error) {
        reportError(error);
      }
    }
  }

  #restart(stream: string, subscription: Subscription): void {
    subscription.cursor = null;
    this.#send({ type: 'subscribe', stream, after: null });
  }

  #leave(stream: string, listener: StreamListener): void {
    const subscription = this.#streams.get(stream);
    if (!subscription?.listeners.delete(listener) || subscription.listeners.size > 0) return;
    this.#streams.delete(stream);
    this.#send({ type: 'unsubscribe', stream });
  }

  /** Sent now, or not at all: everything that matters is said again when the socket opens. */
  #send(frame: ClientFrame): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(frame));
  }

  #listenForSilence(): void {
    clearTimeout(this.#pulse);
    this.#pulse = setTimeout(() => {
      this.#send({ type: 'ping' });
      this.#pulse = setTimeout(() => {
        this.#drop();
        this.#reconnectLater();
      }, this.#options.heartbeat);
    }, this.#options.heartbeat);
  }

  #become(state: ConnectionState): void {
    if (state === this.#state) return;
    this.#state = state;
    for (const watcher of this.#watchers) watcher(state);
  }
}

let shared: LiveClient | undefined;

/** A page that is being left is given the time to go: a form that ends the session (a new password) leads elsewhere. */
const LEAVING = 5_000;
/** The page's one connection, opened on first use; back on line at once when the network or the tab returns. */
export function live(): LiveClient {
  if (shared) return shared;
  const origin = location.origin.replace(/^http/, 'ws');
  let isLeaving = false;
  addEventListener('beforeunload', () => (isLeaving = true));
  const reload = (): unknown => setTimeout(() => location.reload(), isLeaving ? LEAVING : 0);
  const client = new LiveClient({ url: `${origin}/ws/live/`, signedOut: reload });
  const hurry = (): void => {
    if (client.state === 'waiting') client.connect();
  };
  addEventListener('online', hurry);
  document.addEventListener('visibilitychange', hurry);
  shared = client;
  return client;
}
