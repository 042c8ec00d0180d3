/** Panels: the shapes in which the server shows workspaces, places and views (docs/panels.md). */
import type { TreeNode } from '../declarative/index.ts';
import { plainName } from '../texts.ts';

export interface Workspace {
  id: string;
  name: string;
  visibility: 'private' | 'tenant';
  owner_id: string;
  created_at: string;
}

/** A rectangle of grid cells. */
export interface Cell {
  x: number;
  y: number;
  w: number;
  h: number;
}

/** A widget's or built-in's place on a workspace. */
export interface Instance {
  id: string;
  widget_id: string | null;
  builtin_slug: string;
  workspace_id: string;
  panel_id: string;
  label: string;
  /** The name with the label where several can stand side by side. */
  title: string;
  slug: string;
  panel_type: string;
  enabled: boolean;
  config: Record<string, unknown>;
  config_schema: Record<string, unknown> | null;
  layout: Partial<Cell>;
  size: [number, number];
  /** Whether its widget runs a script of its own. */
  sandbox?: boolean;
  /** Whether the page of a plugin shows it. */
  plugin?: boolean;
  /** Columns and rows below which its widget is not to be shown. */
  min_size?: [number, number];
  /** Which version of its widget it shows; null for a built-in. */
  package_version?: string | null;
  /** Whose its entries are: one's own wherever it stands, the dashboard's, or this place's. */
  keeps?: 'own' | 'workspace' | 'instance';
}

/** What a page knows of a panel beside its tree. */
export interface PanelInfo {
  panel_id: string;
  instance_id: string | null;
  workspace_id: string | null;
  slug: string;
  panel_type: string;
  title: string;
  label: string;
  builtin: boolean;
  /** What the page knows of a widget that runs a script of its own. */
  sandbox?: SandboxInfo | null;
}

export interface PixelSize {
  width: number;
  height: number;
}

/** Something that is wrong with an installed widget. */
export interface Problem {
  path: string;
  message: string;
}

/** How high a plugin's page is shown. Pixels. */
export interface PluginSizes {
  max_height: number;
  default_height: number;
}

/** A script, or a plugin's page, in a sealed frame: what it is, where it came from, what its manifest declares. */
export interface SandboxInfo {
  widget_id: string;
  /** `chat_only`: its script could not be had; `problems` say why. */
  status: 'ready' | 'chat_only';
  problems: Problem[];
  permissions: string[];
  network_allowlist?: string[];
  min_size: PixelSize | null;
  preferred_size: PixelSize | null;
  /** Of a plugin's page; null for a script. */
  plugin?: PluginSizes | null;
  name: string;
  /** The host that it came from, or that it was a file. */
  source: string;
  version: string;
  /** The beginning of its package's SHA-256. */
  hash: string;
  /** Whether it has intents, by which the chat knows it. */
  in_chat: boolean;
  /** Whether this person may have its script fetched again. */
  can_retry: boolean;
  /** How this place of it is configured, with the defaults of its schema. */
  config?: Record<string, unknown>;
}

export type PanelData = Record<string, unknown>;

export interface PanelView {
  panel: PanelInfo;
  tree: TreeNode;
  data: PanelData;
}

/** What an operation answers; `success: false` with `error` is its own refusal. */
export interface IntentResult {
  success: boolean;
  message?: string;
  error?: string;
  showInViewPanel?: string;
  navigateTo?: string;
  openUrl?: string;
}

/** The name without the label, which pages show as a badge; letters of it that cannot be seen are written out. */
export function nameOf({ title, label }: Pick<PanelInfo, 'title' | 'label'>, builtin: boolean): string {
  const ending = ` ${label}`;
  return plainName(!builtin && label && title.endsWith(ending) ? title.slice(0, -ending.length) : title);
}
