/** Sandbox: how long a widget is waited for: until it is ready, and for the answer to a ping. No DOM here. */

/** Milliseconds. */
const READY_TIME = 10_000;
/** Left to a widget whose script failed before it was ready. */
const AFTER_ERROR = 2_000;
const PING_EVERY = 15_000;
const PONG_TIME = 10_000;

export interface Told {
  ping(): void;
  /** It was not ready in time. A late `ready` may still come. */
  slow(): void;
  /** Whether it leaves pings unanswered. */
  silent(isSilent: boolean): void;
}

type Timer = ReturnType<typeof setTimeout>;

/** Clocks that run only while somebody sees the widget: browsers slow down what nobody sees. */
export class Patience {
  isReady = false;
  #isSeen = false;
  #isSilent = false;
  #ready: Timer | undefined;
  #ping: Timer | undefined;
  #pong: Timer | undefined;

  constructor(private readonly told: Told) {}

  see(isSeen: boolean): void {
    if (isSeen === this.#isSeen) return;
    this.#isSeen = isSeen;
    if (!isSeen) this.stop();
    else if (this.isReady) this.#pingLater();
    else this.#awaitReady(READY_TIME);
  }

  ready(): void {
    this.isReady = true;
    clearTimeout(this.#ready);
    if (this.#isSeen) this.#pingLater();
  }

  /** Its script failed: where that was before it was ready, it hardly will be. */
  failed(): void {
    if (!this.isReady && this.#isSeen) this.#awaitReady(AFTER_ERROR);
  }

  ponged(): void {
    clearTimeout(this.#pong);
    this.#beSilent(false);
    if (this.#isSeen && this.isReady) this.#pingLater();
  }

  stop(): void {
    for (const timer of [this.#ready, this.#ping, this.#pong]) clearTimeout(timer);
  }

  #awaitReady(time: number): void {
    clearTimeout(this.#ready);
    this.#ready = setTimeout(() => this.told.slow(), time);
  }

  #pingLater(): void {
    clearTimeout(this.#ping);
    this.#ping = setTimeout(() => {
      this.told.ping();
      this.#pong = setTimeout(() => this.#beSilent(true), PONG_TIME);
    }, PING_EVERY);
  }

  #beSilent(isSilent: boolean): void {
    if (isSilent === this.#isSilent) return;
    this.#isSilent = isSilent;
    this.told.silent(isSilent);
  }
}
