/** Sandbox: how the page asks the server on a plugin's behalf. */
import { api } from '../api.ts';
import type { SandboxInfo } from '../panels/shapes.ts';
import type { Numbered } from './in_order.ts';
import { ACTION_TIME } from './limits.ts';
import type { ActionAnswer, ActionWish } from './plugin_calls.ts';

/** Where a plugin's page stands, and what is needed to show it. */
export interface PluginPlaceInfo {
  instance_id: string;
  title: string;
  /** The dashboard or the conversation that it stands in. */
  workspace_id: string | null;
  session_id: string | null;
  frame: SandboxInfo;
}

export const pluginServer = {
  act: (wish: ActionWish, signal: AbortSignal): Promise<ActionAnswer> =>
    api.post<ActionAnswer>('/widget-action', wish, { idempotencyKey: wish.idempotencyKey, signal, timeout: ACTION_TIME }),

  async states(instanceId: string): Promise<Numbered[]> {
    return (await api.get<{ states: Numbered[] }>('/api/widget-state', { query: { instanceId } })).states;
  },

  async place(instanceId: string, signal?: AbortSignal): Promise<PluginPlaceInfo> {
    const path = `/api/plugins/places/${encodeURIComponent(instanceId)}`;
    return (await api.get<{ place: PluginPlaceInfo }>(path, signal ? { signal } : {})).place;
  },
};
