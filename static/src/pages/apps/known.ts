/** Apps: all apps that the person sees, disabled ones too, kept in step by the server's events. No DOM here. */
import { api } from '../../api.ts';
import type { StreamListener } from '../../live/client.ts';
import type { App } from '../../sessions/shapes.ts';

/** Several changes at once are one reading. Milliseconds. */
const PAUSE = 200;
const CHANGES: ReadonlySet<string> = new Set(['widget.put', 'widget.removed', 'access.changed']);

export type Follow = (stream: string, listener: StreamListener) => () => void;
export type Read = () => Promise<App[]>;

export async function readApps(): Promise<App[]> {
  return (await api.get<{ data: { apps: App[] } }>('/api/apps', { query: { all: 1 } })).data.apps;
}

/** Fires `change` after every change. `heard` counts the events that told of an app. */
export class KnownApps extends EventTarget {
  state: 'loading' | 'ready' | 'failed' = 'loading';
  failure: unknown;
  apps: App[] = [];
  readonly heard = new Map<string, number>();
  #leave: (() => void)[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #readings = 0;

  constructor(
    private readonly read: Read = readApps,
    private readonly follow?: Follow,
  ) {
    super();
  }

  find(id: string): App | undefined {
    return this.apps.find((app) => app.id === id);
  }

  /** Reads the list and follows the streams that tell of it; call again to try again. */
  async start(streams: string[] = []): Promise<void> {
    this.state = 'loading';
    this.#changed();
    if (this.follow && this.#leave.length === 0) this.#leave = streams.map((stream) => this.follow!(stream, this.#listener()));
    await this.#reread();
  }

  stop(): void {
    clearTimeout(this.#timer);
    for (const leave of this.#leave.splice(0)) leave();
  }

  #listener(): StreamListener {
    return {
      snapshot: () => this.#soon(),
      event: ({ event, data }) => {
        if (!CHANGES.has(event)) return;
        const { widget, widget_id } = data as { widget?: { id?: string }; widget_id?: string };
        const id = widget?.id ?? widget_id;
        if (id) this.heard.set(id, (this.heard.get(id) ?? 0) + 1);
        this.#soon();
      },
    };
  }

  #soon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#reread(), PAUSE);
  }

  /** The newest reading counts. One that fails later leaves what is known. */
  async #reread(): Promise<void> {
    const reading = (this.#readings += 1);
    try {
      const apps = await this.read();
      if (reading !== this.#readings) return;
      this.apps = apps;
      this.state = 'ready';
    } catch (error) {
      if (reading !== this.#readings || this.state === 'ready') return;
      this.failure = error;
      this.state = 'failed';
    }
    this.#changed();
  }

  #changed(): void {
    this.dispatchEvent(new Event('change'));
  }
}

/** The streams that tell the reader of this page about apps. */
export function readerStreams(): string[] {
  const { signedIn = '', tenant = '' } = document.body.dataset;
  return [`user:${signedIn}`, `tenant:${tenant}`];
}
