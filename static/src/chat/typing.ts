/** Chat: who is writing now. Nobody says that they have stopped: what is not said again is forgotten. No DOM here. */
import type { Sender } from './shapes.ts';

/** Milliseconds: how long somebody counts as writing, and how often one says so oneself. */
const LASTS = 6_000;
export const SAY_EVERY = 3_000;

export class Typing {
  readonly #until = new Map<string, { name: string; timer: ReturnType<typeof setTimeout> }>();

  constructor(private readonly changed: () => void) {}

  /** Names, in the order in which they began. */
  get names(): string[] {
    return [...this.#until.values()].map(({ name }) => name);
  }

  heard({ id, name, user_id: userId }: Sender, ownId: string): void {
    if (userId === ownId) return;
    const isNew = !this.#until.has(id);
    clearTimeout(this.#until.get(id)?.timer);
    this.#until.set(id, { name, timer: setTimeout(() => this.said(id), LASTS) });
    if (isNew) this.changed();
  }

  /** They have said it, or were silent for too long. */
  said(id: string): void {
    clearTimeout(this.#until.get(id)?.timer);
    if (this.#until.delete(id)) this.changed();
  }

  clear(): void {
    for (const { timer } of this.#until.values()) clearTimeout(timer);
    this.#until.clear();
  }
}
