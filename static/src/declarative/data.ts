/** Declarative: the bindings of a widget: loaded when it is mounted, again when asked, and regularly where they say so. */
import { toText } from './expressions/values.ts';
import type { DataHost } from './hosts.ts';
import type { WidgetStore } from './store.ts';
import { isRecord } from './tree.ts';
import type { DataSource } from './tree.ts';

/** How a binding stands; kept in the store under `status.<name>`. */
export interface BindingStatus {
  state: 'loading' | 'ready' | 'error';
  message?: string;
}

const UNITS: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const SHORTEST_POLL = 1_000;

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

/** Values of bindings that may be used again for a while (`cache`), by widget and name. */
const kept = new Map<string, Kept>();

export class Bindings {
  readonly #running = new Map<string, AbortController>();
  readonly #timers = new Map<string, ReturnType<typeof setInterval>>();
  readonly #missed = new Set<string>();

  constructor(
    readonly store: WidgetStore,
    readonly sources: Record<string, DataSource>,
    readonly host: DataHost | undefined,
    readonly widgetId: string,
  ) {}

  /** Loads every binding and starts the polls. */
  start(): void {
    for (const [name, source] of Object.entries(this.sources)) {
      const fresh = this.#kept(name, source);
      if (source.type === 'static' && 'value' in source) this.#ready(name, source.value);
      else if (fresh) this.#ready(name, fresh.value);
      else void this.load(name);
      const every = duration(source.poll);
      if (every) this.#timers.set(name, setInterval(() => this.#poll(name), Math.max(every, SHORTEST_POLL)));
    }
    globalThis.document?.addEventListener('visibilitychange', this.#resume);
  }

  /** Ends the polls and gives up what is being loaded. */
  stop(): void {
    for (const timer of this.#timers.values()) clearInterval(timer);
    for (const running of this.#running.values()) running.abort();
    this.#timers.clear();
    this.#running.clear();
    globalThis.document?.removeEventListener('visibilitychange', this.#resume);
  }

  /** Loads bindings again, all of them when none are named; resolves when they are there or have failed. */
  async refresh(names: string[] = Object.keys(this.sources)): Promise<void> {
    await Promise.all(names.map((name) => this.load(name)));
  }

  /** Loads one binding; the newest call wins. The value at hand stays while the next one is on its way. */
  async load(name: string): Promise<void> {
    if (!this.host || !Object.hasOwn(this.sources, name)) return;
    this.#running.get(name)?.abort();
    const running = new AbortController();
    this.#running.set(name, running);
    if (this.store.get(['data', name]) === undefined) this.#status(name, { state: 'loading' });
    try {
      const { value } = await this.host.load(name, running.signal);
      if (running.signal.aborted) return;
      kept.set(this.#key(name), { value, at: Date.now() });
      this.#ready(name, value);
    } catch (error) {
      if (!running.signal.aborted) this.fail(name, error instanceof Error ? error.message : toText(error));
    }
  }

  /** Marks a binding as failed; its last value stays. */
  fail(name: string, message: string): void {
    this.#status(name, { state: 'error', message });
  }

  #ready(name: string, value: unknown): void {
    this.store.change([
      [['data', name], value],
      [['status', name], { state: 'ready' }],
    ]);
  }

  #status(name: string, status: BindingStatus): void {
    this.store.set(['status', name], status);
  }

  #kept(name: string, source: DataSource): Kept | undefined {
    const age = duration(source.cache);
    const entry = age === undefined ? undefined : kept.get(this.#key(name));
    return entry && Date.now() - entry.at < age! ? entry : undefined;
  }

  #key(name: string): string {
    return `${this.widgetId}\u0000${name}`;
  }

  /** A hidden page does not poll; it catches up when it is seen again. */
  #poll(name: string): void {
    if (globalThis.document?.hidden) this.#missed.add(name);
    else void this.load(name);
  }

  readonly #resume = (): void => {
    if (document.hidden) return;
    const missed = [...this.#missed];
    this.#missed.clear();
    void this.refresh(missed);
  };
}

/** The status kept at `status.<name>`, if there is one. */
export function statusOf(value: unknown): BindingStatus | undefined {
  return isRecord(value) && typeof value['state'] === 'string' ? (value as unknown as BindingStatus) : undefined;
}
