/** Sandbox: whether background work that was begun here still goes on. No DOM here. */

/** What `job.put` tells of a job. */
export interface JobPut {
  id: string;
  can_cancel: boolean;
}

/** Ended jobs that are remembered: a quick one ends before the click that began it is answered. */
const MOST_ENDED = 50;

export class PluginJobs {
  readonly #running = new Set<string>();
  #ended: string[] = [];

  constructor(private readonly changed: (isBusy: boolean) => void) {}

  /** A click has begun it. */
  began(id: string): void {
    if (this.#ended.includes(id)) return;
    this.#running.add(id);
    this.changed(true);
  }

  put({ id, can_cancel: isGoingOn }: JobPut): void {
    if (isGoingOn) return;
    this.#ended = [...this.#ended, id].slice(-MOST_ENDED);
    if (this.#running.delete(id)) this.changed(this.#running.size > 0);
  }
}
