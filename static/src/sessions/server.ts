/** Sessions: the calls of apps and of the widgets in a conversation. */
import { api } from '../api.ts';
import type { ActionEffect, ActionRequest, UploadOptions, UploadedFile } from '../declarative/hosts.ts';
import { uploadTo } from '../declarative/uploads.ts';
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
  /** To an address that the tree gives, else to the files of the conversation. */
  upload: (app: string, session: string, file: File, { url, ...options }: UploadOptions): Promise<UploadedFile> =>
    uploadTo(url ?? `${atApp(app)}/files?session_id=${encodeURIComponent(session)}`, file, options),
};
