/** Sessions: `WidgetSession`, what one conversation holds of widgets, live; one's own changes are seen at once. No DOM here. */
import { newKey } from '../api.ts';
import { applySet, changedKeys } from '../declarative/state.ts';
import type { StateValues } from '../declarative/state.ts';
import { sameJson } from '../declarative/store.ts';
import type { StreamListener } from '../live/client.ts';
import { SessionLog } from './log.ts';
import type { Born } from './server.ts';
import type { Mounted, SessionData } from './shapes.ts';

export type SessionState = 'new' | 'loading' | 'ready' | 'failed' | 'gone';

/** How a session reaches the server. */
export interface Wire {
  create(app: string | null, key: string): Promise<Born>;
  session(id: string): Promise<SessionData>;
  follow(id: string, listener: StreamListener): () => void;
  isOnline(): boolean;
  close(id: string, widget: Mounted): Promise<unknown>;
}

/** A change of the state that the live events do not tell yet. */
interface Pending {
  app: string;
  values: StateValues;
  /** The server has made it. */
  isMade: boolean;
}

/** Milliseconds: how long a snapshot, and the event of a change that was made, may take. */
const PATIENCE = 1_500;
const NOTHING: StateValues = {};

/** Resolves when the person leaves the page: what still waits for its turn is sent then, or never. */
let left = new Promise<void>((resolve) => onLeaving(resolve));

function onLeaving(resolve: () => void): void {
  globalThis.addEventListener?.('pagehide', () => {
    resolve();
    left = new Promise((next) => onLeaving(next));
  }, { once: true });
}

/** Two apps may have declared widgets of one name, such as chat_side. */
function keyOf({ app, widget_id: id }: Mounted): string {
  return `${app ?? ''} ${id}`;
}

export class WidgetSession {
  /** Undefined until something is said or touched: that makes the conversation. */
  id: string | undefined;
  state: SessionState;
  /** The conversation that was made for this session. */
  born: Born | undefined;
  readonly #log = new SessionLog();
  readonly #watchers = new Set<() => void>();
  readonly #key = newKey();
  #pending: Pending[] = [];
  readonly #closing = new Set<string>();
  #birth: Promise<string> | undefined;
  #queue: Promise<unknown> = Promise.resolve();
  #leave: (() => void) | undefined;
  #patience: ReturnType<typeof setTimeout> | undefined;

  /** With `app`, the conversation that is made belongs to this app alone. */
  constructor(
    private readonly wire: Wire,
    id?: string,
    readonly app: string | null = null,
    private readonly onBorn: (session: WidgetSession) => void = () => undefined,
  ) {
    this.id = id;
    this.state = id === undefined ? 'new' : 'loading';
  }

  /** Tells of every change until the returned function is called; the session is live while anybody watches. */
  watch(watcher: () => void): () => void {
    this.#watchers.add(watcher);
    this.#follow();
    return () => {
      if (this.#watchers.delete(watcher) && this.#watchers.size === 0) this.#unfollow();
    };
  }

  /** The state of an app, or of the chat itself. */
  stateOf(app: string | null): StateValues {
    const base = this.#log.data.state[app ?? ''] ?? NOTHING;
    return this.#pending.filter((one) => one.app === (app ?? '')).reduce((now, { values }) => ({ ...now, ...values }), base);
  }

  /** The widgets that are open, in the order in which they came. */
  get widgets(): readonly Mounted[] {
    const { widgets } = this.#log.data;
    return this.#closing.size === 0 ? widgets : widgets.filter((widget) => !this.#closing.has(keyOf(widget)));
  }

  widget(widgetId: string, app?: string | null): Mounted | undefined {
    return this.widgets.find((one) => one.widget_id === widgetId && (app === undefined || one.app === app));
  }

  /** The conversation's id; makes the conversation if there is none. Called again after a failure, it is made once. */
  ready(key = this.#key): Promise<string> {
    if (this.id !== undefined) return Promise.resolve(this.id);
    this.#birth ??= this.#make(key).finally(() => (this.#birth = undefined));
    return this.#birth;
  }

  /** Resolves when every change made so far has reached the server, or was refused. */
  async settled(): Promise<void> {
    await this.#queue;
  }

  /**
   * Changes the state: seen at once, undone when `send` rejects, which this call then does, too. Changes are sent one
   * after the other; `send` resolves to the whole state of the app after it.
   */
  async change(app: string | null, set: StateValues, send: (id: string) => Promise<StateValues | undefined>): Promise<void> {
    const name = app ?? '';
    const after = applySet(this.stateOf(app), set);
    const pending: Pending = { app: name, values: Object.fromEntries(changedKeys(set).map((key) => [key, after[key]])), isMade: false };
    this.#pending.push(pending);
    this.#changed();
    const sent = Promise.race([this.#queue, left]).then(async () => send(await this.ready()));
    this.#queue = sent.catch(() => undefined);
    try {
      this.#made(pending, await sent);
    } catch (error) {
      this.#drop([pending]);
      throw error;
    }
  }

  /** Closes a widget: gone at once, back again when the server refuses, which then rejects. */
  async close(widgetId: string, app?: string | null): Promise<void> {
    const widget = this.widget(widgetId, app);
    if (!widget || this.id === undefined) return;
    this.#closing.add(keyOf(widget));
    this.#changed();
    try {
      await this.wire.close(this.id, widget);
      if (!this.wire.isOnline()) await this.#read();
    } catch (error) {
      this.#closing.delete(keyOf(widget));
      this.#changed();
      throw error;
    }
  }

  /** Reads over HTTP what the live connection does not bring. */
  async reload(): Promise<void> {
    if (this.state === 'failed') this.state = 'loading';
    this.#changed();
    await this.#read();
  }

  async #make(key: string): Promise<string> {
    const born = await this.wire.create(this.app, key);
    this.born = born;
    this.id = born.id;
    this.state = 'ready'; // nothing can be in it yet
    this.onBorn(this);
    if (this.#watchers.size > 0) this.#follow();
    this.#changed();
    return born.id;
  }

  #follow(): void {
    if (this.#leave || this.id === undefined || this.state === 'gone') return;
    this.#leave = this.wire.follow(this.id, {
      snapshot: ({ data, number }) => {
        this.#log.show(data as SessionData, number);
        this.#arrived();
      },
      event: (event) => {
        if (this.#log.add(event)) this.#arrived(this.state);
      },
      error: ({ code }) => code === 'NOT_FOUND' && this.#ended(),
    });
    this.#patience = setTimeout(() => !this.#log.isKnown && void this.#read(), PATIENCE);
  }

  #unfollow(): void {
    this.#leave?.();
    this.#leave = undefined;
    clearTimeout(this.#patience);
  }

  /** An answer over HTTP has no number: every snapshot and event of the live stream is newer. */
  async #read(): Promise<void> {
    if (this.id === undefined) return;
    try {
      const data = await this.wire.session(this.id);
      if (this.#leave && this.wire.isOnline() && this.#log.isKnown) return;
      this.#log.show(data, 0);
      this.#arrived();
    } catch (error) {
      if ((error as { status?: number }).status === 404) return this.#ended();
      if (this.state !== 'loading') return;
      this.state = 'failed';
      this.#changed();
    }
  }

  #arrived(state: SessionState = 'ready'): void {
    this.state = state;
    this.#pending = this.#pending.filter((one) => !one.isMade || !this.#isTold(one));
    const open = new Set(this.#log.data.widgets.map(keyOf));
    for (const closing of this.#closing) if (!open.has(closing)) this.#closing.delete(closing);
    this.#changed();
  }

  /** Shown as the server has it, until the event says the same; an event that does not come is not waited for. */
  #made(pending: Pending, state: StateValues | undefined): void {
    pending.isMade = true;
    if (state) for (const key of Object.keys(pending.values)) pending.values[key] = state[key];
    if (this.#isTold(pending)) return this.#drop([pending]);
    this.#changed();
    if (!this.wire.isOnline()) void this.#read().then(() => this.#drop([pending]));
    else setTimeout(() => this.#drop([pending]), PATIENCE);
  }

  #isTold({ app, values }: Pending): boolean {
    const base = this.#log.data.state[app] ?? NOTHING;
    return Object.entries(values).every(([key, value]) => sameJson(base[key], value));
  }

  #drop(gone: Pending[]): void {
    const before = this.#pending.length;
    this.#pending = this.#pending.filter((one) => !gone.includes(one));
    if (this.#pending.length !== before) this.#changed();
  }

  #ended(): void {
    this.#unfollow();
    this.state = 'gone';
    this.#changed();
  }

  #changed(): void {
    for (const watcher of [...this.#watchers]) watcher();
  }
}
