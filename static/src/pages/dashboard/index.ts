/** Dashboard: the page's entry. */
import { startPanelDrawer } from '../../panels/drawer.ts';
import { showPanel } from '../../panels/host.ts';
import type { Workspace } from '../../panels/shapes.ts';
import { addPaletteSource, matches } from '../../shell/palette.ts';
import type { PaletteEntry } from '../../shell/palette.ts';
import { t } from '../../i18n.ts';
import { PanelChooser } from './add_panel.ts';
import { PanelSettings } from './configure.ts';
import { WorkspaceDashboard } from './dashboard.ts';
import { DashboardPanel } from './frame.ts';
import { addressOf, isOpenToMe, page } from './page.ts';
import { WorkspaceSwitcher } from './switcher.ts';
import { WorkspaceTitle } from './title.ts';
import { Workspaces } from './workspaces.ts';
import './dashboard.css';

customElements.define('dashboard-panel', DashboardPanel);
customElements.define('panel-chooser', PanelChooser);
customElements.define('panel-settings', PanelSettings);
customElements.define('workspace-dashboard', WorkspaceDashboard);
customElements.define('workspace-switcher', WorkspaceSwitcher);
customElements.define('workspace-title', WorkspaceTitle);

/** Sharing takes a workspace from one stream and puts it into another; for so long it may seem to be gone. Milliseconds. */
const MOMENT = 2_000;

function start(current: Workspace): void {
  const switcher = document.querySelector<WorkspaceSwitcher>('workspace-switcher')!;
  const title = document.querySelector<WorkspaceTitle>('workspace-title')!;
  const dashboard = document.querySelector<WorkspaceDashboard>('workspace-dashboard')!;
  let missing: ReturnType<typeof setTimeout> | undefined;

  const show = (): void => {
    const known = workspaces.get(current.id);
    clearTimeout(missing);
    if (known) current = known;
    else missing = setTimeout(() => dashboard.leave(), MOMENT);
    switcher.current = title.workspace = current;
    switcher.workspaces = workspaces.all();
    document.title = document.title.replace(/^.* · /, () => `${current.name} · `);
  };
  const workspaces = new Workspaces(page.workspaces(), show);
  title.changed = (workspace) => workspaces.put(workspace);
  dashboard.workspaceChanged = (workspace) => {
    if (isOpenToMe(workspace)) workspaces.put(workspace);
    else dashboard.leave();
  };
  title.removed = () => location.assign('/dashboard/');
  title.add = () => void dashboard.add();
  dashboard.workspace = current;
  show();
  workspaces.follow();
  startPanelDrawer();
  addPaletteSource((query) => [...panelEntries(dashboard), ...workspaceEntries(workspaces)].filter(({ label }) => matches(label, query)));
}

function panelEntries(dashboard: WorkspaceDashboard): PaletteEntry[] {
  return dashboard.instances().map(({ title, panel_id: id }) => ({
    label: title,
    icon: 'open_in_full',
    hint: t('Panel'),
    run: () => showPanel(id),
  }));
}

function workspaceEntries(workspaces: Workspaces): PaletteEntry[] {
  return workspaces.all().map((workspace) => ({
    label: workspace.name,
    icon: 'dashboard',
    hint: t('Dashboard'),
    url: addressOf(workspace),
  }));
}

const workspace = page.workspace();
if (workspace) start(workspace);
