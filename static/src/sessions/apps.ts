/** Sessions: the apps that the person may use, read once per page and again when something about them changes. */
import { follow } from '../panels/feed.ts';
import { server } from './server.ts';
import type { App, AppWidgets } from './shapes.ts';

/** Several changes at once are one reading. Milliseconds. */
const PAUSE = 300;
const CHANGES: ReadonlySet<string> = new Set(['widget.put', 'widget.removed', 'access.changed']);

class Apps extends EventTarget {
  items: readonly App[] = [];
  state: 'loading' | 'ready' | 'failed' = 'loading';
  #users = 0;
  #leave: (() => void)[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #reading: Promise<void> | undefined;
  /** Those that were in the list since the page was opened. */
  readonly #seen = new Set<string>();
  readonly #widgets = new Map<string, { version: string; answer: Promise<AppWidgets> }>();

  /** Calls `watcher` at every change until the returned function is called. */
  watch(watcher: () => void): () => void {
    this.addEventListener('change', watcher);
    if ((this.#users += 1) === 1) this.#begin();
    return () => {
      this.removeEventListener('change', watcher);
      if ((this.#users -= 1) === 0) this.#end();
    };
  }

  /** The list, read if it has not been. */
  async list(): Promise<readonly App[]> {
    if (this.state !== 'ready') await (this.#reading ?? this.#read());
    return this.items;
  }

  /** An app by its id or slug. */
  find(name: string): App | undefined {
    return this.items.find(({ id, slug }) => id === name || slug === name);
  }

  /** Whether an app that was there has been switched off or uninstalled since. */
  isGone(app: string): boolean {
    return this.state === 'ready' && this.#seen.has(app) && !this.items.some(({ id, enabled }) => id === app && enabled);
  }

  /** What an app declares; asked for once per version. */
  widgets(app: string): Promise<AppWidgets> {
    const version = this.#versionOf(app);
    const known = this.#widgets.get(app);
    if (known && known.version === version) return known.answer;
    const answer = server.widgets(app);
    this.#widgets.set(app, { version, answer });
    answer.catch(() => this.#widgets.get(app)?.answer === answer && this.#widgets.delete(app));
    return answer;
  }

  /** Forgets what an app declares, so that it is asked for anew. */
  forget(app: string): void {
    this.#widgets.delete(app);
  }

  #versionOf(app: string): string {
    return this.find(app)?.version ?? '';
  }

  #begin(): void {
    const { signedIn = '', tenant = '' } = document.body.dataset;
    const listener = {
      snapshot: () => this.#soon(),
      event: ({ event, data }: { event: string; data: unknown }) => {
        if (!CHANGES.has(event)) return;
        const { widget, widget_id: removed } = data as { widget?: { id?: string }; widget_id?: string };
        const changed = widget?.id ?? removed;
        if (changed !== undefined) this.forget(changed);
        this.#soon();
      },
    };
    this.#leave = [`user:${signedIn}`, `tenant:${tenant}`].map((stream) => follow(stream, listener));
    void this.#read();
  }

  #end(): void {
    clearTimeout(this.#timer);
    for (const leave of this.#leave.splice(0)) leave();
  }

  #soon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#read(), PAUSE);
  }

  #read(): Promise<void> {
    this.#reading ??= this.#ask().finally(() => (this.#reading = undefined));
    return this.#reading;
  }

  async #ask(): Promise<void> {
    const before = JSON.stringify([this.state, this.items]);
    try {
      this.items = await server.apps();
      for (const { id } of this.items) this.#seen.add(id);
      this.state = 'ready';
    } catch {
      if (this.state !== 'ready') this.state = 'failed';
    }
    if (JSON.stringify([this.state, this.items]) !== before) this.dispatchEvent(new Event('change'));
  }
}

export const apps = new Apps();
