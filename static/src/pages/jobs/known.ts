/** Jobs: those that the page knows, kept in step by the server's events. No DOM here. */
import type { LiveClient } from '../../live/client.ts';
import type { Filter, FullJob, Job, Server } from './server.ts';

/** An open job whose steps come fast is read again at most so often. Milliseconds. */
const PAUSE = 300;
/** Other people's jobs are not told of here; while an admin looks at them, the list is read again. Milliseconds. */
const OTHERS = 5_000;

/** Fires `change` after every change. */
export class KnownJobs extends EventTarget {
  /** Newest first; undefined until they are there. */
  jobs: Job[] | undefined;
  more = false;
  loading = false;
  failure: unknown;
  filter: Filter = { state: '', everyone: false };
  /** Those that are open, with everything about them; undefined while it is read. */
  readonly full = new Map<string, FullJob | Error | undefined>();
  #leave: (() => void) | undefined;
  #later: ReturnType<typeof setTimeout> | undefined;
  readonly #soon = new Map<string, ReturnType<typeof setTimeout>>();

  constructor(
    private readonly userId: string,
    private readonly live: Pick<LiveClient, 'subscribe'>,
    private readonly server: Server,
  ) {
    super();
  }

  /** Reads the newest and follows what happens to one's own. A snapshot means that events were missed. */
  start(): void {
    this.#leave ??= this.live.subscribe(`user:${this.userId}`, {
      snapshot: () => void this.load(),
      event: ({ event, data }) => event === 'job.put' && this.put((data as { job: Job }).job),
    });
  }

  stop(): void {
    this.#leave?.();
    this.#leave = undefined;
    clearTimeout(this.#later);
    for (const timer of this.#soon.values()) clearTimeout(timer);
    this.#soon.clear();
  }

  choose(change: Partial<Filter>): Promise<void> {
    this.filter = { ...this.filter, ...change };
    this.jobs = undefined;
    return this.load();
  }

  /** The newest; older ones that were asked for stay below them. */
  async load(): Promise<void> {
    const { filter } = this;
    clearTimeout(this.#later);
    this.#set({ loading: true });
    try {
      const page = await this.server.list(filter);
      if (filter !== this.filter) return;
      const oldest = page.jobs.at(-1);
      const below = oldest ? (this.jobs ?? []).filter((job) => job.created_at < oldest.created_at) : [];
      if (below.length === 0) this.more = page.more;
      this.jobs = [...page.jobs, ...below];
      this.failure = undefined;
      for (const id of this.full.keys()) this.#readSoon(id);
    } catch (error) {
      this.failure = error;
    }
    if (this.filter.everyone) this.#later = setTimeout(() => void this.load(), OTHERS);
    this.#set({ loading: false });
  }

  async loadMore(): Promise<void> {
    const last = this.jobs?.at(-1);
    if (this.loading || !last) return;
    this.#set({ loading: true });
    try {
      const page = await this.server.list(this.filter, last.id);
      this.jobs = [...(this.jobs ?? []), ...page.jobs.filter(({ id }) => !this.jobs?.some((known) => known.id === id))];
      this.more = page.more;
    } catch (error) {
      this.failure = error;
    }
    this.#set({ loading: false });
  }

  /** A job as it is now. */
  put(job: Job): void {
    if (this.full.has(job.id)) this.#readSoon(job.id);
    if (this.jobs === undefined) return;
    const others = this.jobs.filter(({ id }) => id !== job.id);
    const known = others.length < this.jobs.length;
    const wanted = !this.filter.state || this.filter.state === job.state;
    if (wanted && known) this.jobs = this.jobs.map((one) => (one.id === job.id ? job : one));
    else if (wanted) this.jobs = [job, ...others].sort((a, b) => (a.created_at < b.created_at ? 1 : -1));
    // One that is open stays where the person looks at it, whatever the filter says.
    else if (known) this.jobs = this.full.has(job.id) ? this.jobs.map((one) => (one.id === job.id ? job : one)) : others;
    this.#set({});
  }

  /** Reads everything about a job; it stays in step until it is closed. One that is not in the list is put below it. */
  async open(id: string): Promise<void> {
    this.full.set(id, this.full.get(id));
    this.#set({});
    await this.#read(id);
    const found = this.full.get(id);
    if (found && !(found instanceof Error) && this.jobs && !this.jobs.some((job) => job.id === id)) this.jobs = [...this.jobs, found];
    this.#set({});
  }

  close(id: string): void {
    this.full.delete(id);
    this.#set({});
  }

  /** Cancels or retries; rejects when the server refuses. */
  async act(id: string, what: 'cancel' | 'retry'): Promise<void> {
    this.put(await this.server[what](id));
  }

  #readSoon(id: string): void {
    if (this.#soon.has(id)) return;
    this.#soon.set(
      id,
      setTimeout(() => {
        this.#soon.delete(id);
        void this.#read(id);
      }, PAUSE),
    );
  }

  async #read(id: string): Promise<void> {
    const found = await this.server.job(id).catch((error: unknown) => (error instanceof Error ? error : new Error(String(error))));
    if (!this.full.has(id)) return;
    this.full.set(id, found);
    this.#set({});
  }

  #set(change: { loading?: boolean }): void {
    Object.assign(this, change);
    this.dispatchEvent(new Event('change'));
  }
}
