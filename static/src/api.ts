/** Transport: the one way pages call the server's JSON API. */

/** One fault of a refused request, with the place it was found at. */
export interface FieldError {
  path: string;
  message: string;
  /** Where it was written, in a text of several lines. */
  line?: number;
  /** In a package of several files. */
  file?: string;
}

/** A refused or failed call. `code` is the server's (`NOT_FOUND`, …), or `NETWORK`, `TIMEOUT`, `BAD_ANSWER` made here. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  constructor(
    readonly code: string,
    message: string,
    /** HTTP status, 0 when there was no answer. */
    readonly status: number,
    readonly path?: string,
    readonly errors: FieldError[] = [],
    /** Further members of the error object, such as `confirmationId`. */
    readonly details: Record<string, unknown> = {},
  ) {
    super(message);
  }
}

export interface CallOptions {
  /** Query parameters; undefined ones are left out. */
  query?: Record<string, string | number | boolean | undefined>;
  signal?: AbortSignal;
  /** Milliseconds until the call fails with `TIMEOUT`; 30 000 by default. */
  timeout?: number;
  /** Sent as `Idempotency-Key`; made at random for writes. Give your own to repeat a write safely, `''` for none. */
  idempotencyKey?: string;
  headers?: Record<string, string>;
  /** Whether it is carried to its end when the person leaves the page meanwhile; for bodies below 64 kB. */
  keepalive?: boolean;
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

const DEFAULT_TIMEOUT = 30_000;
/** Characters; browsers take 64 KiB of all such requests together. */
const MOST_KEPT_ALIVE = 15_000;

/** The CSRF token of this page: from its meta tag, else from the cookie. */
export function csrfToken(): string {
  const meta = document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content;
  if (meta) return meta;
  const cookie = document.cookie.split('; ').find((entry) => entry.startsWith('csrftoken='));
  return cookie ? decodeURIComponent(cookie.slice('csrftoken='.length)) : '';
}

function withQuery(path: string, query: CallOptions['query']): string {
  const given = Object.entries(query ?? {}).filter(([, value]) => value !== undefined);
  if (given.length === 0) return path;
  const search = new URLSearchParams(given.map(([name, value]) => [name, String(value)]));
  return `${path}${path.includes('?') ? '&' : '?'}${search}`;
}

function requestInit(method: Method, body: unknown, options: CallOptions): RequestInit {
  const headers: Record<string, string> = { Accept: 'application/json', ...options.headers };
  if (method !== 'GET') {
    headers['X-CSRFToken'] = csrfToken();
    const key = options.idempotencyKey ?? newKey();
    if (key) headers['Idempotency-Key'] = key;
  }
  const init: RequestInit = { method, headers, credentials: 'same-origin' };
  if (body instanceof FormData) return { ...init, body };
  if (body === undefined) return init;
  headers['Content-Type'] = 'application/json';
  const text = JSON.stringify(body);
  return { ...init, body: text, keepalive: options.keepalive === true && text.length < MOST_KEPT_ALIVE };
}

/** A random key; `crypto.randomUUID` is missing on plain-http origins other than localhost. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function networkError(error: unknown, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted) return signal.reason; // the caller gave up: not a failure to report
  if (error instanceof DOMException && error.name === 'TimeoutError') {
    return new ApiError('TIMEOUT', 'The server took too long to answer.', 0);
  }
  return new ApiError('NETWORK', 'The server cannot be reached.', 0);
}

function refusal(status: number, body: unknown): ApiError {
  const error = isRecord(body) && isRecord(body['error']) ? body['error'] : undefined;
  if (!error) return new ApiError('BAD_ANSWER', `The server answered with status ${status}.`, status);
  const { code, message, path, errors, ...details } = error;
  return new ApiError(
    String(code),
    String(message),
    status,
    typeof path === 'string' ? path : undefined,
    Array.isArray(errors) ? (errors as FieldError[]) : [],
    details,
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

async function readBody(response: Response): Promise<unknown> {
  const text = await response.text();
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    if (!response.ok) return undefined;
    throw new ApiError('BAD_ANSWER', 'The server did not answer with JSON.', response.status);
  }
}

/** The raw answer of a call, for streams; a refused one is thrown as ApiError. */
export async function request(method: Method, path: string, body?: unknown, options: CallOptions = {}): Promise<Response> {
  const timeout = AbortSignal.timeout(options.timeout ?? DEFAULT_TIMEOUT);
  const signal = options.signal ? AbortSignal.any([options.signal, timeout]) : timeout;
  let response: Response;
  try {
    response = await fetch(withQuery(path, options.query), { ...requestInit(method, body, options), signal });
  } catch (error) {
    throw networkError(error, options.signal);
  }
  if (response.ok) return response;
  throw refusal(response.status, await readBody(response));
}

async function call<T>(method: Method, path: string, body: unknown, options: CallOptions = {}): Promise<T> {
  const response = await request(method, path, body, options);
  try {
    return (await readBody(response)) as T;
  } catch (error) {
    throw error instanceof ApiError ? error : networkError(error, options.signal);
  }
}

/** Typed calls; each rejects with ApiError, or with the signal's reason when the caller aborts. */
export const api = {
  get: <T>(path: string, options?: CallOptions): Promise<T> => call<T>('GET', path, undefined, options),
  post: <T>(path: string, body?: unknown, options?: CallOptions): Promise<T> => call<T>('POST', path, body, options),
  put: <T>(path: string, body?: unknown, options?: CallOptions): Promise<T> => call<T>('PUT', path, body, options),
  patch: <T>(path: string, body?: unknown, options?: CallOptions): Promise<T> => call<T>('PATCH', path, body, options),
  delete: <T>(path: string, body?: unknown, options?: CallOptions): Promise<T> => call<T>('DELETE', path, body, options),
};
