/** Declarative: the bindings of a widget: loaded when it is mounted, again when asked, and regularly where they say so. */
import { evaluateDeep } from './expressions/evaluate.ts';
import { toText } from './expressions/values.ts';
import type { DataHost } from './hosts.ts';
import type { Path, WidgetStore } from './store.ts';
import { isRecord } from './tree.ts';
import type { DataSource } from './tree.ts';

/** How a binding stands; kept in the store under `status.<name>`. */
export interface BindingStatus {
  state: 'loading' | 'ready' | 'error';
  message?: string;
}

const UNITS: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const SHORTEST_POLL = 1_000;
/** How long after a change of what a source reads it is loaded again. Milliseconds. */
const PAUSE = 150;
const MOST_KEPT = 200;
/** Members of a source that say when it is loaded, not what. */
const TIMING: ReadonlySet<string> = new Set(['type', 'poll', 'cache', 'method']);
const READABLE: ReadonlySet<string> = new Set(['state', 'ctx']);

/** A data host whose values may be kept; `keptAs` tells its widget from others with the same id. */
export interface BindingHost extends DataHost {
  keptAs?: string;
}

/** Milliseconds of a duration such as `10s`, `500ms`, `2m`; a number is seconds. Undefined for anything else. */
export function duration(value: unknown): number | undefined {
  if (typeof value === 'number') return value * 1000;
  const match = typeof value === 'string' ? /^\s*(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)\s*$/.exec(value) : null;
  return match ? Number(match[1]) * UNITS[match[2]!]! : undefined;
}

interface Kept {
  value: unknown;
  at: number;
}

/** Values of bindings that may be used again for a while (`cache`), by widget and name; the oldest go first. */
const kept = new Map<string, Kept>();

export class Bindings {
  readonly #running = new Map<string, AbortController>();
  readonly #timers = new Map<string, ReturnType<typeof setInterval>>();
  readonly #pauses = new Map<string, ReturnType<typeof setTimeout>>();
  readonly #missed = new Set<string>();
  /** Bindings whose value came from elsewhere, not from their source. */
  readonly #foreign: Set<string>;
  #followed: (() => void)[] = [];

  /** `given` are the bindings whose values came with the widget: they stand until they are asked for again. */
  constructor(
    readonly store: WidgetStore,
    readonly sources: Record<string, DataSource>,
    readonly host: BindingHost | undefined,
    readonly widgetId: string,
    given: ReadonlySet<string> = new Set(),
  ) {
    this.#foreign = new Set(given);
  }

  /** Loads every binding, starts the polls, and follows what the sources read. */
  start(): void {
    for (const [name, source] of Object.entries(this.sources)) {
      this.#begin(name, source);
      this.#follow(name, source);
      const every = duration(source.poll);
      if (every) this.#timers.set(name, setInterval(() => this.#poll(name), Math.max(every, SHORTEST_POLL)));
    }
    globalThis.document?.addEventListener('visibilitychange', this.#resume);
  }

  /** Ends the polls and gives up what is being loaded. */
  stop(): void {
    for (const timer of this.#timers.values()) clearInterval(timer);
    for (const pause of this.#pauses.values()) clearTimeout(pause);
    for (const running of this.#running.values()) running.abort();
    for (const leave of this.#followed.splice(0)) leave();
    for (const each of [this.#timers, this.#pauses, this.#running]) each.clear();
    globalThis.document?.removeEventListener('visibilitychange', this.#resume);
  }

  /** Loads bindings again, all of them when none are named; resolves when they are there or have failed. */
  async refresh(names: string[] = Object.keys(this.sources)): Promise<void> {
    await Promise.all(names.map((name) => this.load(name)));
  }

  /** Loads one binding; the newest call wins. The value at hand stays while the next one is on its way. */
  async load(name: string): Promise<void> {
    if (!Object.hasOwn(this.sources, name) || this.#readHere(name) || !this.host) return;
    this.#giveUp(name);
    const running = new AbortController();
    this.#running.set(name, running);
    const key = this.#key(name);
    if (this.store.get(['data', name]) === undefined) this.#status(name, { state: 'loading' });
    try {
      const { value } = await this.host.load(name, running.signal);
      if (running.signal.aborted) return;
      this.#foreign.delete(name);
      this.#keep(name, key, value);
      this.#ready(name, value);
    } catch (error) {
      if (!running.signal.aborted) this.#failed(name, error instanceof Error ? error.message : toText(error));
    } finally {
      if (this.#running.get(name) === running) this.#running.delete(name);
    }
  }

  /** A value from elsewhere: newer than what is being loaded. */
  put(name: string, value: unknown): void {
    this.#giveUp(name);
    this.#foreign.add(name);
    this.#ready(name, value);
  }

  /** Marks a binding as failed; its last value stays. */
  fail(name: string, message: string): void {
    this.#giveUp(name);
    this.#failed(name, message);
  }

  #begin(name: string, source: DataSource): void {
    const fresh = this.#kept(name, source);
    if (this.#foreign.has(name)) this.#ready(name, this.store.get(['data', name]));
    else if (this.#readHere(name)) return;
    else if (fresh) this.#ready(name, fresh.value);
    else void this.load(name);
  }

  /** Sources that need no server are read here; true if it is one. */
  #readHere(name: string): boolean {
    const source = this.sources[name]!;
    if (source.type === 'static' && 'value' in source) this.#ready(name, this.#foreign.has(name) ? this.store.get(['data', name]) : source.value);
    else if (source.type === 'state') this.#ready(name, this.store.get(statePath(source)) ?? source['default']);
    else return false;
    return true;
  }

  /** A value of the state is followed; what is asked of a server is asked again when what its address reads has changed. */
  #follow(name: string, source: DataSource): void {
    const isState = source.type === 'state';
    const paths = isState ? [statePath(source)] : readsOf(source, this.store);
    if (paths.length === 0 || source.type === 'static') return;
    const changed = (): void => (isState ? void this.#readHere(name) : this.#loadSoon(name));
    this.#followed.push(this.store.subscribe(paths.map((path) => ({ path, shallow: false })), changed));
  }

  #loadSoon(name: string): void {
    clearTimeout(this.#pauses.get(name));
    this.#pauses.set(name, setTimeout(() => void this.load(name), PAUSE));
  }

  #giveUp(name: string): void {
    this.#running.get(name)?.abort();
    this.#running.delete(name);
  }

  #ready(name: string, value: unknown): void {
    this.store.change([
      [['data', name], value],
      [['status', name], { state: 'ready' }],
    ]);
  }

  #failed(name: string, message: string): void {
    this.#status(name, { state: 'error', message });
  }

  #status(name: string, status: BindingStatus): void {
    this.store.set(['status', name], status);
  }

  #kept(name: string, source: DataSource): Kept | undefined {
    const age = duration(source.cache);
    const entry = age === undefined ? undefined : kept.get(this.#key(name));
    return entry && Date.now() - entry.at < age! ? entry : undefined;
  }

  #keep(name: string, key: string, value: unknown): void {
    if (duration(this.sources[name]?.cache) === undefined) return;
    kept.delete(key);
    kept.set(key, { value, at: Date.now() });
    if (kept.size > MOST_KEPT) kept.delete(kept.keys().next().value!);
  }

  /** A value is kept for what its source read when it was asked for. */
  #key(name: string): string {
    const read = readsOf(this.sources[name]!, this.store).map((path) => this.store.get(path) ?? null);
    return [this.host?.keptAs ?? '', this.widgetId, name, JSON.stringify(read)].join('\u0000');
  }

  /** A hidden page does not poll, it catches up when it is seen again. What is still on its way is not begun anew. */
  #poll(name: string): void {
    if (globalThis.document?.hidden) this.#missed.add(name);
    else if (!this.#running.has(name)) void this.load(name);
  }

  readonly #resume = (): void => {
    if (document.hidden) return;
    const missed = [...this.#missed];
    this.#missed.clear();
    void this.refresh(missed);
  };
}

function statePath(source: DataSource): Path {
  return ['state', ...toText(source['key']).split('.')];
}

/** The places of the state and of ctx that a source's address, query or arguments read. */
function readsOf(source: DataSource, store: WidgetStore): Path[] {
  const paths = new Map<string, Path>();
  const read = (name: string, steps: string[]): unknown => {
    const path = [name, ...steps];
    if (READABLE.has(name)) paths.set(path.join('\u0000'), path);
    return READABLE.has(name) ? store.get(path) : undefined;
  };
  const said = Object.fromEntries(Object.entries(source).filter(([name]) => !TIMING.has(name)));
  try {
    evaluateDeep(said, read, { now: new Date(0), locale: 'en' });
  } catch {
    // the server says what is wrong with it when it is loaded
  }
  return [...paths.values()];
}

/** The status kept at `status.<name>`, if there is one. */
export function statusOf(value: unknown): BindingStatus | undefined {
  return isRecord(value) && typeof value['state'] === 'string' ? (value as unknown as BindingStatus) : undefined;
}
