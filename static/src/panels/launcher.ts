/** Panels: the palette's source of plugins whose authors let people open their page: one press, wherever it stands. */
import { api } from '../api.ts';
import { t } from '../i18n.ts';
import { matches } from '../shell/palette.ts';
import type { PaletteEntry } from '../shell/palette.ts';
import { toast } from '../shell/toasts.ts';
import { brief, plainName } from '../texts.ts';
import type { Instance, Workspace } from './shapes.ts';

interface Widget {
  id: string;
  name: string;
  slug: string;
  enabled: boolean;
  manifest: { description?: string; plugin?: { widget?: { launchable: boolean } } };
}

/** Milliseconds for which what was read is good enough. */
const FRESH = 20_000;
const MOST = 12;
const MOST_AT_FIRST = 4;
let read: { at: number; widgets: Promise<Widget[]> } | undefined;

/** Plugins that can be opened and whose name or description has every word of the query. */
export async function launcherEntries(query: string): Promise<PaletteEntry[]> {
  const found = (await launchable()).filter(({ name, slug, manifest }) =>
    matches(`${name} ${slug} ${manifest.description ?? ''}`, query),
  );
  return found.slice(0, query === '' ? MOST_AT_FIRST : MOST).map((widget) => ({
    label: plainName(widget.name),
    icon: 'extension',
    hint: t('Open'),
    run: () => void launch(widget),
  }));
}

async function launchable(now = Date.now()): Promise<Widget[]> {
  if (!read || now - read.at > FRESH) {
    const widgets = api.get<{ widgets: Widget[] }>('/api/widgets/list').then((answer) => answer.widgets);
    read = { at: now, widgets };
    widgets.catch(() => (read = undefined)); // asked again the next time
  }
  return (await read.widgets).filter(({ enabled, manifest }) => enabled && manifest.plugin?.widget?.launchable === true);
}

/** Shows its panel large: the one that stands somewhere, else a new one where nobody else is bothered by it. */
async function launch({ id, name }: Widget): Promise<void> {
  try {
    const { instances } = await api.get<{ instances: Instance[] }>('/api/widgets/instances');
    show(instances.find((instance) => instance.widget_id === id) ?? (await place(id)));
  } catch (error) {
    const reason = error instanceof Error ? error.message : t('Something went wrong.');
    toast(t('{name} could not be opened: {reason}', { name: brief(name), reason }), { kind: 'error' });
  }
}

/** On a dashboard of one's own; there is one from then on. */
async function place(widgetId: string): Promise<Instance> {
  const { workspaces } = await api.get<{ workspaces: Workspace[] }>('/api/workspaces');
  const own = workspaces.find(({ visibility }) => visibility === 'private') ?? (await makeWorkspace());
  return (await api.post<{ instance: Instance }>('/api/widgets/instances', { widgetId, workspaceId: own.id })).instance;
}

async function makeWorkspace(): Promise<Workspace> {
  const wish = { name: t('My dashboard'), visibility: 'private' };
  return (await api.post<{ workspace: Workspace }>('/api/workspaces', wish)).workspace;
}

/** By the page where it shows panels, else on its dashboard. */
function show({ panel_id: id, workspace_id: workspace }: Instance): void {
  const event = new CustomEvent('panel:open', { detail: { panel_id: id }, cancelable: true });
  if (!window.dispatchEvent(event)) return;
  location.assign(`/dashboard/${encodeURIComponent(workspace)}/?panel=${encodeURIComponent(id)}`);
}
