/** Transport: what is sent, and what a refusal becomes. */
import { beforeEach, expect, it, vi } from 'vitest';
import { ApiError, api, csrfToken } from './api.ts';

const sent = vi.fn<typeof fetch>();

beforeEach(() => {
  vi.stubGlobal('fetch', sent.mockReset());
  vi.stubGlobal('document', { querySelector: () => null, cookie: 'a=b; csrftoken=to%20ken' });
});

function answer(status: number, body: unknown): void {
  sent.mockResolvedValueOnce(new Response(typeof body === 'string' ? body : JSON.stringify(body), { status }));
}

function lastInit(): RequestInit & { headers: Record<string, string> } {
  return sent.mock.lastCall![1] as never;
}

it('test_it_works', async () => {
  answer(200, { widgets: [] });
  expect(await api.get('/api/widgets/list', { query: { q: 'a b', page: 2, none: undefined } })).toEqual({ widgets: [] });
  expect(sent.mock.lastCall![0]).toBe('/api/widgets/list?q=a+b&page=2');
  expect(lastInit().headers).not.toHaveProperty('X-CSRFToken');
});

it('adds the CSRF token and a fresh key to each write', async () => {
  answer(200, {});
  await api.post('/x', { a: 1 });
  const first = lastInit();
  expect(first.headers).toMatchObject({ 'X-CSRFToken': 'to ken', 'Content-Type': 'application/json' });
  expect(first.body).toBe('{"a":1}');
  answer(200, {});
  await api.delete('/x');
  expect(lastInit().headers['Idempotency-Key']).toMatch(/^[0-9a-f]{32}$/);
  expect(lastInit().headers['Idempotency-Key']).not.toBe(first.headers['Idempotency-Key']);
});

it('repeats a write under the key it is given', async () => {
  answer(200, {});
  await api.post('/x', {}, { idempotencyKey: 'same' });
  expect(lastInit().headers['Idempotency-Key']).toBe('same');
});

it('leaves the content type of a form to the browser', async () => {
  answer(201, {});
  await api.post('/x', new FormData());
  expect(lastInit().headers).not.toHaveProperty('Content-Type');
});

it('prefers the token of the page, which also works where scripts cannot read the cookie', () => {
  vi.stubGlobal('document', { querySelector: () => ({ content: 'meta' }), cookie: 'csrftoken=cookie' });
  expect(csrfToken()).toBe('meta');
});

it('rejects with what the server said', async () => {
  answer(422, { error: { code: 'INVALID_MANIFEST', message: 'No', path: 'intents[2]', errors: [{ path: 'a', message: 'b' }], confirmationId: 'c' } });
  const error = (await api.post('/x').catch((reason: unknown) => reason)) as ApiError;
  expect(error).toBeInstanceOf(ApiError);
  expect(error).toMatchObject({ code: 'INVALID_MANIFEST', message: 'No', status: 422, path: 'intents[2]', errors: [{ path: 'a', message: 'b' }], details: { confirmationId: 'c' } });
});

it('says so when the answer is none of ours', async () => {
  answer(502, '<html>Bad gateway</html>');
  await expect(api.get('/x')).rejects.toMatchObject({ code: 'BAD_ANSWER', status: 502 });
  answer(200, '<html>');
  await expect(api.get('/x')).rejects.toMatchObject({ code: 'BAD_ANSWER', status: 200 });
});

it('tells a lost connection from a caller who gave up', async () => {
  sent.mockRejectedValueOnce(new TypeError('Failed to fetch'));
  await expect(api.get('/x')).rejects.toMatchObject({ code: 'NETWORK', status: 0 });
  const giveUp = new AbortController();
  sent.mockImplementationOnce(() => (giveUp.abort(new Error('gave up')), Promise.reject(new DOMException('', 'AbortError'))));
  await expect(api.get('/x', { signal: giveUp.signal })).rejects.toThrow('gave up');
  sent.mockRejectedValueOnce(new DOMException('', 'TimeoutError'));
  await expect(api.get('/x')).rejects.toMatchObject({ code: 'TIMEOUT' });
});

it('takes an empty answer', async () => {
  sent.mockResolvedValueOnce(new Response(null, { status: 204 }));
  expect(await api.delete('/x')).toBeUndefined();
});
