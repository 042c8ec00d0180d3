/** Sessions: the shapes in which the server shows apps, their widgets, and what a conversation holds of them. */
import type { DataSource, TreeNode } from '../declarative/tree.ts';

export type Zone = 'inline' | 'chat_side' | 'workspace_tabs' | 'modals';

/** What the list of apps tells of a panel or tab, without its tree. */
export interface EntryHead {
  title?: string;
  icon?: string;
  accent?: string;
  width?: number;
}

/** One app that the person may use. */
export interface App {
  id: string;
  slug: string;
  name: string;
  version: string;
  icon?: string | null;
  accent?: string | null;
  chat_side: EntryHead | null;
  tabs: (EntryHead & { id: string })[];
  modals: string[];
  inline: string[];
  agents: { id: string; role?: string }[];
  /** Hosts that it may ask and show pictures of. */
  network?: string[];
  enabled: boolean;
}

/** One widget as its author declared it. */
export interface Entry extends EntryHead {
  tree: TreeNode;
  data?: Record<string, DataSource>;
}

/** Everything that an app declares. */
export interface AppWidgets {
  version: number;
  chat_side: Entry | null;
  workspace_tabs: (Entry & { id: string })[];
  modals: Record<string, Entry>;
  inline: Record<string, Entry>;
  app: { id: string; slug: string; name: string; version: string };
}

/** A widget that stands in a conversation. */
export interface Mounted {
  widget_id: string;
  zone: Zone;
  app: string | null;
  /** Name of the declared widget it is, if it is one. */
  ref: string | null;
  title: string;
  tree: TreeNode;
  data: Record<string, DataSource>;
  ctx: Record<string, unknown>;
  /** Values of bindings that were set from outside, by name. */
  values: Record<string, unknown>;
  /** What went wrong, by binding; '' is the widget itself. */
  errors: Record<string, string>;
  /** The answer given to its question, if it asked one. */
  answered: { label: string; at: string } | null;
  /** The same by the ids of the questions' nodes, where there may be several; `pending` since when its action runs. */
  answers?: Record<string, { label: string; at: string; agreed: boolean; pending?: string }>;
  created_at: string;
}

/** All that is live in one conversation; state by app, '' for what belongs to the chat itself. */
export interface SessionData {
  state: Record<string, Record<string, unknown>>;
  widgets: readonly Mounted[];
}

/** The declared widget of a key such as `chat_side`, `workspace_tabs.orders` or `modals.booking`. */
export function entryOf(widgets: AppWidgets, key: string): Entry | undefined {
  const at = key.indexOf('.');
  const zone = at < 0 ? key : key.slice(0, at);
  const name = key.slice(at + 1);
  if (zone === 'chat_side') return widgets.chat_side ?? undefined;
  if (zone === 'workspace_tabs') return widgets.workspace_tabs.find(({ id }) => id === name);
  if (zone !== 'modals' && zone !== 'inline') return undefined;
  return Object.hasOwn(widgets[zone], name) ? widgets[zone][name] : undefined;
}
