/** Sandbox: what a plugin's place is given: the last data when it opens, then everything new, live. No DOM here. */
import { follow } from '../panels/feed.ts';
import { InOrder } from './in_order.ts';
import type { Numbered } from './in_order.ts';
import type { JobPut, PluginJobs } from './plugin_jobs.ts';

/** An event `plugin.data`. */
interface PluginData {
  instance_id: string;
  sequence: number;
  everyone: boolean;
  content: unknown;
}

/** Milliseconds before the last data is asked for again. */
const AGAIN = [1_000, 3_000, 10_000];

export class PluginFeed {
  readonly #order: InOrder;
  #leave: (() => void)[] = [];
  #isOver = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asked = 0;

  constructor(
    private readonly instanceId: string,
    deliver: (data: unknown) => void,
    /** Reads what the server keeps of the place. */
    private readonly read: () => Promise<readonly Numbered[]>,
    private readonly jobs?: PluginJobs,
  ) {
    this.#order = new InOrder(deliver);
  }

  /** Follows the streams that tell of the place. */
  start(streams: readonly string[], followStream: typeof follow = follow): void {
    const listener = {
      // The stream starts over: something may have been missed.
      snapshot: () => void this.#learn(),
      event: ({ event, data }: { event: string; data: unknown }) => {
        if (event === 'plugin.data') this.#hear(data as PluginData);
        else if (event === 'job.put') this.jobs?.put((data as { job: JobPut }).job);
      },
    };
    this.#leave = streams.map((stream) => followStream(stream, listener));
    void this.#learn();
  }

  #hear({ instance_id: place, sequence, everyone, content }: PluginData): void {
    if (place === this.instanceId) this.#order.put([{ sequence, everyone, data: content }]);
  }

  /** What the answer to an action brought; resolves when it has been delivered. */
  async take(entries: readonly Numbered[]): Promise<void> {
    this.#order.put(entries);
    await this.#order.settled();
  }

  stop(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
    for (const leave of this.#leave.splice(0)) leave();
    this.#order.stop();
  }

  async #learn(tries = 0): Promise<void> {
    const asked = (this.#asked += 1);
    clearTimeout(this.#timer);
    try {
      const states = await this.read();
      if (!this.#isOver && asked === this.#asked) this.#order.learn(states);
    } catch {
      if (this.#isOver || asked !== this.#asked || tries >= AGAIN.length) return; // live data is shown all the same
      this.#timer = setTimeout(() => void this.#learn(tries + 1), AGAIN[tries]);
    }
  }
}
