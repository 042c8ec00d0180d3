/** Sandbox: how the page asks the server on a widget's behalf. */
import { api } from '../api.ts';
import type { Address } from './protocol.ts';

/** What is on the person's screen, for methods that act on it. */
export interface Context {
  visiblePanelIds?: string[];
  focusedPanelId?: string;
  conversationId?: string;
}

export type Level = 'once' | 'always' | 'never' | 'deny';

export interface Call {
  instanceId: string;
  method: string;
  params: Record<string, unknown>;
  context?: Context;
}

/** What was decided, and about what: the server keeps it in its audit log. */
export interface Decided {
  instanceId: string;
  permission: string;
  level: Level;
  method: string;
  params: Record<string, unknown>;
}

export interface Server {
  /** Without a key the call is a read. Rejects with ApiError. */
  call(call: Call, key: string, signal: AbortSignal): Promise<unknown>;
  /** Carried to its end when the person leaves the page at once. */
  decide(decided: Decided): Promise<unknown>;
}

export const server: Server = {
  call: async (call, key, signal) => {
    const answer = await api.post<{ result?: unknown }>('/api/widgets/bridge', call, { idempotencyKey: key, signal });
    return answer.result;
  },
  decide: (decided) => api.post('/api/widgets/permissions', decided, { keepalive: true }),
};

/** Fetches a widget's script again. Rejects with ApiError where it still cannot be had. */
export function retryEntrypoint(widgetId: string): Promise<unknown> {
  return api.post(`/api/widgets/${encodeURIComponent(widgetId)}/entrypoint`, {});
}

/** The document of the frame, for one mount of a place. */
export function frameAddress({ widgetId, channelId, instanceId }: Address & { instanceId: string }): string {
  return `/api/widgets/sandbox?${new URLSearchParams({ widgetId, channelId, instanceId })}`;
}
