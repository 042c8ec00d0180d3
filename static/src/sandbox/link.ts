/** Sandbox: what a document in a frame talks to the page with: requests, events and one port. No DOM here. */
import { BURST, Bucket, MOST_CHARACTERS, PER_SECOND, REQUEST_TIME } from './limits.ts';
import type { Address, Message } from './protocol.ts';

export type Port = Pick<MessagePort, 'postMessage' | 'onmessage'>;

/** What comes over the port: the page's, which is trusted here. */
interface Heard {
  type: 'response' | 'event';
  id: string;
  method: string;
  params: Record<string, unknown>;
  result?: unknown;
  error?: { code: string; message: string };
}

interface Waiting {
  resolve: (result: never) => void;
  reject: (error: Error) => void;
  /** Milliseconds that it may take. */
  time: number;
  timer: ReturnType<typeof setTimeout> | undefined;
}

const MOST_REPORTS = 10;
/** Kept back of what the page lets through, for what the link itself has to say. */
const RESERVE = 5;

export function failure(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}

export class Link {
  readonly #waiting = new Map<string, Waiting>();
  readonly #bucket: Bucket;
  readonly #reports = { error: 0, blocked: 0 };
  #unsent: Message[] | undefined = [];
  #port: Port | undefined;
  #sent = 0;
  #isReady = false;

  constructor(
    readonly address: Address,
    /** Hears every event of the page but those of the link itself. */
    private readonly hear: (method: string, params: Record<string, unknown>) => void,
    now = (): number => performance.now(),
  ) {
    this.#bucket = new Bucket(now, PER_SECOND - 1, BURST - RESERVE);
  }

  /** Asks the page. Rejects with an error that has a `code`, after `time` milliseconds with TIMEOUT. */
  request<Result>(method: string, params: object = {}, time = REQUEST_TIME): Promise<Result> {
    return new Promise((resolve, reject) => {
      const id = `r${(this.#sent += 1)}`;
      const text = JSON.stringify({ type: 'request', id, method: String(method), params, ...this.address });
      if (text.length > MOST_CHARACTERS) throw failure('TOO_LARGE', `At most ${MOST_CHARACTERS} characters.`);
      if (!this.#bucket.take()) throw failure('RATE_LIMITED', `At most ${PER_SECOND} messages per second.`);
      this.#waiting.set(id, { resolve, reject, time, timer: this.#clock(id, method, time) });
      this.#post(JSON.parse(text) as Message); // plain data, whatever it was made of
    });
  }

  event(method: string, params: Record<string, unknown> = {}): void {
    this.#post({ type: 'event', id: `e${(this.#sent += 1)}`, method, params, ...this.address });
  }

  /** Says once that the widget shows something. */
  ready(): void {
    if (!this.#isReady) this.event('ready');
    this.#isReady = true;
  }

  /** The port that the page handed over: what was asked until now is sent. */
  connect(port: Port): void {
    this.#port = port;
    port.onmessage = ({ data }) => this.#hear(data as Heard);
    for (const message of this.#unsent?.splice(0) ?? []) port.postMessage(message);
    this.#unsent = undefined;
  }

  /** Tells the page of something; at most ten of each kind. */
  report(method: 'error' | 'blocked', params: Record<string, string>): void {
    if ((this.#reports[method] += 1) <= MOST_REPORTS) this.event(method, params);
  }

  #post(message: Message): void {
    if (this.#port) this.#port.postMessage(message);
    else this.#unsent?.push(message);
  }

  #hear(message: Heard): void {
    const { method, params } = message;
    if (message.type === 'response') {
      const { id, error, result } = message;
      const found = this.#take(id);
      if (error) found?.reject(failure(error.code, error.message));
      else found?.resolve(result as never);
    } else if (method === 'ping') this.event('pong', params);
    else if (method === 'asking' || method === 'asked') this.#wait(String(params['id']), method === 'asked');
    else this.hear(method, params);
  }

  #take(id: string): Waiting | undefined {
    const found = this.#waiting.get(id);
    clearTimeout(found?.timer);
    this.#waiting.delete(id);
    return found;
  }

  #clock(id: string, method: string, time: number): ReturnType<typeof setTimeout> {
    return setTimeout(() => this.#take(id)?.reject(failure('TIMEOUT', `${method} was not answered in time.`)), time);
  }

  /** While a person is asked, the time of the request stands still. */
  #wait(id: string, isOver: boolean): void {
    const found = this.#waiting.get(id);
    if (!found) return;
    clearTimeout(found.timer);
    found.timer = isOver ? this.#clock(id, 'The request', found.time) : undefined;
  }
}
