/** Chat: tells the server how far one has read: what is in an open conversation on a page that one looks at. */
import type { LitElement, ReactiveController } from 'lit';
import { groupServer } from './group_server.ts';
import { isOwn } from './people.ts';
import type { Talk } from './talk.ts';

/** Milliseconds that a message has to be there, and until the next attempt after a failure. */
const PAUSE = 400;
const AGAIN = 10_000;

export class Reading implements ReactiveController {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #told = new Map<string, number>();

  constructor(
    private readonly host: LitElement,
    private readonly talk: Talk,
  ) {}

  hostConnected(): void {
    this.talk.addEventListener('change', this.#look);
    document.addEventListener('visibilitychange', this.#look);
    document.addEventListener('dock-toggle', this.#look);
    window.addEventListener('focus', this.#look);
  }

  hostDisconnected(): void {
    this.talk.removeEventListener('change', this.#look);
    document.removeEventListener('visibilitychange', this.#look);
    document.removeEventListener('dock-toggle', this.#look);
    window.removeEventListener('focus', this.#look);
    clearTimeout(this.#timer);
  }

  /** The number of the newest message, where it is news to the server. */
  get #news(): number | undefined {
    const { id, state, conversation, transcript, userId } = this.talk;
    const number = transcript.last?.number;
    const own = conversation?.participants.find((one) => isOwn(one, userId));
    if (id === undefined || state !== 'ready' || number === undefined || !own) return undefined;
    return number > Math.max(own.last_read_number, this.#told.get(id) ?? 0) ? number : undefined;
  }

  get #isLookedAt(): boolean {
    return document.visibilityState === 'visible' && document.hasFocus() && this.host.checkVisibility({ visibilityProperty: true });
  }

  readonly #look = (): void => {
    clearTimeout(this.#timer);
    if (this.#news !== undefined && this.#isLookedAt) this.#timer = setTimeout(() => void this.#tell(), PAUSE);
  };

  async #tell(): Promise<void> {
    const { id } = this.talk;
    const number = this.#news;
    if (id === undefined || number === undefined || !this.#isLookedAt) return;
    this.#told.set(id, number);
    try {
      await groupServer.read(id, number);
    } catch {
      this.#told.delete(id);
      this.#timer = setTimeout(this.#look, AGAIN);
    }
  }
}
