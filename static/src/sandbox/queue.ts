/** Sandbox: who may ask the person, one after the other on the whole page. No DOM here. */
import { BridgeError } from './protocol.ts';

/** What is asked for. `owner` is a mount; `key` what an answer is about: a place and a permission. */
export interface Wish {
  owner: object;
  key: string;
}

interface Entry extends Wish {
  begin: () => void;
}

/** Questions of one mount that wait for an answer, the one that is shown among them. */
export const MOST_QUESTIONS = 3;

export class TurnQueue {
  readonly #entries: Entry[] = [];
  readonly #watchers = new Set<() => void>();

  /** How many wait behind the one whose turn it is. */
  get waiting(): number {
    return Math.max(0, this.#entries.length - 1);
  }

  /** Whether somebody is about to get an answer about this. */
  isBusy(key: string): boolean {
    return this.#entries.some((entry) => entry.key === key);
  }

  /** Tells of every change of `waiting` until the returned function is called. */
  watch(watcher: () => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  /**
   * Runs `run` when all who came before are done, and resolves as it does. Rejects with TOO_MANY_PROMPTS, or with the
   * signal's reason when that comes first: then the turn is never taken.
   */
  async take<Result>(wish: Wish, signal: AbortSignal, run: (hasWaited: boolean) => Promise<Result>): Promise<Result> {
    if (this.#entries.filter(({ owner }) => owner === wish.owner).length >= MOST_QUESTIONS) {
      throw new BridgeError('TOO_MANY_PROMPTS', `At most ${MOST_QUESTIONS} questions of a widget wait for the person.`);
    }
    const hasWaited = this.#entries.length > 0;
    const entry: Entry = { ...wish, begin: () => undefined };
    const turn = new Promise<void>((resolve) => (entry.begin = resolve));
    const givenUp = new Promise<never>((_, reject) => onAbort(signal, reject));
    givenUp.catch(() => undefined); // who takes a turn may never wait for it again
    this.#entries.push(entry);
    this.#changed();
    try {
      if (hasWaited) await Promise.race([turn, givenUp]);
      return await run(hasWaited);
    } finally {
      this.#leave(entry);
    }
  }

  #leave(entry: Entry): void {
    const wasFirst = this.#entries[0] === entry;
    this.#entries.splice(this.#entries.indexOf(entry), 1);
    if (wasFirst) this.#entries[0]?.begin();
    this.#changed();
  }

  #changed(): void {
    for (const watcher of [...this.#watchers]) watcher();
  }
}

function onAbort(signal: AbortSignal, reject: (reason: unknown) => void): void {
  if (signal.aborted) reject(signal.reason);
  else signal.addEventListener('abort', () => reject(signal.reason), { once: true });
}

/** The page's own. */
export const turns = new TurnQueue();
