/** Live: the client against a socket that does what it is told. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LiveClient } from './client.ts';
import type { ConnectionState } from './client.ts';
import type { ServerFrame } from './protocol.ts';

class FakeSocket {
  readyState = 0;
  sent: unknown[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((message: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;

  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }
  close(): void {
    this.readyState = 3;
  }
  open(): void {
    this.readyState = 1;
    this.onopen?.();
  }
  says(frame: ServerFrame): void {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }
  ends(code = 1006): void {
    this.readyState = 3;
    this.onclose?.({ code });
  }
}

const STREAM = 'workspace:1';
let sockets: FakeSocket[] = [];
const signedOut = vi.fn();

function client(): LiveClient {
  return new LiveClient({
    url: 'ws://x/ws/live/',
    signedOut,
    openSocket: () => {
      const socket = new FakeSocket();
      sockets.push(socket);
      return socket as unknown as WebSocket;
    },
  });
}

function follow(live: LiveClient, after: number | null = null): unknown[] {
  const heard: unknown[] = [];
  live.subscribe(STREAM, { snapshot: ({ number }) => heard.push(`snapshot ${number}`), event: ({ number }) => heard.push(number), ephemeral: ({ event }) => heard.push(event) }, after);
  return heard;
}

const event = (number: number): ServerFrame => ({ type: 'event', stream: STREAM, number, event: 'x', data: null });
const socket = (): FakeSocket => sockets.at(-1)!;
const subscribe = (after: number | null) => ({ type: 'subscribe', stream: STREAM, after });

beforeEach(() => {
  vi.useFakeTimers();
  sockets = [];
  signedOut.mockReset();
});
afterEach(() => void vi.useRealTimers());

describe('a stream', () => {
  it('test_it_works', () => {
    const heard = follow(client());
    socket().open();
    expect(socket().sent).toEqual([subscribe(null)]);
    socket().says({ type: 'snapshot', stream: STREAM, number: 4, data: {} });
    socket().says(event(5));
    socket().says({ type: 'ephemeral', stream: STREAM, event: 'token', data: 'a' });
    expect(heard).toEqual(['snapshot 4', 5, 'token']);
  });

  it('begins at the number the page was rendered at', () => {
    const heard = follow(client(), 7);
    socket().open();
    expect(socket().sent).toEqual([subscribe(7)]);
    socket().says({ type: 'subscribed', stream: STREAM, number: 9 });
    socket().says(event(8));
    socket().says(event(9));
    expect(heard).toEqual([8, 9]);
  });

  it('is told no event twice', () => {
    const heard = follow(client(), 7);
    socket().open();
    for (const number of [8, 8, 7, 9, 8]) socket().says(event(number));
    expect(heard).toEqual([8, 9]);
  });

  it('asks for what it missed, once, and then takes a gap for real', () => {
    const heard = follow(client(), 7);
    socket().open();
    socket().says(event(10));
    socket().says(event(11));
    expect(socket().sent).toEqual([subscribe(7), subscribe(7)]);
    expect(heard).toEqual([]);
    socket().says({ type: 'subscribed', stream: STREAM, number: 11 });
    for (const number of [8, 9, 10, 11]) socket().says(event(number));
    expect(heard).toEqual([8, 9, 10, 11]);
    socket().says(event(13));
    socket().says({ type: 'subscribed', stream: STREAM, number: 13 });
    socket().says(event(13));
    expect(heard.at(-1)).toBe(13);
  });

  it('comes back with its cursor when the server asks', () => {
    follow(client(), 7);
    socket().open();
    socket().says(event(8));
    socket().says({ type: 'resync', stream: STREAM });
    expect(socket().sent.at(-1)).toEqual(subscribe(8));
  });

  it('is shared by its listeners and left with the last', () => {
    const live = client();
    const stop = [1, 2].map(() => live.subscribe(STREAM, {}, 7));
    socket().open();
    expect(socket().sent).toEqual([subscribe(7)]);
    stop[0]!();
    expect(socket().sent).toHaveLength(1);
    stop[1]!();
    stop[1]!();
    expect(socket().sent.slice(1)).toEqual([{ type: 'unsubscribe', stream: STREAM }]);
  });

  it('reaches the others when one listener fails', () => {
    const report = vi.fn();
    vi.stubGlobal('reportError', report);
    const live = client();
    live.subscribe(STREAM, { event: () => { throw new Error('broken'); } }, 0);
    const heard = follow(live, 0);
    socket().open();
    socket().says(event(1));
    expect(heard).toEqual([1]);
    expect(report).toHaveBeenCalledOnce();
    vi.unstubAllGlobals();
  });
});

describe('the connection', () => {
  it('comes back, later each time, with the cursors', () => {
    const live = client();
    follow(live, 7);
    socket().open();
    socket().says(event(8));
    socket().ends();
    expect(live.state).toBe('waiting');
    vi.advanceTimersByTime(800);
    expect(sockets).toHaveLength(2);
    socket().ends();
    socket().ends();
    vi.advanceTimersByTime(400);
    expect(sockets).toHaveLength(2);
    vi.advanceTimersByTime(1_200);
    expect(sockets).toHaveLength(3);
    socket().open();
    expect(live.state).toBe('online');
    expect(socket().sent).toEqual([subscribe(8)]);
  });

  it('comes back after a change of access, and never after the end of the session', () => {
    const live = client();
    follow(live);
    socket().open();
    socket().ends(4403);
    expect(live.state).toBe('waiting');
    vi.advanceTimersByTime(800);
    socket().ends(4401);
    expect(live.state).toBe('signed-out');
    expect(signedOut).toHaveBeenCalledOnce();
    vi.advanceTimersByTime(600_000);
    live.connect();
    expect(sockets).toHaveLength(2);
  });

  it('is tested in silence, and given up when nothing answers', () => {
    const live = client();
    follow(live, 1);
    socket().open();
    vi.advanceTimersByTime(25_000);
    expect(socket().sent.at(-1)).toEqual({ type: 'ping' });
    socket().says({ type: 'pong' });
    vi.advanceTimersByTime(49_000);
    expect(live.state).toBe('online');
    vi.advanceTimersByTime(1_100);
    expect(live.state).toBe('waiting');
  });

  it('tells its state to whoever watches', () => {
    const live = client();
    const states: ConnectionState[] = [];
    const stop = live.watch((state) => states.push(state));
    live.connect();
    socket().open();
    stop();
    live.close();
    expect(states).toEqual(['closed', 'connecting', 'online']);
  });

  it('survives frames that are none', () => {
    const heard = follow(client(), 7);
    socket().open();
    for (const data of ['', '{', 'null', '[]', '{"type":"event","stream":"other","number":1}']) socket().onmessage?.({ data });
    expect(heard).toEqual([]);
  });
});
