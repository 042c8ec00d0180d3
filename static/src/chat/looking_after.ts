/** Chat: while an answer is written: reads it where the live connection is away, has gone quiet, or pieces are missing. */
import { live } from '../live/client.ts';
import type { Talk } from './talk.ts';

/** Milliseconds: how often an answer is looked after, and after what silence it is read. */
const TICK = 1_000;
const SILENCE = 8_000;

export class LookingAfter {
  readonly #heard = new Map<string, number>();
  #ticker: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly talk: Talk) {}

  /** Something came of this message, or of all of them. */
  heard(messageId?: string): void {
    if (messageId !== undefined) this.#heard.set(messageId, Date.now());
    clearTimeout(this.#ticker);
    if (this.talk.transcript.streaming.length > 0) this.#ticker = setTimeout(() => void this.#tick(), TICK);
  }

  clear(): void {
    clearTimeout(this.#ticker);
    this.#heard.clear();
  }

  async #tick(): Promise<void> {
    const { transcript } = this.talk;
    const isOnline = live().state === 'online';
    const unheard = transcript.streaming.filter(
      (message) => !isOnline || transcript.isBehind(message) || Date.now() - (this.#heard.get(message.id) ?? 0) > SILENCE,
    );
    await Promise.allSettled(unheard.map((message) => this.talk.read(message)));
    if (transcript !== this.talk.transcript) return;
    const ended = unheard.some(({ id }) => transcript.get(id)?.status !== 'streaming');
    if (ended && !isOnline) await this.talk.catchUp(); // one question may have several answers
    this.heard();
  }
}
