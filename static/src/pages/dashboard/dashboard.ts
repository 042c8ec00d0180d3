/** Dashboard: `<workspace-dashboard>`, the panels of one workspace, live. */
import { LitElement, html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { t } from '../../i18n.ts';
import { follow } from '../../panels/feed.ts';
import { showPanel } from '../../panels/host.ts';
import { openPanel, release } from '../../panels/panel.ts';
import { screen } from '../../panels/screen.ts';
import type { Cell, Instance, Workspace } from '../../panels/shapes.ts';
import { setDock } from '../../shell/dock.ts';
import { toast } from '../../shell/toasts.ts';
import { addPanels } from './add_panel.ts';
import { Arrangement } from './arrangement.ts';
import { configurePanel } from './configure.ts';
import { DashboardPanel } from './frame.ts';
import type { CommandDetail, PanelCommand } from './frame.ts';
import { PanelGrid } from './grid.ts';
import { spoken, stepped } from './mover.ts';
import { page } from './page.ts';
import { server } from './server.ts';

/** How long the live connection may take before the panels are asked for in another way. Milliseconds. */
const PATIENCE = 1_500;

export class WorkspaceDashboard extends LitElement {
  static override properties = {
    state: { state: true },
    failure: { state: true },
    spokenText: { state: true },
    count: { state: true },
  };
  workspace!: Workspace;
  /** The stream's word on the workspace itself. */
  workspaceChanged: (workspace: Workspace) => void = () => undefined;
  declare private state: 'loading' | 'ready' | 'failed' | 'gone';
  declare private failure: string;
  /** Read out to people who cannot see the grid. */
  declare private spokenText: string;
  declare private count: number;
  #grid: PanelGrid | undefined;
  #leave: (() => void) | undefined;
  #fallback: ReturnType<typeof setTimeout> | undefined;
  readonly #frames = new Map<string, DashboardPanel>();
  readonly #mayManage = new Map<string, Promise<boolean>>();
  readonly #places = new Arrangement({
    save: (layouts) => server.arrange(this.workspace.id, layouts),
    show: (cells) => this.#grid?.show(cells),
    undone: (error) => toast(t('The panels are back where they were: {reason}', { reason: messageOf(error) }), { kind: 'error' }),
  });

  constructor() {
    super();
    this.state = 'loading';
    this.failure = '';
    this.spokenText = '';
    this.count = 0;
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    this.replaceChildren(); // what the server drew in its place
    super.connectedCallback();
    this.addEventListener('panel-command', this.#onCommand);
    this.addEventListener('panel-menu', this.#onMenu);
    this.addEventListener('keydown', this.#onKey);
    this.addEventListener('focusin', this.#onFocus);
    this.addEventListener('pointerdown', this.#onFocus);
    window.addEventListener('panel:open', this.#onOpen);
    window.addEventListener('pagehide', this.#onLeave);
  }

  protected override firstUpdated(): void {
    this.#grid = new PanelGrid(this.querySelector<HTMLElement>('.grid-stack')!, page.canWrite, {
      began: () => this.#places.hold(),
      ended: (id) => requestAnimationFrame(() => this.#places.settle(this.#grid!.cells(), id)),
      narrowed: (narrow) => this.#frames.forEach((frame) => (frame.movable = !narrow)),
    });
    this.#fallback = setTimeout(() => void this.#load(), PATIENCE);
    this.#leave = follow(`workspace:${this.workspace.id}`, {
      snapshot: ({ data }) => this.#snapshot(data as { workspace: Workspace; instances: Instance[] }),
      event: ({ event, data }) => this.#event(event, data as Record<string, unknown>),
      error: ({ code }) => code === 'NOT_FOUND' && this.leave(),
    });
  }

  /** All places, by id. */
  instances(): Instance[] {
    return [...this.#frames.values()].map(({ instance }) => instance);
  }

  /** The workspace is not open to this person any more. */
  leave(): void {
    this.#leave?.();
    clearTimeout(this.#fallback);
    this.#replaceAll([]);
    this.state = 'gone';
  }

  /** Opens the list of what can be placed. */
  async add(): Promise<void> {
    let newest: string | undefined;
    await addPanels({
      workspaceId: this.workspace.id,
      instances: () => this.instances(),
      placed: (instance) => {
        newest = instance.id;
        this.#put(instance);
        this.#pointOut(instance.id);
      },
    });
    if (newest) this.#frames.get(newest)?.focus();
  }

  protected override render(): TemplateResult {
    return html`<div class="visually-hidden" role="status" aria-live="polite">${this.spokenText}</div>
      <div class="grid-stack" ?hidden=${this.count === 0}></div>
      ${this.#instead()}`;
  }

  #instead(): TemplateResult | typeof nothing {
    if (this.state === 'gone') return gone();
    if (this.count > 0) return nothing;
    if (this.state === 'failed') return this.#failed();
    return this.state === 'loading' ? skeletons() : this.#empty();
  }

  #empty(): TemplateResult {
    if (!page.canWrite) {
      return html`<div class="empty dashboard-empty"><span class="tile" aria-hidden="true"><wa-icon name="dashboard"></wa-icon></span>
        <div class="empty-title">${t('Nothing on this dashboard yet')}</div>
        <p>${t('Panels that members add appear here.')}</p></div>`;
    }
    return html`<div class="empty dashboard-empty">
      <span class="tile" aria-hidden="true"><wa-icon name="dashboard"></wa-icon></span>
      <div class="empty-title">${t('Nothing on this dashboard yet')}</div>
      <p>${t('Add a panel of an installed widget or a built-in one. Whatever stands here, the chat can use.')}</p>
      <div class="cluster">
        <button type="button" class="button" data-variant="primary" @click=${() => void this.add()}><wa-icon name="add" aria-hidden="true"></wa-icon>${t('Add a panel')}</button>
        <a class="button" href="/widgets/"><wa-icon name="download" aria-hidden="true"></wa-icon>${t('Install a widget')}</a>
        <button type="button" class="button" @click=${() => setDock(true)}><wa-icon name="forum" aria-hidden="true"></wa-icon>${t('Ask the chat')}</button>
      </div>
    </div>`;
  }

  #failed(): TemplateResult {
    return html`<div class="alert" data-tone="error" role="alert">
      <wa-icon name="error" aria-hidden="true"></wa-icon>
      <div class="alert-body"><div class="alert-title">${t('The dashboard could not be loaded')}</div>${this.failure}</div>
      <button type="button" class="button" data-size="small" @click=${() => void this.#load()}>${t('Try again')}</button>
    </div>`;
  }

  #snapshot({ workspace, instances }: { workspace: Workspace; instances: Instance[] }): void {
    clearTimeout(this.#fallback);
    this.workspaceChanged(workspace);
    this.#replaceAll(instances);
    this.state = 'ready';
  }

  /** Without the live connection; when that comes, its snapshot sets everything right. */
  async #load(): Promise<void> {
    this.failure = '';
    try {
      const instances = await server.instances(this.workspace.id);
      if (this.state === 'gone') return;
      this.#replaceAll(instances);
      this.state = 'ready';
    } catch (error) {
      if (this.state !== 'loading') return;
      this.failure = messageOf(error);
      this.state = 'failed';
    }
  }

  #event(event: string, data: Record<string, unknown>): void {
    if (event === 'instance.put') this.#put(data['instance'] as Instance);
    else if (event === 'instance.removed') this.#remove(data['instance_id'] as string);
    else if (event === 'workspace.put') this.workspaceChanged(data['workspace'] as Workspace);
    else if (event === 'workspace.removed') this.leave();
  }

  #replaceAll(instances: Instance[]): void {
    const wanted = new Set(instances.map(({ id }) => id));
    for (const id of [...this.#frames.keys()]) if (!wanted.has(id)) this.#remove(id);
    const added = instances.filter((instance) => !this.#frames.has(instance.id));
    for (const instance of instances) if (!added.includes(instance)) this.#put(instance);
    this.#add(added);
  }

  #put(instance: Instance): void {
    if (instance.workspace_id !== this.workspace.id) return;
    const frame = this.#frames.get(instance.id);
    if (!frame) return this.#add([instance]);
    frame.instance = instance;
    frame.panel.place(instance);
    this.#places.learn(instance.id, cellOf(instance));
    this.#counted();
  }

  #add(instances: Instance[]): void {
    if (instances.length === 0) return;
    const panels = instances.map((instance) => {
      const frame = this.#frame(instance);
      this.#frames.set(instance.id, frame);
      this.#places.learn(instance.id, cellOf(instance));
      return { id: instance.id, content: frame, cell: cellOf(instance) };
    });
    this.#grid!.add(panels);
    this.#counted();
  }

  #frame(instance: Instance): DashboardPanel {
    const frame = document.createElement('dashboard-panel') as DashboardPanel;
    frame.instance = instance;
    frame.editable = page.canWrite;
    frame.movable = page.canWrite && !this.#grid!.narrow;
    frame.panel = openPanel(instance.panel_id);
    frame.panel.place(instance);
    return frame;
  }

  #remove(id: string): void {
    const frame = this.#frames.get(id);
    if (!frame) return;
    this.#frames.delete(id);
    this.#places.forget(id);
    this.#grid!.remove(id);
    release(frame.panel);
    this.#counted();
  }

  #counted(): void {
    this.count = this.#frames.size;
    screen.place(this.instances().filter(({ enabled }) => enabled).map(({ panel_id: id }) => id));
  }

  readonly #onCommand = (event: Event): void => {
    const { command, instance } = (event as CustomEvent<CommandDetail>).detail;
    const commands: Record<PanelCommand, () => unknown> = {
      open: () => showPanel(instance.panel_id),
      configure: () => configurePanel(instance, (changed) => this.#put(changed)),
      move: () => this.#startMoving(instance.id),
      remove: () => this.#takeOff(instance),
      switch: () => this.#switch(instance, !instance.enabled),
    };
    void commands[command]();
  };

  /** Faded at once, gone when the server agrees; the panels that close the gap are saved where they come to stand. */
  async #takeOff(instance: Instance): Promise<void> {
    const frame = this.#frames.get(instance.id);
    if (!frame) return;
    frame.leaving = true;
    const next = (frame.closest('.grid-stack-item')?.nextElementSibling ?? frame.closest('.grid-stack-item')?.previousElementSibling)?.querySelector<HTMLElement>('dashboard-panel');
    try {
      await server.removeInstance(instance.id);
      this.#remove(instance.id);
      this.#places.settle(this.#grid!.cells());
      this.spokenText = t('{name} was removed.', { name: instance.title });
      next?.focus();
    } catch (error) {
      frame.leaving = false;
      toast(t('{name} was not removed: {reason}', { name: instance.title, reason: messageOf(error) }), { kind: 'error' });
    }
  }

  async #switch(instance: Instance, enabled: boolean): Promise<void> {
    try {
      await server.setEnabled(instance.widget_id!, enabled);
      const text = enabled ? t('The widget is on: the chat knows it again.') : t('The widget is off: the chat no longer knows it.');
      toast(text, { kind: 'success', action: { label: t('Undo'), run: () => void this.#switch(instance, !enabled) } });
    } catch (error) {
      toast(messageOf(error), { kind: 'error' });
    }
  }

  /** A menu opens: whether its widget may be switched off is asked once for each widget. */
  readonly #onMenu = (event: Event): void => {
    const { instance } = event.target as DashboardPanel;
    const widgetId = instance.widget_id!;
    const answer = this.#mayManage.get(widgetId) ?? server.canManage(widgetId).catch(() => false);
    this.#mayManage.set(widgetId, answer);
    void answer.then((may) => {
      for (const frame of this.#frames.values()) if (frame.instance.widget_id === widgetId) frame.switchable = may;
    });
  };

  #startMoving(id: string): void {
    const frame = this.#frames.get(id);
    if (!frame || this.#grid!.narrow) return;
    this.#places.hold();
    frame.moving = true;
    frame.focus();
    frame.addEventListener('focusout', () => this.#endMoving(frame, true), { once: true });
    const how = t('Arrows move, Shift and arrows resize, Enter keeps, Escape undoes.');
    this.spokenText = `${t('Moving {name}.', { name: frame.instance.title })} ${how}`;
  }

  #endMoving(frame: DashboardPanel, keep: boolean): void {
    if (!frame.moving) return;
    frame.moving = false;
    if (keep) this.#places.settle(this.#grid!.cells(), frame.instance.id);
    else this.#places.giveUp();
    this.spokenText = keep ? t('{name} stays here.', { name: frame.instance.title }) : t('{name} is back where it was.', { name: frame.instance.title });
  }

  readonly #onKey = (event: KeyboardEvent): void => {
    const frame = event.target;
    if (!(frame instanceof DashboardPanel) || !frame.moving) return;
    const { [frame.instance.id]: cell, ...others } = this.#grid!.cells();
    if (!cell) return;
    const wanted = stepped(cell, event.key, event.shiftKey, Object.values(others));
    if (wanted) {
      event.preventDefault();
      this.#step(frame, cell, wanted);
    } else if (event.key === 'Enter' || event.key === ' ' || event.key === 'Escape') {
      event.preventDefault();
      event.stopPropagation();
      this.#endMoving(frame, event.key !== 'Escape');
    }
  };

  #step(frame: DashboardPanel, cell: Cell, wanted: Cell): void {
    const id = frame.instance.id;
    this.#grid!.place(id, wanted);
    const now = this.#grid!.cells()[id] ?? cell;
    const stuck = JSON.stringify(now) === JSON.stringify(cell);
    this.spokenText = stuck ? t('No further that way.') : spoken(now);
    frame.scrollIntoView({ block: 'nearest' });
  }

  readonly #onFocus = (event: Event): void => {
    const frame = (event.target as Element).closest<DashboardPanel>('dashboard-panel');
    if (frame) this.#mark(frame.instance.panel_id);
  };

  readonly #onOpen = (event: Event): void => {
    const panelId = (event as CustomEvent<{ panel_id?: string }>).detail?.panel_id;
    if (panelId) this.#mark(panelId);
  };

  readonly #onLeave = (): void => void this.#places.flush();

  /** The panel one is at: the chat takes "it" to mean this one. */
  #mark(panelId: string): void {
    for (const { instance, dataset } of this.#frames.values()) {
      if (instance.panel_id === panelId) dataset['focused'] = '';
      else delete dataset['focused'];
    }
    screen.focus(panelId);
  }

  #pointOut(id: string): void {
    const frame = this.#frames.get(id);
    if (!frame) return;
    frame.dataset['fresh'] = '';
    frame.scrollIntoView({ block: 'nearest' });
    setTimeout(() => delete frame.dataset['fresh'], 2_000);
  }
}

function cellOf({ layout, size: [width, height] }: Instance): Cell {
  const { x = 0, y = 0, w = width, h = height } = layout;
  return { x, y, w, h };
}

function skeletons(): TemplateResult {
  return html`<div class="dashboard-skeleton" role="status" aria-label=${t('Loading')}>
    <span class="skeleton"></span><span class="skeleton"></span><span class="skeleton"></span>
  </div>`;
}

function gone(): TemplateResult {
  return html`<div class="empty dashboard-empty">
    <span class="tile" aria-hidden="true"><wa-icon name="visibility_off"></wa-icon></span>
    <div class="empty-title">${t('This dashboard is not there any more')}</div>
    <p>${t('It was deleted, or made private by its owner.')}</p>
    <a class="button" href="/dashboard/">${t('Go to another dashboard')}</a>
  </div>`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : t('Something went wrong.');
}
