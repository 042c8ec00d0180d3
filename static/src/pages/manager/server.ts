/** Manager: the server's answers, and the calls that this page makes. */
import { api, request } from '../../api.ts';
import type { FieldError } from '../../api.ts';
import type { PixelSize } from '../../panels/shapes.ts';
import type { WidgetsConfig } from '../../preview/zones.ts';

export type SourceType = 'url' | 'file' | 'store';

/** What one can say: an intent with its first examples. */
export interface Command {
  name: string;
  permission: 'read' | 'write';
  description: string;
  examples: string[];
}

export interface Param {
  type: string;
  required?: boolean;
  description?: string;
  default?: unknown;
}

export interface Intent extends Command {
  handler: string;
  paramsSchema?: Record<string, Param>;
}

export interface Manifest {
  panelType?: string;
  title?: string;
  description?: string;
  intents?: Intent[];
  [key: string]: unknown;
}

/** What is to be known of a widget that runs a script of its own. */
export interface SandboxFacts {
  /** `chat_only`: the script could not be had, so there is nothing that its panels could show. */
  status: 'ready' | 'chat_only';
  permissions: string[];
  network_allowlist: string[];
  min_size: PixelSize | null;
  preferred_size: PixelSize | null;
  entrypoint_host: string;
}

/** What a plugin is for the chat; `tool` is the name of its tool, empty where it has none. */
export interface ChatPlugin {
  tier: Plugin['tier'];
  trigger: Plugin['trigger'];
  tool: string;
}

export interface Widget {
  id: string;
  /** Who installed it for themself; null when it is there for the whole organisation. */
  user_id: string | null;
  tenant_id: string;
  name: string;
  slug: string;
  source_type: SourceType;
  source_ref: string;
  version: string;
  manifest: Manifest;
  enabled: boolean;
  package_version: string;
  /** SHA-256 of the package. */
  content_hash?: string;
  commands: Command[];
  /** What is wrong with it though it is installed. */
  problems?: FieldError[];
  /** None where it runs no script of its own. */
  sandbox?: SandboxFacts | null;
  /** None for what is no plugin. */
  plugin?: ChatPlugin | null;
  created_at: string;
  updated_at: string;
  /** Only in answers, not in events. */
  can_manage?: boolean;
}

export interface Builtin {
  slug: string;
  name: string;
  description: string;
  icon: string;
  commands: Command[];
}

export interface Workspace {
  id: string;
  name: string;
  visibility: 'private' | 'tenant';
  owner_id: string;
  created_at: string;
}

/** One place of a widget or built-in on a workspace. */
export interface Place {
  id: string;
  widget_id: string | null;
  builtin_slug: string;
  workspace_id: string;
  panel_id: string;
  label: string;
  title: string;
  slug: string;
  panel_type: string;
  enabled: boolean;
  config: Record<string, unknown>;
  config_schema?: unknown;
  /** Whether its widget runs a script of its own. */
  sandbox?: boolean;
  created_at: string;
  updated_at: string;
}

/** Where a widget is installed from: an address, text, or a file. */
export type Source = { url: string } | { text: string } | { file: File };

/** A file of a package; `text` is null for what is none, or too much to show. */
export interface PackageFile {
  path: string;
  size: number;
  text: string | null;
  /** Of an installed package: where its bytes are. */
  address?: string;
}

/** What a plugin is and needs; `inactive` are its parts that do nothing on this server. */
export interface Plugin {
  tier: 'skill' | 'tool' | 'connector' | 'automation';
  trigger: 'always' | 'auto' | 'manual';
  kinds: string[];
  tags: string[];
  tool: { name: string; description: string; permission: 'read' | 'write'; parameters: string[]; examples: string[] } | null;
  /** `reachable`: whether a fetch from it may succeed; where not, there is nothing to allow. */
  hosts: { host: string; declared: boolean; reachable: boolean }[];
  secrets: { name: string; description: string; needed: boolean; whose: 'author' | 'person' }[];
  /** Servers that its widget loads scripts and styles from. */
  widget_servers: string[];
  tables: { name: string; columns: string[]; rls: string }[];
  events: { id: string; name: string; description: string }[];
  inactive: { part: string; message: string }[];
}

/** What a package would bring; nothing of it is installed yet. */
export interface Preview {
  form: string;
  slug: string;
  name: string;
  version: string;
  description: string;
  content_hash: string;
  size: number;
  warnings: FieldError[];
  /** What installing it permits, in sentences. */
  permissions: string[];
  /** The widgets of an app; null for a manifest without any. */
  zones: WidgetsConfig | null;
  agents: { id: string; role: string; system_prompt: string }[];
  tools: { name: string; served: boolean }[];
  intents: { name: string; description: string; permission: 'read' | 'write' }[];
  files: PackageFile[];
  /** Of a plugin. */
  plugin?: Plugin;
  /** What the script of its own declares, where there is one. */
  sandbox?: unknown;
}

/** A version that a widget is or has been. */
export interface Version {
  id: string;
  version: string;
  content_hash: string;
  size: number;
  created_at: string;
  current: boolean;
}

export interface Installed {
  widget: Widget;
  warnings?: FieldError[];
}

/** What a person decided about blocks of a package, by their names. */
export type Choices = Record<string, Record<string, unknown>>;

/** Names of sample manifests, of sample apps and of sample plugins. */
export interface Samples {
  samples: string[];
  apps: string[];
  plugins: string[];
}

/** The server itself waits ten seconds for an address. */
const INSTALL_TIMEOUT = 45_000;

/** `contentHash` of a preview: nothing else is installed than what was seen. */
function install(source: Source, tenantWide: boolean, contentHash?: string, choices: Choices = {}): Promise<Installed> {
  const hash = contentHash === undefined ? {} : { contentHash };
  return send('install', source, { tenantWide, ...hash, ...(Object.keys(choices).length > 0 ? { choices } : {}) });
}

/** Moves an installed widget to what the source has. */
function update(id: string, source: Source, contentHash: string): Promise<Installed> {
  return send(`${id}/update`, source, { contentHash });
}

async function preview(source: Source): Promise<Preview> {
  return (await send<{ preview: Preview }>('preview', source, {})).preview;
}

function send<T>(what: string, source: Source, more: Record<string, unknown>): Promise<T> {
  const options = { timeout: INSTALL_TIMEOUT };
  if (!('file' in source)) return api.post(`/api/widgets/${what}`, { ...('url' in source ? { url: source.url } : { file: source.text }), ...more }, options);
  const form = new FormData();
  form.set('file', source.file);
  for (const [name, value] of Object.entries(more)) form.set(name, typeof value === 'object' ? JSON.stringify(value) : String(value));
  return api.post(`/api/widgets/${what}-file`, form, options);
}

export const server = {
  list: (): Promise<{ widgets: Widget[]; builtins: Builtin[] }> => api.get('/api/widgets/list'),
  workspaces: async (): Promise<Workspace[]> => (await api.get<{ workspaces: Workspace[] }>('/api/workspaces')).workspaces,
  createWorkspace: async (name: string): Promise<Workspace> =>
    (await api.post<{ workspace: Workspace }>('/api/workspaces', { name })).workspace,
  places: async (): Promise<Place[]> => (await api.get<{ instances: Place[] }>('/api/widgets/instances')).instances,
  samples: async (): Promise<Samples> => ({ apps: [], plugins: [], ...(await api.get<Partial<Samples> & { samples: string[] }>('/api/widgets/samples')) }),
  sample: async (name: string, as: string): Promise<File> => {
    const answer = await request('GET', '/api/widgets/sample-manifest', undefined, { query: { name } });
    return new File([await answer.blob()], as);
  },
  install,
  update,
  preview,
  versions: async (id: string): Promise<Version[]> => (await api.get<{ versions: Version[] }>(`/api/widgets/${id}/versions`)).versions,
  goTo: async (id: string, version: string): Promise<Widget> => (await api.post<{ widget: Widget }>(`/api/widgets/${id}/versions`, { version })).widget,
  widgetsOf: async (id: string): Promise<WidgetsConfig> => (await api.get<{ data: WidgetsConfig }>(`/api/apps/${id}/widgets`)).data,
  widget: async (id: string): Promise<Widget> => (await api.get<{ widget: Widget }>(`/api/widgets/${id}`)).widget,
  /** Asks for the script of a widget anew. */
  fetchScript: async (id: string): Promise<Widget> =>
    (await api.post<{ widget: Widget }>(`/api/widgets/${id}/entrypoint`, {}, { timeout: INSTALL_TIMEOUT })).widget,
  enable: (id: string, enabled: boolean): Promise<unknown> => api.post('/api/widgets/enable', { id, enabled }),
  rename: async (id: string, name: string): Promise<Widget> =>
    (await api.patch<{ widget: Widget }>(`/api/widgets/${id}`, { name })).widget,
  /** The tables of a plugin are kept for thirty days, or go now. */
  uninstall: (id: string, keepData = true): Promise<unknown> => api.delete(`/api/widgets/${id}`, undefined, { query: { data: keepData ? undefined : 'delete' } }),
  place: async (what: { widgetId: string } | { builtin: string }, workspaceId: string): Promise<Place> =>
    (await api.post<{ instance: Place }>('/api/widgets/instances', { ...what, workspaceId })).instance,
  configure: async (id: string, config: Record<string, unknown>): Promise<Place> =>
    (await api.patch<{ instance: Place }>(`/api/widgets/instances/${id}`, { config })).instance,
  remove: (id: string): Promise<unknown> => api.delete(`/api/widgets/instances/${id}`),
};
