/** Sessions: what stands beside the chat: the panels that apps declare, and what was pushed there. No DOM here. */
import type { WidgetSession } from './session.ts';
import type { App, Mounted } from './shapes.ts';
import { titleOfKey, titleText } from './titles.ts';

export interface SideEntry {
  key: string;
  app: string | null;
  title: string;
  icon: string;
  accent: string;
  width: number;
  /** A declared panel, by its key; or a widget that was pushed and can be closed. */
  widgetKey?: string;
  mounted?: Mounted;
}

const WIDTH = 320;
const NARROWEST = 200;
const WIDEST = 2_000;
const BESIDE: ReadonlySet<string> = new Set(['chat_side', 'workspace_tabs']);
const DECLARED = /^(?:chat_side$|workspace_tabs\.|modals\.|inline\.)/;

/** Whether an id is that of a declared widget: what was patched in it, not a widget of its own. */
export function isDeclared(widgetId: string): boolean {
  return DECLARED.test(widgetId);
}

/** Everything to be shown beside a conversation; with `only`, that of one app. */
export function sideEntries(apps: readonly App[], session: WidgetSession, only: string | null): SideEntry[] {
  const declared = apps.filter(({ id, chat_side: side, enabled }) => side && enabled && (only === null || id === only)).map(declaredEntry);
  const pushed = session.widgets.filter(({ zone, widget_id: id }) => BESIDE.has(zone) && !isDeclared(id));
  return distinct([...declared, ...pushed.map((mounted) => pushedEntry(mounted, apps, session))], apps);
}

/** Where titles are equal the name of the app tells them apart, and of one app a number. */
function distinct(entries: readonly SideEntry[], apps: readonly App[]): SideEntry[] {
  const named = entries.map((entry) => {
    const others = entries.filter(({ title, app }) => title === entry.title && app !== entry.app);
    const name = apps.find(({ id }) => id === entry.app)?.name;
    return others.length === 0 || !name || name === entry.title ? entry : { ...entry, title: `${entry.title} · ${name}` };
  });
  const seen = new Map<string, number>();
  return named.map((entry) => {
    const count = (seen.get(entry.title) ?? 0) + 1;
    seen.set(entry.title, count);
    return count === 1 ? entry : { ...entry, title: `${entry.title} (${count})` };
  });
}

function declaredEntry({ id, name, icon, accent, chat_side: side }: App): SideEntry {
  return {
    key: `${id} chat_side`,
    app: id,
    title: titleText(side?.title, {}) || name,
    icon: side?.icon || icon || 'widgets',
    accent: side?.accent || accent || '',
    width: clamped(side?.width),
    widgetKey: 'chat_side',
  };
}

function pushedEntry(mounted: Mounted, apps: readonly App[], session: WidgetSession): SideEntry {
  const { app, widget_id: id, title, ref, ctx, zone } = mounted;
  const owner = apps.find((one) => one.id === app);
  const declared = zone === 'chat_side' ? owner?.chat_side : owner?.tabs.find((tab) => tab.id === ref);
  return {
    key: `${app ?? ''} ${id}`,
    app,
    title: titleText(title, { ctx, state: session.stateOf(app) }) || (ref ? titleOfKey(ref) : (owner?.name ?? titleOfKey(zone))),
    icon: declared?.icon || 'web_asset',
    accent: declared?.accent || owner?.accent || '',
    width: clamped(declared?.width ?? owner?.chat_side?.width),
    mounted,
  };
}

function clamped(width: number | undefined): number {
  return Math.min(Math.max(width ?? WIDTH, NARROWEST), WIDEST);
}
