/** Sessions: the calls of apps and of the widgets in a conversation. */
import { ApiError, api, csrfToken, newKey } from '../api.ts';
import type { ActionEffect, ActionRequest, UploadOptions, UploadedFile } from '../declarative/hosts.ts';
import { t } from '../i18n.ts';
import { live } from '../live/client.ts';
import type { StreamListener } from '../live/client.ts';
import type { App, AppWidgets, Mounted, SessionData } from './shapes.ts';

/** A conversation, as far as sessions care. */
export interface Born {
  id: string;
  [member: string]: unknown;
}

interface Answer<T> {
  data: T;
}

const atApp = (app: string): string => `/api/apps/${encodeURIComponent(app)}/widgets`;
const atSession = (session: string): string => `/api/sessions/${encodeURIComponent(session)}`;

/** Which widget something comes from: a declared one of an app by its key, a pushed one of a session by its id. */
export interface Origin {
  app: string | null;
  widgetId: string;
  isPushed: boolean;
}

export const server = {
  apps: async (signal?: AbortSignal): Promise<App[]> =>
    (await api.get<Answer<{ apps: App[] }>>('/api/apps', signal ? { signal } : {})).data.apps,
  widgets: async (app: string): Promise<AppWidgets> => (await api.get<Answer<AppWidgets>>(atApp(app))).data,

  create: async (app: string | null, idempotencyKey: string): Promise<Born> =>
    (await api.post<{ conversation: Born }>('/api/conversations', app === null ? {} : { app }, { idempotencyKey })).conversation,
  session: async (id: string): Promise<SessionData> => (await api.get<Answer<SessionData>>(`${atSession(id)}/widgets`)).data,
  follow: (id: string, listener: StreamListener): (() => void) => live().subscribe(`session:${id}`, listener),
  isOnline: (): boolean => live().state === 'online',

  act: async ({ app, isPushed }: Origin, session: string, request: ActionRequest): Promise<ActionEffect> => {
    const path = isPushed || app === null ? `${atSession(session)}/widgets/action` : `${atApp(app)}/action`;
    const { effect } = (await api.post<Answer<{ effect: ActionEffect }>>(path, { ...request, session_id: session }, { idempotencyKey: request.idempotency_key, keepalive: true })).data;
    return effect;
  },
  load: async (
    { app, widgetId, isPushed }: Origin,
    session: string | undefined,
    binding: string,
    ctx: Record<string, unknown>,
    signal: AbortSignal,
  ): Promise<{ value: unknown; status: number }> => {
    const name = encodeURIComponent(binding);
    if ((isPushed || app === null) && session !== undefined) {
      const path = `${atSession(session)}/widgets/data/${name}`;
      return (await api.get<Answer<{ value: unknown; status: number }>>(path, { query: { widget_id: widgetId }, signal })).data;
    }
    const query = { widget: widgetId, session_id: session, ctx: Object.keys(ctx).length > 0 ? JSON.stringify(ctx) : undefined };
    return (await api.get<Answer<{ value: unknown; status: number }>>(`${atApp(app ?? '')}/data/${name}`, { query, signal })).data;
  },
  close: (session: string, { app, widget_id }: Mounted): Promise<unknown> =>
    api.post(`${atSession(session)}/widgets/close`, { widget_id, ...(app === null ? {} : { app }) }),
  /** A binding that was reported as failed works again. */
  recover: (session: string, { app, widgetId }: Origin, binding: string): Promise<unknown> =>
    api.post(`${atSession(session)}/widgets/error`, { widget_id: widgetId, binding, message: '', ...(app === null ? {} : { app }) }),
  upload,
};

/** `fetch` cannot tell how far an upload is: this is the one request made the older way. */
function upload(app: string, session: string | undefined, file: File, { url, progress, signal }: UploadOptions): Promise<UploadedFile> {
  const address = url ?? `${atApp(app)}/files${session === undefined ? '' : `?session_id=${encodeURIComponent(session)}`}`;
  return new Promise((resolve, reject) => {
    const call = new XMLHttpRequest();
    call.open('POST', address);
    call.setRequestHeader('Accept', 'application/json');
    call.setRequestHeader('X-CSRFToken', csrfToken());
    call.setRequestHeader('Idempotency-Key', newKey());
    call.upload.onprogress = ({ loaded, total }) => progress(total > 0 ? loaded / total : 0);
    call.onload = () => settle(call, resolve, reject);
    call.onerror = () => reject(new ApiError('NETWORK', t('The server cannot be reached.'), 0));
    call.onabort = () => reject(signal.reason);
    signal.addEventListener('abort', () => call.abort(), { once: true });
    const form = new FormData();
    form.append('file', file);
    call.send(form);
  });
}

function settle(call: XMLHttpRequest, resolve: (file: UploadedFile) => void, reject: (error: unknown) => void): void {
  const body = bodyOf(call.responseText);
  if (call.status < 300 && body['data']) return resolve(body['data'] as UploadedFile);
  const { code = 'BAD_ANSWER', message = t('The file could not be sent.') } = (body['error'] ?? {}) as { code?: string; message?: string };
  reject(new ApiError(code, message, call.status));
}

function bodyOf(text: string): Record<string, unknown> {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
