/** Manager: what the page knows, kept in step by the server's events. Knows nothing of how it is drawn. */
import type { LiveClient, StreamListener } from '../../live/client.ts';
import type { LiveEvent, Snapshot } from '../../live/protocol.ts';
import type { Reader } from './page.ts';
import { server as calls } from './server.ts';
import type { Builtin, Place, Widget, Workspace } from './server.ts';

export type Server = typeof calls;
export type LoadState = 'loading' | 'ready' | 'failed';

/** A connection follows a hundred streams at most; other parts of the page need some, too. */
const MOST_FOLLOWED = 60;
const RELOAD_DELAY = 150;

interface Entities {
  widgets: Widget[];
  workspaces: Workspace[];
}

/**
 * Widgets, built-ins, workspaces and places that the reader can see. Fires `change` after every change, and
 * `access` when the reader's own role has changed.
 *
 * The reader's own stream and the organisation's bring widgets and workspaces; the stream of each workspace brings
 * what stands on it. Only teammates' widgets that stand on shared workspaces have no stream of the reader's: the list
 * is read again when one comes or goes.
 */
export class ManagerStore extends EventTarget {
  state: LoadState = 'loading';
  failure: unknown;
  builtins: Builtin[] = [];
  readonly #widgets = new Map<string, Widget>();
  readonly #workspaces = new Map<string, Workspace>();
  readonly #places = new Map<string, Place>();
  /** What the switch of a widget shows while the server has not answered. */
  readonly #wishes = new Map<string, boolean>();
  /** Widgets whose script is being asked for. */
  readonly #fetching = new Set<string>();
  /** How often the server has told of a widget. */
  readonly #told = new Map<string, number>();
  /** What was removed here or by an event; an answer that was on its way must not bring it back. */
  readonly #gone = new Set<string>();
  readonly #followed = new Map<string, () => void>();
  #leave: (() => void)[] = [];
  #reload: ReturnType<typeof setTimeout> | undefined;

  constructor(
    readonly reader: Reader,
    readonly server: Server = calls,
    private readonly live?: Pick<LiveClient, 'subscribe'>,
  ) {
    super();
  }

  get widgets(): Widget[] {
    return [...this.#widgets.values()].sort((a, b) => a.name.localeCompare(b.name) || a.created_at.localeCompare(b.created_at));
  }

  /** Oldest first, as everywhere. */
  get workspaces(): Workspace[] {
    return [...this.#workspaces.values()].sort((a, b) => a.created_at.localeCompare(b.created_at));
  }

  widget(id: string): Widget | undefined {
    return this.#widgets.get(id);
  }

  workspace(id: string): Workspace | undefined {
    return this.#workspaces.get(id);
  }

  /** Where a widget (by id) or a built-in (by slug) stands, as far as the reader can see. */
  placesOf(key: string): Place[] {
    const found = [...this.#places.values()].filter((place) => place.widget_id === key || (!place.widget_id && place.builtin_slug === key));
    return found.sort((a, b) => a.workspace_id.localeCompare(b.workspace_id) || a.label.length - b.label.length || a.label.localeCompare(b.label));
  }

  /** What the switch shows. */
  isEnabled(widget: Widget): boolean {
    return this.#wishes.get(widget.id) ?? widget.enabled;
  }

  isSwitching(widget: Widget): boolean {
    return this.#wishes.has(widget.id);
  }

  /** Reads everything and follows the streams; call again to try again. */
  async start(): Promise<void> {
    this.state = 'loading';
    this.#changed();
    if (await this.#read()) this.#follow();
  }

  stop(): void {
    clearTimeout(this.#reload);
    for (const leave of [...this.#leave, ...this.#followed.values()]) leave();
    this.#leave = [];
    this.#followed.clear();
  }

  /** True when it worked. A later reading that fails leaves what is known, which is better than nothing. */
  async #read(): Promise<boolean> {
    const before = [this.#widgets, this.#workspaces, this.#places].map((known) => new Set(known.keys()));
    try {
      const [list, workspaces, places] = await Promise.all([this.server.list(), this.server.workspaces(), this.server.places()]);
      this.builtins = list.builtins;
      this.#absorb(this.#widgets, list.widgets, before[0]!);
      this.#absorb(this.#workspaces, workspaces, before[1]!);
      this.#absorb(this.#places, places, before[2]!);
      this.state = 'ready';
    } catch (error) {
      if (this.state === 'loading') {
        this.failure = error;
        this.state = 'failed';
      }
    }
    this.#changed();
    return this.state === 'ready';
  }

  /** Takes an answer that events may have overtaken: what they brought or took away since stays so. */
  #absorb<T extends { id: string; updated_at?: string }>(known: Map<string, T>, rows: T[], before: Set<string>): void {
    const listed = new Set(rows.map(({ id }) => id));
    for (const id of before) if (!listed.has(id)) known.delete(id);
    for (const row of rows) if (!this.#gone.has(row.id) && !isOlder(row, known.get(row.id))) known.set(row.id, row);
  }

  /** Flips the switch at once; puts it back and rejects when the server refuses. The last wish wins. */
  async enable(widget: Widget, wish: boolean): Promise<void> {
    const waiting = this.#wishes.has(widget.id);
    this.#wishes.set(widget.id, wish);
    this.#changed();
    if (waiting) return; // the call under way looks at the wishes again when it is answered
    try {
      await this.#grant(widget.id, wish);
    } finally {
      this.#wishes.delete(widget.id);
      this.#changed();
    }
  }

  async #grant(id: string, wish: boolean): Promise<void> {
    const told = this.#told.get(id);
    await this.server.enable(id, wish);
    const widget = this.#widgets.get(id);
    // What the server has told meanwhile is newer than the answer: somebody else may have switched it back.
    if (widget && this.#told.get(id) === told) this.#widgets.set(id, { ...widget, enabled: wish });
    const latest = this.#wishes.get(id);
    if (latest !== undefined && latest !== wish) await this.#grant(id, latest);
  }

  async rename(widget: Widget, name: string): Promise<void> {
    this.putWidget(await this.server.rename(widget.id, name));
  }

  isFetching(widget: Pick<Widget, 'id'>): boolean {
    return this.#fetching.has(widget.id);
  }

  /** Asks for a widget's script anew, once at a time. Rejects with the reason; its problems then tell that reason, too. */
  async fetchScript({ id }: Pick<Widget, 'id'>): Promise<void> {
    if (this.#fetching.has(id)) return;
    this.#fetching.add(id);
    this.#changed();
    try {
      this.putWidget(await this.server.fetchScript(id));
    } catch (error) {
      const now = await this.server.widget(id).catch(() => undefined);
      if (now) this.putWidget(now);
      throw error;
    } finally {
      this.#fetching.delete(id);
      this.#changed();
    }
  }

  async uninstall(widget: Widget, keepData = true): Promise<void> {
    await this.server.uninstall(widget.id, keepData);
    this.#dropWidget(widget.id);
  }

  async createWorkspace(name: string): Promise<Workspace> {
    const workspace = await this.server.createWorkspace(name);
    this.#putWorkspace(workspace);
    return workspace;
  }

  /** Places a widget (by id) or a built-in (by slug). */
  async place(what: { widgetId: string } | { builtin: string }, workspaceId: string): Promise<Place> {
    const place = await this.server.place(what, workspaceId);
    this.#putPlace(place);
    return place;
  }

  async configure(place: Place, config: Record<string, unknown>): Promise<void> {
    this.#putPlace(await this.server.configure(place.id, config));
  }

  async remove(place: Place): Promise<void> {
    await this.server.remove(place.id);
    this.#dropPlace(place.id);
  }

  /** Takes a widget from an answer or event, unless a newer state of it is known. */
  putWidget(widget: Widget): void {
    if (this.#gone.has(widget.id) || isOlder(widget, this.#widgets.get(widget.id))) return;
    this.#widgets.set(widget.id, widget);
    this.#told.set(widget.id, (this.#told.get(widget.id) ?? 0) + 1);
    this.#changed();
  }

  #dropWidget(id: string): void {
    this.#gone.add(id);
    this.#widgets.delete(id);
    for (const place of this.placesOf(id)) this.#places.delete(place.id);
    this.#changed();
  }

  #putWorkspace(workspace: Workspace): void {
    if (workspace.visibility === 'private' && workspace.owner_id !== this.reader.userId) return this.#dropWorkspace(workspace.id);
    this.#gone.delete(workspace.id); // one that was private and is shared again comes back
    this.#workspaces.set(workspace.id, workspace);
    this.#followWorkspaces();
    this.#changed();
  }

  #dropWorkspace(id: string): void {
    this.#gone.add(id);
    this.#workspaces.delete(id);
    this.#followed.get(id)?.();
    this.#followed.delete(id);
    for (const place of [...this.#places.values()]) if (place.workspace_id === id) this.#places.delete(place.id);
    this.#changed();
    this.#readSoon(); // a teammate's widget may have gone with it
  }

  #putPlace(place: Place): void {
    if (this.#gone.has(place.id) || isOlder(place, this.#places.get(place.id))) return;
    this.#places.set(place.id, place);
    const widget = place.widget_id ? this.#widgets.get(place.widget_id) : undefined;
    if (place.widget_id && !widget) this.#readSoon();
    else if (widget && this.#isTeammates(widget) && widget.enabled !== place.enabled) this.#learnSwitch(widget, place.enabled);
    this.#changed();
  }

  #dropPlace(id: string): void {
    const widget = this.#widgets.get(this.#places.get(id)?.widget_id ?? '');
    this.#gone.add(id);
    this.#places.delete(id);
    if (widget && this.#isTeammates(widget)) this.#readSoon();
    this.#changed();
  }

  #isTeammates(widget: Widget): boolean {
    return widget.user_id !== null && widget.user_id !== this.reader.userId;
  }

  /** The placed widgets that no stream tells of, known or not, as one text. */
  #placedTeammates(): string {
    const placed = [...this.#places.values()].map(({ widget_id }) => widget_id ?? '');
    const untold = placed.filter((id) => id && (!this.#widgets.has(id) || this.#isTeammates(this.#widgets.get(id)!)));
    return [...new Set(untold)].sort().join();
  }

  #learnSwitch(widget: Widget, enabled: boolean): void {
    this.#widgets.set(widget.id, { ...widget, enabled });
    this.#told.set(widget.id, (this.#told.get(widget.id) ?? 0) + 1);
  }

  #readSoon(): void {
    clearTimeout(this.#reload);
    this.#reload = setTimeout(() => void this.#read(), RELOAD_DELAY);
  }

  #follow(): void {
    if (!this.live || this.#leave.length > 0) return;
    const { userId, tenantId } = this.reader;
    this.#leave = [
      this.live.subscribe(`user:${userId}`, this.#listener((row) => row.user_id === userId, 'private')),
      this.live.subscribe(`tenant:${tenantId}`, this.#listener((row) => row.user_id === null, 'tenant')),
    ];
    this.#followWorkspaces();
  }

  /** A snapshot replaces those widgets and workspaces that its stream tells of. */
  #listener(tellsOf: (widget: Widget) => boolean, visibility: Workspace['visibility']): StreamListener {
    return {
      snapshot: ({ data }: Snapshot) => {
        const { widgets, workspaces } = data as Entities;
        merge(this.#widgets, widgets, tellsOf);
        merge(this.#workspaces, workspaces, (row) => row.visibility === visibility);
        this.#followWorkspaces();
        this.#changed();
      },
      // Sharing a workspace takes it from one stream and puts it into the other, in either order.
      event: (event) => {
        if (event.event !== 'workspace.removed' || this.#isIn(event, visibility)) this.#hear(event);
      },
    };
  }

  #isIn({ data }: LiveEvent, visibility: Workspace['visibility']): boolean {
    const known = this.#workspaces.get(String((data as Record<string, unknown>)['workspace_id']));
    return known?.visibility === visibility;
  }

  #followWorkspaces(): void {
    if (!this.live || this.#leave.length === 0) return;
    for (const { id } of this.workspaces) {
      if (this.#followed.has(id) || this.#followed.size >= MOST_FOLLOWED) continue;
      const listener: StreamListener = {
        snapshot: ({ data }) => {
          const teammates = this.#placedTeammates();
          merge(this.#places, (data as { instances: Place[] }).instances, (place) => place.workspace_id === id);
          if (this.#placedTeammates() !== teammates) this.#readSoon();
          this.#changed();
        },
        event: (event) => this.#hear(event),
      };
      this.#followed.set(id, this.live.subscribe(`workspace:${id}`, listener));
    }
  }

  #hear({ event, data }: LiveEvent): void {
    const told = data as Record<string, unknown>;
    if (event === 'widget.put') this.putWidget(told['widget'] as Widget);
    else if (event === 'widget.removed') this.#dropWidget(String(told['widget_id']));
    else if (event === 'workspace.put') this.#putWorkspace(told['workspace'] as Workspace);
    else if (event === 'workspace.removed') this.#dropWorkspace(String(told['workspace_id']));
    else if (event === 'instance.put') this.#putPlace(told['instance'] as Place);
    else if (event === 'instance.removed') this.#dropPlace(String(told['instance_id']));
    else if (event === 'access.changed' && told['user_id'] === this.reader.userId) this.dispatchEvent(new Event('access'));
  }

  #changed(): void {
    this.dispatchEvent(new Event('change'));
  }
}

/** Rows that `tellsOf` speaks for and that are not among `rows` have gone. */
function merge<T extends { id: string }>(known: Map<string, T>, rows: T[], tellsOf: (row: T) => boolean): void {
  for (const row of [...known.values()]) if (tellsOf(row)) known.delete(row.id);
  for (const row of rows) known.set(row.id, row);
}

/** Times are written alike, so their texts compare as they do. */
function isOlder(row: { updated_at?: string }, known: { updated_at?: string } | undefined): boolean {
  return row.updated_at !== undefined && known?.updated_at !== undefined && row.updated_at < known.updated_at;
}
