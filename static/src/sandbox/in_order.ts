/** Sandbox: data of a plugin's place, which comes by several ways: each once, in the order of its numbers. No DOM here. */

/** Who gets it: the person who acted, or everybody who sees the place. Each audience has numbers of its own, from 1. */
export interface Numbered {
  sequence: number;
  everyone: boolean;
  data: unknown;
}

/** Milliseconds that what came too early waits for what lacks. */
const PATIENCE = 800;

class Audience {
  #last: number | undefined;
  #early: Numbered[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #waiting: (() => void)[] = [];

  constructor(private readonly deliver: (data: unknown) => void) {}

  /** The server's last data, which stands for everything before it; 0 when there was none. */
  learn(last: number, data: unknown): void {
    if (this.#last !== undefined && last <= this.#last) return;
    this.#last = last;
    if (last > 0) this.deliver(data);
    this.#drain();
  }

  put(entry: Numbered): void {
    if (this.#last !== undefined && entry.sequence <= this.#last) return;
    if (this.#early.some(({ sequence }) => sequence === entry.sequence)) return;
    this.#early.push(entry);
    this.#early.sort((left, right) => left.sequence - right.sequence);
    this.#drain();
  }

  /** Resolves when nothing waits any more. */
  settled(): Promise<void> {
    return this.#early.length === 0 ? Promise.resolve() : new Promise((resolve) => void this.#waiting.push(resolve));
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#early = [];
    this.#finish();
  }

  #drain(): void {
    while (this.#early.length > 0 && this.#last !== undefined) {
      const next = this.#early[0]!;
      if (next.sequence > this.#last + 1) break;
      this.#early.shift();
      this.#take(next);
    }
    clearTimeout(this.#timer);
    if (this.#early.length > 0) this.#timer = setTimeout(() => this.#giveUp(), PATIENCE);
    else this.#finish();
  }

  /** What lacks does not come: on with the rest. */
  #giveUp(): void {
    for (const entry of this.#early.splice(0)) this.#take(entry);
    this.#finish();
  }

  #take({ sequence, data }: Numbered): void {
    if (this.#last !== undefined && sequence <= this.#last) return;
    this.#last = sequence;
    this.deliver(data);
  }

  #finish(): void {
    for (const done of this.#waiting.splice(0)) done();
  }
}

export class InOrder {
  readonly #own: Audience;
  readonly #shared: Audience;

  constructor(deliver: (data: unknown) => void) {
    this.#own = new Audience(deliver);
    this.#shared = new Audience(deliver);
  }

  /** What the server keeps of the place: at most one data for each audience. Until then everything else waits. */
  learn(states: readonly Numbered[]): void {
    for (const { everyone, sequence, data } of states) this.#of(everyone).learn(sequence, data);
    for (const audience of [this.#own, this.#shared]) audience.learn(0, undefined);
  }

  put(entries: readonly Numbered[]): void {
    for (const entry of entries) this.#of(entry.everyone).put(entry);
  }

  /** Resolves when everything that was put has been delivered. */
  async settled(): Promise<void> {
    await Promise.all([this.#own.settled(), this.#shared.settled()]);
  }

  stop(): void {
    this.#own.stop();
    this.#shared.stop();
  }

  #of(everyone: boolean): Audience {
    return everyone ? this.#shared : this.#own;
  }
}
