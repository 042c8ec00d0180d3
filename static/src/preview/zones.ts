/** Preview: the widgets of a compiled block, each with the zone it is shown in. No DOM here. */
import { t } from '../i18n.ts';
import type { DataSource, TreeNode } from '../declarative/tree.ts';

export type ZoneName = 'chat_side' | 'workspace_tabs' | 'modals' | 'inline';

/** One widget of a block as the server's compiler hands it over. */
export interface Entry {
  tree: TreeNode;
  data?: Record<string, DataSource>;
  id?: string;
  title?: string;
  icon?: string;
  accent?: string;
  width?: number;
  ctx?: Record<string, unknown>;
  state?: Record<string, unknown>;
}

/** A compiled block `widgets`. */
export interface WidgetsConfig {
  version?: number;
  chat_side?: Entry | null;
  workspace_tabs?: Entry[];
  modals?: Record<string, Entry>;
  inline?: Record<string, Entry>;
}

/** A widget with its key, such as `modals.booking`. */
export interface Place {
  key: string;
  zone: ZoneName;
  name: string;
  entry: Entry;
}

/** Every widget of a block, in the order people meet them. */
export function placesOf(config: WidgetsConfig): Place[] {
  const side = config.chat_side ? [place('chat_side', '', config.chat_side)] : [];
  const tabs = (config.workspace_tabs ?? []).map((tab, index) => place('workspace_tabs', tab.id ?? String(index), tab));
  return [...side, ...tabs, ...named('modals', config.modals), ...named('inline', config.inline)];
}

/** One tree, looked at in a zone of the reader's choice. */
export function placeOfTree(entry: Entry, zone: ZoneName): Place {
  return { key: zone, zone, name: '', entry };
}

function named(zone: ZoneName, entries: Record<string, Entry> = {}): Place[] {
  return Object.entries(entries).map(([name, entry]) => place(zone, name, entry));
}

function place(zone: ZoneName, name: string, entry: Entry): Place {
  return { key: name ? `${zone}.${name}` : zone, zone, name, entry };
}

/** Its title, or its name in words: `confirm_delete` → “Confirm delete”. Titles may hold expressions, which are left out. */
export function titleOf({ name, zone, entry }: Place): string {
  const written = (entry.title ?? '').replace(/\{\{.*?\}\}/g, '…').trim();
  const words = name.replaceAll(/[_-]+/g, ' ').trim();
  return written || (words ? words.charAt(0).toUpperCase() + words.slice(1) : zoneLabel(zone));
}

export function zoneLabel(zone: ZoneName): string {
  return { chat_side: t('Side panel'), workspace_tabs: t('Tab'), modals: t('Dialog'), inline: t('Message') }[zone];
}

export const ZONE_ICONS: Readonly<Record<ZoneName, string>> = {
  chat_side: 'dock_to_right',
  workspace_tabs: 'web',
  modals: 'web_asset',
  inline: 'chat_bubble',
};

export const ZONE_NAMES: readonly ZoneName[] = ['inline', 'chat_side', 'workspace_tabs', 'modals'];
