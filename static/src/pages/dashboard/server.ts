/** Dashboard: the calls it makes. All reject with ApiError. */
import { api } from '../../api.ts';
import type { Cell, Instance, Workspace } from '../../panels/shapes.ts';

export interface Command {
  name: string;
  permission: 'read' | 'write';
  description: string;
  examples: string[];
}

export interface Widget {
  id: string;
  name: string;
  slug: string;
  version: string;
  enabled: boolean;
  manifest: { panelType?: string; description?: string; plugin?: { widget?: { launchable: boolean } } };
  commands: Command[];
  can_manage: boolean;
  /** What is wrong with it though it is installed: a script that could not be had. */
  problems?: { path: string; message: string }[];
}

export interface Builtin {
  slug: string;
  name: string;
  description: string;
  icon: string;
  commands: Command[];
}

export interface Available {
  widgets: Widget[];
  builtins: Builtin[];
}

export type NewPanel = { widgetId: string } | { builtin: string };

export const server = {
  available: (signal?: AbortSignal): Promise<Available> => api.get('/api/widgets/list', signal ? { signal } : {}),

  async instances(workspaceId: string): Promise<Instance[]> {
    const query = { workspaceId };
    return (await api.get<{ instances: Instance[] }>('/api/widgets/instances', { query })).instances;
  },

  async place(panel: NewPanel, workspaceId: string): Promise<Instance> {
    const body = { ...panel, workspaceId };
    return (await api.post<{ instance: Instance }>('/api/widgets/instances', body)).instance;
  },

  async configure(instanceId: string, config: Record<string, unknown>): Promise<Instance> {
    const path = `/api/widgets/instances/${instanceId}`;
    return (await api.patch<{ instance: Instance }>(path, { config })).instance;
  },

  removeInstance: (instanceId: string): Promise<void> => api.delete(`/api/widgets/instances/${instanceId}`),

  arrange: (workspaceId: string, layouts: Record<string, Cell>): Promise<void> =>
    api.patch(`/api/workspaces/${workspaceId}`, { layouts }),

  async canManage(widgetId: string): Promise<boolean> {
    return (await api.get<{ widget: { can_manage: boolean } }>(`/api/widgets/${widgetId}`)).widget.can_manage;
  },

  setEnabled: (widgetId: string, enabled: boolean): Promise<void> => api.post('/api/widgets/enable', { id: widgetId, enabled }),

  async createWorkspace(name: string, visibility: Workspace['visibility']): Promise<Workspace> {
    return (await api.post<{ workspace: Workspace }>('/api/workspaces', { name, visibility })).workspace;
  },

  async updateWorkspace(id: string, change: Partial<Pick<Workspace, 'name' | 'visibility'>>): Promise<Workspace> {
    return (await api.patch<{ workspace: Workspace }>(`/api/workspaces/${id}`, change)).workspace;
  },

  deleteWorkspace: (id: string): Promise<void> => api.delete(`/api/workspaces/${id}`),
};
