/** Sandbox: the page's side of the bridge for one mount of a widget. Knows windows and ports, but no elements. */
import { Bucket, MOST_PENDING, PER_SECOND, REQUEST_TIME } from './limits.ts';
import { Patience } from './patience.ts';
import type { Told } from './patience.ts';
import { BridgeError, readMessage } from './protocol.ts';
import type { Address, EventMessage, Refusal, RequestMessage } from './protocol.ts';

/** The wrapper frame. `origin` is what its messages must come from: the sandbox origin, or "null" for an opaque one. */
export interface Peer {
  readonly origin: string;
  /** Its window now; null once it is gone. */
  window(): unknown;
  post(message: unknown, ports: MessagePort[]): void;
}

/** What a call may do with the time that it has. */
export interface Control {
  /** Aborted when the mount ends or the time is over. */
  readonly signal: AbortSignal;
  /** While a person is asked the time stands still. */
  asking(isAsking: boolean): void;
}

/** Why the page ended a widget: another document came, too many messages, or it kept taking the focus. */
export type Ending = 'reloaded' | 'too many' | 'keyboard';

export interface HostListener extends Omit<Told, 'ping'> {
  /** A request of the widget. What it rejects with is answered: anything with `code` and `message`. */
  call(method: string, params: Record<string, unknown>, control: Control): Promise<unknown>;
  /** Milliseconds that a call of the method may take, where it is not the usual time. */
  timeFor?(method: string): number;
  /** The widget can hear now. */
  opened(): void;
  ready(): void;
  /** Its script could not be had. */
  failed(message: string): void;
  /** It ended: nothing is heard of it any more. */
  crashed(why: Ending): void;
  error(message: string, stack: string): void;
  blocked(what: string): void;
}

/** What is read of a MessageEvent. */
export interface Arrival {
  source: unknown;
  origin: string;
  data: unknown;
}

type Answer = { result: unknown } | { error: { code: string; message: string } };

/** Milliseconds between two answers that say "too many". */
const SAID_AGAIN = 1_000;
/** Dropped messages after which a widget ends: reading on would take the page's time from everybody else. */
const MOST_DROPPED = 20_000;
/** Errors and blocked requests that are noted of one mount. */
const MOST_NOTED = 20;
const MOST_ID = 64;

export class SandboxHost {
  /** How often each kind of message was refused. */
  readonly refusals = new Map<Refusal, number>();
  #port: MessagePort | undefined;
  #isClosed = false;
  #sent = 0;
  #noted = 0;
  #saidAt = -Infinity;
  readonly #bucket = new Bucket(() => performance.now());
  readonly #pending = new Map<string, AbortController>();
  readonly #patience: Patience;

  constructor(
    readonly address: Address,
    private readonly peer: Peer,
    private readonly listener: HostListener,
  ) {
    this.#patience = new Patience({
      ping: () => this.send('ping'),
      slow: () => listener.slow(),
      silent: (isSilent) => listener.silent(isSilent),
    });
  }

  /** Whether the widget has been given its port. */
  get isOpen(): boolean {
    return this.#port !== undefined;
  }

  get isReady(): boolean {
    return this.#patience.isReady;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Whether a window is its wrapper's. */
  isFrom(source: unknown): boolean {
    const own = this.peer.window();
    return own !== null && own === source;
  }

  /** A message of a window. Only the wrapper's own are read; those that merely claim this channel are noted. */
  receive({ source, origin, data }: Arrival): void {
    if (this.#isClosed) return;
    if (!this.isFrom(source)) return this.#refuse('wrong window');
    if (origin !== this.peer.origin) return this.#refuse('wrong origin');
    const read = readMessage(data, this.address);
    if ('refusal' in read) return this.#refuse(read.refusal);
    const { type, method, params } = read.message;
    if (type !== 'event') return this.#refuse('malformed');
    if (method === 'bridge_init') this.#handOver();
    else if (method === 'reloaded') this.end('reloaded');
    else if (method === 'failed') this.#fail(params);
    else this.#refuse('unknown event');
  }

  /** Tells the widget of something; nothing once it has ended. */
  send(method: string, params: Record<string, unknown> = {}): void {
    this.#sent += 1;
    this.#post({ type: 'event', id: `h${this.#sent}`, method, params });
  }

  /** Whether somebody sees it: only then must it be ready in time, and answer pings. */
  see(isSeen: boolean): void {
    if (!this.#isClosed) this.#patience.see(isSeen);
  }

  /** Ends the mount for good and says why. */
  end(why: Ending): void {
    if (this.#isClosed) return;
    this.close();
    this.listener.crashed(why);
  }

  /** Ends the mount without a word: open requests are given up. */
  close(): void {
    this.#isClosed = true;
    this.#patience.stop();
    this.#port?.close();
    this.#port = undefined;
    for (const control of [...this.#pending.values()]) control.abort();
    this.#pending.clear();
  }

  #handOver(): void {
    if (this.#port) return this.#refuse('repeated');
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    port1.onmessage = (event) => this.#hear(event);
    this.peer.post({ type: 'event', method: 'port', ...this.address }, [port2]);
    this.listener.opened();
  }

  #fail(params: Record<string, unknown>): void {
    this.close();
    this.listener.failed(text(params['message'], 500));
  }

  /** What arrives over the port. Counted before it is looked at: browsers unpack a message only when it is read. */
  #hear(event: MessageEvent): void {
    if (this.#isClosed) return;
    if (!this.#bucket.take()) return this.#drop(event);
    const { data, ports } = event;
    for (const port of ports) port.close();
    const read = ports.length > 0 ? { refusal: 'malformed' as const } : readMessage(data, this.address);
    if ('refusal' in read) this.#refuseRequest(data, read.refusal);
    else if (read.message.type === 'event') this.#note(read.message);
    else void this.#answer(read.message);
  }

  #refuseRequest(data: unknown, refusal: Refusal): void {
    this.#refuse(refusal);
    if (refusal === 'wrong channel') return;
    this.#answerUnread(data, refusal === 'too large' ? 'TOO_LARGE' : 'INVALID_PARAMS', `The message is ${refusal}.`);
  }

  #drop(event: MessageEvent): void {
    this.#refuse('too many');
    if (this.refusals.get('too many')! > MOST_DROPPED) return this.end('too many');
    const now = performance.now();
    if (now - this.#saidAt < SAID_AGAIN) return;
    this.#saidAt = now;
    this.#answerUnread(event.data, 'RATE_LIMITED', `At most ${PER_SECOND} messages per second.`);
  }

  #note({ method, params }: EventMessage): void {
    switch (method) {
      case 'ready':
        return this.#becomeReady();
      case 'pong':
        return this.#patience.ponged();
      case 'error':
        return this.#noteError(text(params['message'], 1_000), text(params['stack'], 4_000));
      case 'blocked':
        if (this.#mayNote()) this.listener.blocked(`${text(params['directive'], 40)}: ${text(params['url'], 500)}`);
        return;
      default:
        return this.#refuse('unknown event');
    }
  }

  #mayNote(): boolean {
    return (this.#noted += 1) <= MOST_NOTED;
  }

  #noteError(message: string, stack: string): void {
    if (!this.#mayNote()) return;
    this.listener.error(message, stack);
    this.#patience.failed();
  }

  #becomeReady(): void {
    if (this.isReady) return this.#refuse('repeated');
    this.#patience.ready();
    this.listener.ready();
  }

  async #answer({ id, method, params }: RequestMessage): Promise<void> {
    if (this.#pending.has(id)) return this.#refuse('repeated');
    if (this.#pending.size >= MOST_PENDING) {
      const message = `At most ${MOST_PENDING} requests at once.`;
      return this.#reply(id, { error: { code: 'RATE_LIMITED', message } });
    }
    const abort = new AbortController();
    this.#pending.set(id, abort);
    const clock = this.#clockOf(id, method, abort);
    try {
      const call = this.listener.call(method, params, { signal: abort.signal, asking: clock.asking });
      this.#reply(id, { result: (await Promise.race([call, reasonOf(abort.signal)])) ?? null });
    } catch (error) {
      this.#reply(id, { error: errorOf(error) });
    } finally {
      clock.stop();
      this.#pending.delete(id);
    }
  }

  /** Gives a request up when its time is over; a question to the person stops the clock, here and in the widget. */
  #clockOf(id: string, method: string, abort: AbortController): { asking: Control['asking']; stop: () => void } {
    const late = (): void => abort.abort(new BridgeError('TIMEOUT', `${method} was not answered in time.`));
    const time = this.listener.timeFor?.(method) ?? REQUEST_TIME;
    let timer = setTimeout(late, time);
    const asking = (isAsking: boolean): void => {
      clearTimeout(timer);
      if (abort.signal.aborted) return;
      this.send(isAsking ? 'asking' : 'asked', { id });
      if (!isAsking) timer = setTimeout(late, time);
    };
    return { asking, stop: () => clearTimeout(timer) };
  }

  /** Answers a request that was not read, where its sender can be told which one. */
  #answerUnread(data: unknown, code: string, message: string): void {
    const { type, id } = (typeof data === 'object' && data !== null ? data : {}) as { type?: unknown; id?: unknown };
    if (type !== 'request' || typeof id !== 'string' || id.length > MOST_ID || this.#pending.has(id)) return;
    this.#reply(id, { error: { code, message } });
  }

  #reply(id: string, answer: Answer): void {
    this.#post({ type: 'response', id, ...answer });
  }

  #post(message: Record<string, unknown>): void {
    try {
      this.#port?.postMessage({ ...message, ...this.address });
    } catch (error) {
      reportError(error); // an answer that cannot be cloned would be a fault of the page
    }
  }

  /** Counted always, logged the first time. */
  #refuse(kind: Refusal): void {
    const count = (this.refusals.get(kind) ?? 0) + 1;
    this.refusals.set(kind, count);
    if (count > 1) return;
    const { widgetId } = this.address;
    console.warn(`Sandbox: a message of widget ${widgetId} was refused (${kind}); further ones are not logged.`);
  }
}

/** Rejects with the signal's reason once it is aborted. */
function reasonOf(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}

function text(value: unknown, most: number): string {
  return typeof value === 'string' ? value.slice(0, most) : '';
}

/** What the widget is told of a failure: nothing of the page but its code and words. */
function errorOf(error: unknown): { code: string; message: string } {
  const given = typeof error === 'object' && error !== null ? error : {};
  const { code, message } = given as { code?: unknown; message?: unknown };
  if (typeof code === 'string' && typeof message === 'string') return { code, message };
  return { code: 'FAILED', message: 'The request failed.' };
}

/** Every mount of the page. */
const hosts = new Set<SandboxHost>();

/** Lets the mount hear of the page's messages until the returned function is called. */
export function listen(host: SandboxHost): () => void {
  if (hosts.size === 0) addEventListener('message', route);
  hosts.add(host);
  return () => {
    hosts.delete(host);
    if (hosts.size === 0) removeEventListener('message', route);
  };
}

/** A message is for the mount whose frame sent it, else for the one whose channel it claims; others are the page's. */
function route({ source, origin, data }: MessageEvent): void {
  const all = [...hosts];
  const claimed = (data as { channelId?: unknown } | null)?.channelId;
  const meant = all.find((host) => host.isFrom(source)) ?? all.find(({ address }) => address.channelId === claimed);
  meant?.receive({ source, origin, data });
}
