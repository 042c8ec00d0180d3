/** Sending files: progress, refusals, giving up. */
import { afterEach, expect, it, vi } from 'vitest';
import { uploadTo } from './uploads.ts';

const FILE = new File(['hello'], 'a.txt', { type: 'text/plain' });

/** A server at the other end of XMLHttpRequest. */
class Call {
  static last: Call;
  upload: { onprogress?: (event: Partial<ProgressEvent>) => void } = {};
  headers: Record<string, string> = {};
  sent: FormData | undefined;
  status = 0;
  responseText = '';
  onload?: () => void;
  onerror?: () => void;
  onabort?: () => void;
  constructor() {
    Call.last = this;
  }
  open(...args: string[]): void {
    expect(args).toEqual(['POST', '/api/x']);
  }
  setRequestHeader(name: string, value: string): void {
    this.headers[name] = value;
  }
  send(body: FormData): void {
    this.sent = body;
  }
  abort(): void {
    this.onabort?.();
  }
  answer(status: number, body: unknown): void {
    Object.assign(this, { status, responseText: typeof body === 'string' ? body : JSON.stringify(body) });
    this.onload?.();
  }
}

function send(signal = new AbortController().signal, progress = vi.fn()): { sent: ReturnType<typeof uploadTo>; progress: typeof progress } {
  vi.stubGlobal('XMLHttpRequest', Call);
  return { sent: uploadTo('/api/x', FILE, { progress, signal }), progress };
}

afterEach(() => vi.unstubAllGlobals());

it('test_it_works', async () => {
  const { sent, progress } = send();
  Call.last.upload.onprogress?.({ lengthComputable: true, loaded: 2, total: 5 });
  Call.last.answer(201, { data: { id: 'f1', name: 'a.txt', size: 5, media_type: 'text/plain', url: '/files/f1' } });
  expect(await sent).toEqual({ id: 'f1', name: 'a.txt', size: 5, media_type: 'text/plain', url: '/files/f1' });
  expect(progress).toHaveBeenCalledWith(0.4);
  expect((Call.last.sent?.get('file') as File).name).toBe('a.txt');
  expect(Call.last.headers).toMatchObject({ 'X-CSRFToken': expect.any(String), 'Idempotency-Key': expect.stringMatching(/^[0-9a-f]{32}$/) });
});

it('knows what the server does not tell', async () => {
  const { sent } = send();
  Call.last.answer(200, { id: 7 });
  expect(await sent).toEqual({ id: '7', name: 'a.txt', size: 5, media_type: 'text/plain', url: '' });
});

it.each([
  [413, { error: { code: 'TOO_LARGE', message: 'At most 10 MB.' } }, 'At most 10 MB.'],
  [502, '<html>', 'The server answered with status 502.'],
])('says why it was refused with %i', async (status, body, message) => {
  const { sent } = send();
  Call.last.answer(status, body);
  await expect(sent).rejects.toThrow(message);
});

it('ends when given up or without a network', async () => {
  const given = new AbortController();
  const { sent } = send(given.signal);
  given.abort(new Error('given up'));
  await expect(sent).rejects.toThrow('given up');
  const again = send().sent;
  Call.last.onerror?.();
  await expect(again).rejects.toThrow('The server cannot be reached.');
});

it.each(['https://elsewhere.example/x', '//elsewhere.example', 'javascript:x'])('never sends to %s', async (url) => {
  await expect(uploadTo(url, FILE, { progress: () => undefined, signal: new AbortController().signal })).rejects.toThrow('Files can only be sent to this server.');
});
