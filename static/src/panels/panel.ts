/** Panels: one panel's view, kept up to date; shared by every place of the page that shows it. No DOM here. */
import { ApiError, api } from '../api.ts';
import { t } from '../i18n.ts';
import { live } from '../live/client.ts';
import type { LiveEvent, Snapshot } from '../live/protocol.ts';
import { applyItemEvent } from './changes.ts';
import { follow } from './feed.ts';
import type { Instance, IntentResult, PanelData, PanelView } from './shapes.ts';

/** `gone`: taken off its dashboard, or never there for this person. */
export type PanelState = 'loading' | 'ready' | 'failed' | 'disabled' | 'gone';

export interface PanelWatcher {
  /** Something beside the data changed: state, tree, whether an operation is running. */
  changed(): void;
  /** The names in the data whose values changed. `own` while an operation of this page may be the cause. */
  data?(names: string[], own: boolean): void;
}

/** How long after an operation its events still count as one's own doing. Milliseconds. */
const OWN_DOING = 1_500;

export class Panel {
  state: PanelState = 'loading';
  view: PanelView | undefined;
  /** Why the view could not be had; may stand beside an older view. */
  failure = '';
  /** Operations under way. */
  running = 0;
  /** How the dashboard says that the place is configured. */
  config: Record<string, unknown> = {};
  #users = 0;
  #lastRun = 0;
  #loading: AbortController | undefined;
  #late: LiveEvent[] = [];
  #signature = '';
  #leave: (() => void)[] = [];
  #streams = new Set<string>();
  readonly #watchers = new Set<PanelWatcher>();

  constructor(readonly panelId: string) {}

  /** Tells `watcher` of every change until the returned function is called. */
  watch(watcher: PanelWatcher): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  /** What the dashboard knows of the place: a panel switched off needs no view, one configured anew needs another. */
  place(instance: Instance): void {
    const { title, enabled, config, panel_type: type, package_version: version } = instance;
    const signature = JSON.stringify([title, enabled, config, type, version]);
    if (signature === this.#signature) return;
    this.#signature = signature;
    this.config = config;
    this.#follow(`workspace:${instance.workspace_id}`);
    if (instance.builtin_slug) this.#follow(ownStream());
    if (instance.enabled) void this.load();
    else this.#switchedOff();
  }

  /** Reads the view. What happens meanwhile is applied to it afterwards; what is shown stays until it has come. */
  async load(): Promise<void> {
    this.#loading?.abort();
    const loading = (this.#loading = new AbortController());
    this.#late = [];
    if (!this.view || this.state === 'disabled') this.#become('loading');
    try {
      const view = await api.get<PanelView>(`/api/panels/${encodeURIComponent(this.panelId)}/view`, { signal: loading.signal });
      if (loading.signal.aborted) return;
      this.#loading = undefined;
      this.#show(view);
    } catch (error) {
      if (loading.signal.aborted) return;
      this.#loading = undefined;
      this.#fail(error);
    }
  }

  /** Runs an operation of the panel's template. Rejects with ApiError when the server refuses it. */
  async run(operation: string, params: unknown, idempotencyKey: string): Promise<IntentResult> {
    const { slug = this.panelId, instance_id: instanceId = null } = this.view?.panel ?? {};
    const place = instanceId ? { instanceId } : { panelId: this.panelId };
    this.#count(1);
    try {
      const path = `/api/panels/${encodeURIComponent(slug)}/${encodeURIComponent(operation)}`;
      return await api.post<IntentResult>(path, { ...place, params }, { idempotencyKey });
    } finally {
      this.#count(-1);
      if (live().state !== 'online') void this.load(); // no event will tell
    }
  }

  /** Used by `openPanel` and `release`. */
  hold(change: 1 | -1): number {
    this.#users += change;
    if (this.#users === 0) {
      this.#loading?.abort();
      this.#leave.forEach((leave) => leave());
      this.#leave = [];
      this.#streams.clear();
    }
    return this.#users;
  }

  #show(view: PanelView): void {
    const before = this.view;
    this.view = view;
    this.failure = '';
    this.state = 'ready';
    this.#followView(view);
    for (const event of this.#late.splice(0)) this.#applyItems(event);
    const sameTree = before && JSON.stringify(before.tree) === JSON.stringify(view.tree);
    if (before && sameTree) view.tree = before.tree;
    this.#tell();
    if (before && sameTree) this.#tellData(Object.keys(this.view.data), true);
  }

  #followView({ panel }: PanelView): void {
    if (panel.workspace_id) this.#follow(`workspace:${panel.workspace_id}`);
    if (panel.builtin) this.#follow(ownStream());
  }

  #fail(error: unknown): void {
    if (error instanceof ApiError && error.code === 'WIDGET_DISABLED') return this.#switchedOff();
    const gone = error instanceof ApiError && error.status === 404;
    this.failure = error instanceof Error ? error.message : t('Something went wrong.');
    this.#become(gone ? 'gone' : 'failed');
  }

  #switchedOff(): void {
    this.#loading?.abort();
    this.#loading = undefined;
    this.#become('disabled');
  }

  #follow(stream: string): void {
    if (this.#streams.has(stream)) return;
    this.#streams.add(stream);
    this.#leave.push(
      follow(stream, { snapshot: (snapshot) => this.#snapshot(snapshot), event: (event) => this.#event(event) }),
    );
  }

  /** The stream starts over: something may have been missed. */
  #snapshot({ stream, data }: Snapshot): void {
    if (stream.startsWith('user:')) {
      return this.#ownSnapshot((data as { builtins?: Record<string, PanelData> }).builtins ?? {});
    }
    const placed = (data as { instances?: Instance[] }).instances?.find(({ panel_id: id }) => id === this.panelId);
    if (placed && this.#signature) this.place(placed);
    if (this.state !== 'disabled' && !this.view?.panel.builtin) void this.load();
  }

  /** One's own data of the built-ins; those in which there is nothing are left out. */
  #ownSnapshot(builtins: Record<string, PanelData>): void {
    const slug = this.view?.panel.slug;
    if (!slug || !this.view?.panel.builtin) return;
    this.#event({ type: 'event', stream: '', number: 0, event: 'builtin.changed', data: { slug, values: builtins[slug] ?? { items: [] } } });
  }

  #event(event: LiveEvent): void {
    const data = event.data as Record<string, unknown>;
    if (event.event === 'instance.put') {
      const instance = data['instance'] as Instance;
      if (instance.panel_id === this.panelId) this.place(instance);
    } else if (event.event === 'instance.removed') {
      if (data['instance_id'] === this.view?.panel.instance_id) this.#become('gone');
    } else if (this.#loading) {
      this.#late.push(event);
    } else {
      const before = this.view?.data;
      this.#applyItems(event);
      const now = this.view?.data ?? {};
      if (before && before !== now) this.#tellData(changedNames(before, now), this.#ownDoing());
    }
  }

  #applyItems({ event, data }: LiveEvent): void {
    if (!this.view) return;
    const { panel } = this.view;
    const payload = data as Record<string, unknown>;
    if (event === 'builtin.changed') {
      if (panel.builtin && payload['slug'] === panel.slug) {
        this.view.data = { ...this.view.data, ...(payload['values'] as PanelData) };
      }
    } else if (panel.instance_id && payload['instance_id'] === panel.instance_id) {
      this.view.data = applyItemEvent(this.view.data, event, payload) ?? this.view.data;
    }
  }

  #count(change: 1 | -1): void {
    this.running += change;
    this.#lastRun = Date.now();
    this.#tell();
  }

  #ownDoing(): boolean {
    return this.running > 0 || Date.now() - this.#lastRun < OWN_DOING;
  }

  #become(state: PanelState): void {
    this.state = state;
    this.#tell();
  }

  #tell(): void {
    for (const watcher of [...this.#watchers]) watcher.changed();
  }

  #tellData(names: string[], own: boolean): void {
    for (const watcher of [...this.#watchers]) watcher.data?.(names, own);
  }
}

function changedNames(before: PanelData, now: PanelData): string[] {
  return Object.keys(now).filter((name) => before[name] !== now[name]);
}

/** The stream of what concerns only the person who looks. */
function ownStream(): string {
  return `user:${document.body.dataset['signedIn'] ?? ''}`;
}

const panels = new Map<string, Panel>();

/** The page's one Panel of that id. Give it back with `release`. */
export function openPanel(panelId: string): Panel {
  let panel = panels.get(panelId);
  if (!panel) panels.set(panelId, (panel = new Panel(panelId)));
  panel.hold(1);
  return panel;
}

/** Ends one use; after the last one the panel follows nothing any more. */
export function release(panel: Panel): void {
  if (panel.hold(-1) === 0) panels.delete(panel.panelId);
}
