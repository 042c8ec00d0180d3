/** Dashboard: `<workspace-dashboard>`, the panels of one workspace, live. */
import { LitElement, html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { t } from '../../i18n.ts';
import { follow } from '../../panels/feed.ts';
import { showPanel } from '../../panels/host.ts';
import { openPanel, release } from '../../panels/panel.ts';
import { openPermissions } from '../../panels/permissions_dialog.ts';
import { screen } from '../../panels/screen.ts';
import type { Cell, Instance, Workspace } from '../../panels/shapes.ts';
import { watchFrameFocus } from '../../shell/frame_focus.ts';
import { toast } from '../../shell/toasts.ts';
import { addPanels } from './add_panel.ts';
import { Arrangement } from './arrangement.ts';
import { configurePanel } from './configure.ts';
import { DashboardPanel } from './frame.ts';
import type { CommandDetail, PanelCommand } from './frame.ts';
import { PanelGrid } from './grid.ts';
import type { Wish } from './growing.ts';
import { moveByKeyboard } from './moving.ts';
import { empty, failed, gone, skeletons } from './notices.ts';
import { page } from './page.ts';
import { PanelSizes, smallestOf } from './panel_sizes.ts';
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
  #sizes: PanelSizes | undefined;
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
    this.addEventListener('focusin', this.#onFocus);
    this.addEventListener('pointerdown', this.#onFocus);
    this.addEventListener('sandbox:resize', this.#onResize);
    watchFrameFocus(this.#onFrameFocus);
    window.addEventListener('panel:open', this.#onOpen);
    window.addEventListener('pagehide', this.#onLeave);
  }

  protected override firstUpdated(): void {
    this.#grid = new PanelGrid(this.querySelector<HTMLElement>('.grid-stack')!, page.canWrite, {
      began: (id) => {
        this.#sizes!.inHand = id;
        this.#sizes!.hold(id);
        return this.#sizes!.smallest(this.#frames.get(id)!);
      },
      ended: (id) => {
        this.#sizes!.inHand = '';
        requestAnimationFrame(() => this.#settle(id));
      },
      narrowed: (narrow) => this.#frames.forEach((frame) => (frame.movable = !narrow)),
    });
    this.#sizes = new PanelSizes(this.#grid, this.#places);
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
        this.#sizes!.prefer(this.#frames.get(instance.id)!);
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
    if (this.state === 'failed') return failed(this.failure, () => void this.#load());
    return this.state === 'loading' ? skeletons() : empty(() => void this.add());
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
    this.#grid!.limit(instance.id, smallestOf(instance));
    this.#places.learn(instance.id, cellOf(instance));
    this.#counted();
  }

  #add(instances: Instance[]): void {
    if (instances.length === 0) return;
    const panels = instances.map((instance) => {
      const frame = this.#frame(instance);
      this.#frames.set(instance.id, frame);
      this.#places.learn(instance.id, cellOf(instance));
      return { id: instance.id, content: frame, cell: cellOf(instance), smallest: smallestOf(instance) };
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
    if (frame.moving) frame.dispatchEvent(new Event('focusout')); // taken away under the hand
    this.#frames.delete(id);
    this.#places.forget(id);
    this.#grid!.remove(id);
    if (id === this.#sizes!.inHand) this.#places.giveUp();
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
      move: () => this.#move(instance.id),
      remove: () => this.#takeOff(instance),
      switch: () => this.#switch(instance, !instance.enabled),
      permissions: () => openPermissions({ instanceId: instance.id, widgetId: instance.widget_id!, title: instance.title }),
    };
    void commands[command]();
  };

  #move(id: string): void {
    const frame = this.#frames.get(id);
    if (!frame || this.#grid!.narrow) return;
    const sizes = this.#sizes!;
    const places = { hold: () => sizes.hold(id), settle: () => this.#settle(id), giveUp: () => this.#places.giveUp() };
    moveByKeyboard({ frame, grid: this.#grid!, places, smallest: sizes.smallest(frame), say: (text) => (this.spokenText = text) });
  }

  #settle(id: string): void {
    const frame = this.#frames.get(id);
    if (frame) this.#sizes!.settle(frame);
  }

  /** A widget asks for more room: it gets it where people may move panels, and until somebody says otherwise. */
  readonly #onResize = (event: Event): void => {
    const frame = (event.target as Element).closest<DashboardPanel>('dashboard-panel');
    if (!frame || !this.#sizes!.give(frame, (event as CustomEvent<Wish>).detail)) return;
    this.spokenText = t('{name} has made itself larger.', { name: frame.instance.title });
  };

  /** Faded at once, gone when the server agrees; the panels that close the gap are saved where they come to stand. */
  async #takeOff(instance: Instance): Promise<void> {
    const frame = this.#frames.get(instance.id);
    if (!frame) return;
    frame.leaving = true;
    const item = frame.closest('.grid-stack-item');
    const next = (item?.nextElementSibling ?? item?.previousElementSibling)?.querySelector<HTMLElement>('dashboard-panel');
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

  readonly #onFocus = (event: Event): void => {
    const frame = (event.target as Element).closest<DashboardPanel>('dashboard-panel');
    if (frame) this.#mark(frame.instance.panel_id);
  };

  /** Only what the person did counts: a script can take the focus, too. */
  readonly #onFrameFocus = (element: HTMLIFrameElement): void => {
    const frame = element.closest<DashboardPanel>('dashboard-panel');
    if (frame && navigator.userActivation.isActive) this.#mark(frame.instance.panel_id);
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

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : t('Something went wrong.');
}
