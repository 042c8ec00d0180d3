/** Of tests: a server's side of sockets, in the same process. */
import { AgentClient } from './client.ts';
import type { AgentOptions } from './client.ts';
import type { Socket } from './connection.ts';
import type { Frame } from './messages.ts';
import { decodePayload, encodePayload } from './payload.ts';

/** Takes one connection after the other. Tests take what came from `received` and say what goes out. */
export class ScriptedGateway {
  readonly urls: string[] = [];
  readonly logged: string[] = [];
  acknowledges = true;
  readonly #received: Frame[] = [];
  readonly #readers: ((frame: Frame) => void)[] = [];
  #socket: Socket | undefined;
  #connected: (() => void)[] = [];

  /** A client of this gateway that does not wait long between its tries. */
  client(options: Partial<AgentOptions> = {}): AgentClient {
    const log = (...words: unknown[]): void => void this.logged.push(words.join(' '));
    return new AgentClient({
      agentId: 'agent',
      token: 'to/ken',
      baseUrl: 'http://gateway.test/',
      maxDelay: 1,
      retryDelay: 1,
      log: { info: log, warn: log, error: log },
      openSocket: (url) => this.#open(url),
      ...options,
    });
  }

  /** The next frame that came in. */
  received(): Promise<Frame> {
    const frame = this.#received.shift();
    if (frame) return Promise.resolve(frame);
    return new Promise((resolve) => this.#readers.push(resolve));
  }

  /** Send frames to the client that is connected, or connects next. */
  async say(...frames: unknown[]): Promise<void> {
    if (!this.#socket) await new Promise<void>((resolve) => this.#connected.push(resolve));
    for (const frame of frames) this.#socket?.onmessage?.({ data: typeof frame === 'string' ? frame : JSON.stringify(frame) });
  }

  /** End the connection; `say` then means the next one. */
  drop(code = 1006, reason = ''): void {
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.onclose?.({ code, reason });
  }

  #open(url: string): Socket {
    this.urls.push(url);
    const socket: Socket = {
      send: (text) => this.#take(JSON.parse(text) as Frame),
      close: () => (socket === this.#socket ? this.drop(1000) : undefined),
      onopen: null,
      onmessage: null,
      onclose: null,
      onerror: null,
    };
    queueMicrotask(() => queueMicrotask(() => {
      this.#socket = socket;
      socket.onopen?.(undefined as never);
      for (const resolve of this.#connected.splice(0)) resolve();
    }));
    return socket;
  }

  #take(frame: Frame): void {
    const reader = this.#readers.shift();
    if (reader) reader(frame);
    else this.#received.push(frame);
    if (frame['type'] === 'MSG' && this.acknowledges) queueMicrotask(() => void this.say({ type: 'ACK', id: frame['id'] }));
  }
}

/** A MSG frame of the server. */
export function message(text: string, changes: Frame = {}): Frame {
  return {
    type: 'MSG',
    id: crypto.randomUUID(),
    from: 'alice',
    to: 'agent',
    conversation_id: 'talk',
    payload_b64: encodePayload(text),
    encrypted: false,
    ...changes,
  };
}

/** A MSG frame with the answer to a widget. */
export function answer(ref: string, value: unknown, changes: Frame = {}): Frame {
  return message(JSON.stringify({ type: 'widget.response', id: crypto.randomUUID(), ref, value, cancelled: false }), changes);
}

/** What a MSG frame of an agent says: JSON where it is JSON. */
export function payload(frame: Frame): unknown {
  const text = decodePayload(String(frame['payload_b64']));
  return text.startsWith('{') ? JSON.parse(text) : text;
}
