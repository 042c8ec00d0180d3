/** The socket: kept open, opened again after a break, and every message sent again until the server has taken it. */
import { Disconnected, NotAuthorized, Refused, Replaced } from './errors.ts';
import type { Frame } from './messages.ts';
import type { AgentSettings } from './settings.ts';

/** What is used of a WebSocket: the browser's, Node's, or the package `ws`. */
export interface Socket {
  send(text: string): void;
  close(): void;
  onopen: ((event: never) => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { code: number; reason: string }) => void) | null;
  onerror: ((event: never) => void) | null;
}

export type OpenSocket = (url: string) => Socket | Promise<Socket>;

export interface ConnectionOptions {
  /** Milliseconds between tries to connect, at most. Default: 30,000. */
  maxDelay?: number;
  openSocket?: OpenSocket;
  /** Where what happens is told. Default: the console. */
  log?: Pick<Console, 'info' | 'warn' | 'error'>;
}

interface Unsent {
  text: string;
  resolve(): void;
  reject(error: Error): void;
  /** Until it is sent again. */
  heldUp?: ReturnType<typeof setTimeout>;
}

const NOT_AUTHORIZED = 4401;
const REPLACED = 4409;
const TOO_BIG = 1009;
const TOO_FAST = 'RATE_LIMITED';
const STEADY = 10_000; // a connection that lived so long was not one of a row of failures
const SILENCE = 60_000; // the server says something at least every 25 s

/** Node 20 has no WebSocket of its own. The name is a variable so that no bundler looks for the package. */
async function openSocket(url: string): Promise<Socket> {
  if ('WebSocket' in globalThis) return new WebSocket(url) as Socket;
  const name = 'ws';
  const { WebSocket: Ws } = (await import(/* @vite-ignore */ name)) as { WebSocket: new (url: string) => Socket };
  return new Ws(url);
}

/** Frames in and out. */
export class Connection {
  readonly #address: string;
  readonly #receive: (frame: Frame) => void;
  readonly #maxDelay: number;
  readonly #openSocket: OpenSocket;
  readonly #log: Pick<Console, 'info' | 'warn' | 'error'>;
  readonly #unsent = new Map<string, Unsent>();
  #socket: Socket | undefined;
  #closed = false;
  #wake: () => void = () => undefined;
  #silence: ReturnType<typeof setTimeout> | undefined;

  constructor(settings: Required<AgentSettings>, receive: (frame: Frame) => void, options: ConnectionOptions = {}) {
    this.#address = `${settings.wsUrl}/ws/agent?token=${encodeURIComponent(settings.token)}&acks=1`;
    this.#receive = receive;
    this.#maxDelay = options.maxDelay ?? 30_000;
    this.#openSocket = options.openSocket ?? openSocket;
    this.#log = options.log ?? console;
  }

  /** Whether the server hears this agent now. */
  get isOpen(): boolean {
    return this.#socket !== undefined;
  }

  /** Stay connected until `close`. Throws NotAuthorized and Replaced, after which nobody should try again. */
  async run(): Promise<void> {
    let delay = Math.min(500, this.#maxDelay);
    try {
      while (!this.#closed) {
        const started = Date.now();
        const { code, reason } = await this.#session();
        if (this.#closed) return;
        this.#judge(code, reason);
        if (Date.now() - started > STEADY) delay = Math.min(500, this.#maxDelay);
        await this.#pause(delay * (0.5 + Math.random())); // ± 50 %, so that agents do not come in step
        delay = Math.min(delay * 2, this.#maxDelay);
      }
    } finally {
      this.close();
    }
  }

  /** Hand a MSG frame over; resolves when the server has stored it, later where it slows the agent down. Rejects with Refused, and Disconnected when closed. */
  send(frame: Frame & { id: string }): Promise<void> {
    if (this.#closed) return Promise.reject(new Disconnected('the client is closed'));
    const text = JSON.stringify(frame);
    return new Promise<void>((resolve, reject) => {
      this.#unsent.set(frame.id, { text, resolve, reject });
      this.#socket?.send(text);
    });
  }

  /** Say that a received message needs not be sent again. Lost with the connection, it is said next time. */
  acknowledge(frame: Frame): void {
    const receipt = {
      type: 'ACK_READ',
      to: frame['from'],
      message_id: frame['id'],
      conversation_id: frame['conversation_id'],
    };
    this.#socket?.send(JSON.stringify(receipt));
  }

  /** End `run` and whatever waits in `send`. */
  close(): void {
    this.#closed = true;
    for (const { reject, heldUp } of this.#unsent.values()) {
      clearTimeout(heldUp);
      reject(new Disconnected('the client was closed before the server took the message'));
    }
    this.#unsent.clear();
    this.#socket?.close();
    this.#wake();
  }

  async #session(): Promise<{ code: number; reason: string }> {
    let socket: Socket;
    try {
      socket = await this.#openSocket(this.#address);
    } catch (error) {
      return { code: 1006, reason: String(error) };
    }
    return new Promise((resolve) => {
      const end = (code: number, reason: string): void => {
        clearTimeout(this.#silence);
        socket.onopen = socket.onmessage = socket.onclose = null;
        socket.onerror = () => undefined; // `ws` throws an error that nobody listens to
        this.#socket = undefined;
        socket.close();
        resolve({ code, reason });
      };
      socket.onopen = () => {
        this.#socket = socket;
        this.#log.info('widget-agents: connected');
        if (this.#closed) return end(1000, '');
        for (const { text } of this.#unsent.values()) socket.send(text);
      };
      socket.onmessage = (event) => this.#handle(event.data, () => end(1006, 'the server fell silent'));
      socket.onclose = (event) => end(event.code, event.reason);
      socket.onerror = () => undefined; // a close follows
    });
  }

  #handle(data: unknown, fellSilent: () => void): void {
    let frame: Frame;
    try {
      frame = JSON.parse(String(data)) as Frame;
    } catch {
      this.#log.warn('widget-agents: a frame that is no JSON was skipped');
      return;
    }
    if (this.#silence !== undefined || frame['type'] === 'PING') {
      clearTimeout(this.#silence);
      this.#silence = setTimeout(fellSilent, SILENCE);
    }
    if (frame['type'] === 'MSG') this.#receive(frame);
    else if (frame['type'] === 'ACK') this.#take(frame)?.resolve();
    else if (frame['type'] === 'ERROR') this.#refuse(frame);
  }

  #refuse(frame: Frame): void {
    if (frame['code'] === TOO_FAST && this.#unsent.has(String(frame['id']))) return this.#holdUp(String(frame['id']), Number(frame['retry_after'] ?? 1));
    const path = typeof frame['path'] === 'string' ? frame['path'] : undefined;
    const refusal = new Refused(String(frame['code']), String(frame['message']), path);
    const refused = this.#take(frame);
    if (refused) refused.reject(refusal);
    else this.#log.error(`widget-agents: the server refused something: ${refusal.code}: ${refusal.message}`);
  }

  /** The server slows agents down that send too fast. */
  #holdUp(id: string, seconds: number): void {
    this.#log.info(`widget-agents: too fast: a message is sent again in ${seconds} s`);
    const unsent = this.#unsent.get(id)!;
    clearTimeout(unsent.heldUp);
    unsent.heldUp = setTimeout(() => this.#unsent.has(id) && this.#socket?.send(unsent.text), seconds * 1_000);
  }

  #take(frame: Frame): Unsent | undefined {
    const id = String(frame['id']);
    const found = this.#unsent.get(id);
    this.#unsent.delete(id);
    return found;
  }

  #judge(code: number, reason: string): void {
    if (code === NOT_AUTHORIZED) throw new NotAuthorized(reason || "the server does not know this agent's token");
    if (code === REPLACED) throw new Replaced(reason || "another process connected with this agent's token");
    if (code === TOO_BIG) this.#giveUpLargest(reason);
    this.#log.warn(`widget-agents: disconnected (${code} ${reason})`);
  }

  /** Sent again it would end the next connection, too. */
  #giveUpLargest(reason: string): void {
    const [largest] = [...this.#unsent].sort(([, a], [, b]) => b.text.length - a.text.length);
    if (!largest) return;
    this.#unsent.delete(largest[0]);
    largest[1].reject(new Refused('TOO_LARGE', reason || 'the message is too large for the server'));
  }

  #pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
