/** Manager: the calls about installed plugins: what they are, hosts, events, tables, and data that was kept. */
import { api } from '../../api.ts';
import type { Plugin } from './server.ts';

/** Tables that an uninstalled plugin has left behind. */
export interface Kept {
  id: string;
  slug: string;
  tenant_wide: boolean;
  keep_until: string;
}

/** Hosts by why its code may fetch from them; those `found` stand in its code, and it may not; `private` ones never may. */
export interface Hosts {
  declared: string[];
  granted: string[];
  found: string[];
  private: string[];
}

export interface PluginEvent {
  id: string;
  name: string;
  description: string;
  subscribed: boolean;
}

export interface EventTime {
  event: string;
  source: 'widget' | 'tool';
  action: string;
  user: string;
  run_id: string | null;
  created_at: string;
}

export interface Events {
  events: PluginEvent[];
  recent: EventTime[];
  /** Whether `recent` are everybody's. */
  everyone: boolean;
}

/** What a PostgreSQL client needs. */
export interface Credentials {
  host: string;
  port: number;
  database: string;
  username: string;
  password: string;
  schemaName: string;
  connectionString: string;
}

interface CredentialsAnswer {
  credentials: Credentials;
}

export const plugins = {
  about: async (id: string): Promise<Plugin> => (await api.get<{ plugin: Plugin }>(`/api/plugins/${id}`)).plugin,
  hosts: (id: string): Promise<Hosts> => api.get(`/api/plugins/${id}/hosts`),
  setHosts: (id: string, hosts: string[]): Promise<Hosts> => api.put(`/api/plugins/${id}/hosts`, { hosts }),
  events: (id: string): Promise<Events> => api.get(`/api/plugins/${id}/events`),
  subscribe: async (id: string, event: string, subscribed: boolean): Promise<PluginEvent[]> =>
    (await api.post<{ events: PluginEvent[] }>(`/api/plugins/${id}/events`, { event, subscribed })).events,
  credentials: async (id: string): Promise<Credentials> => (await api.get<CredentialsAnswer>(`/api/plugins/${id}/database/credentials`)).credentials,
  newPassword: async (id: string): Promise<Credentials> =>
    (await api.post<CredentialsAnswer>(`/api/plugins/${id}/database/regenerate-password`, {})).credentials,
  kept: async (): Promise<Kept[]> => (await api.get<{ kept: Kept[] }>('/api/plugins/kept')).kept,
  deleteKept: (id: string): Promise<unknown> => api.delete(`/api/plugins/kept/${id}`),
};

/** Where the runs of a plugin are listed. */
export const runLogAddress = (id: string): string => `/widgets/plugins/${encodeURIComponent(id)}/runs/`;
