/** Chat: what a person typed, kept in this tab until the server has it: drafts, and messages that could not be sent. No DOM here. */
import type { Asking } from './server.ts';

/** A message on its way. Sent again under the same key it is said once. */
export interface Unsent {
  key: string;
  asking: Asking;
  /** Moment of sending, ISO 8601. */
  at: string;
  /** Number of the conversation's last message when it was sent: it comes later. */
  after: number;
  /** Why it was not taken, where that is known. */
  reason?: string;
}

type Store = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

/** The place of a conversation that does not exist yet. */
export const NEW = 'new';

/** Drafts and unsent messages of one person, by conversation. Storage that is full or forbidden is done without. */
export class Keeping {
  readonly #memory = new Map<string, string>();

  constructor(
    private readonly store: Store | undefined,
    private readonly person: string,
  ) {}

  draft(conversation: string): string {
    return this.#read(this.#name('draft', conversation));
  }

  keepDraft(conversation: string, text: string): void {
    this.#write(this.#name('draft', conversation), text);
  }

  unsent(conversation: string): Unsent[] {
    try {
      const kept: unknown = JSON.parse(this.#read(this.#name('unsent', conversation)) || '[]');
      return Array.isArray(kept) ? (kept as Unsent[]) : [];
    } catch {
      return [];
    }
  }

  keepUnsent(conversation: string, unsent: readonly Unsent[]): void {
    this.#write(this.#name('unsent', conversation), unsent.length > 0 ? JSON.stringify(unsent) : '');
  }

  #name(kind: string, conversation: string): string {
    return `chat:${kind}:${this.person}:${conversation}`;
  }

  #read(name: string): string {
    const remembered = this.#memory.get(name);
    if (remembered !== undefined) return remembered;
    try {
      return this.store?.getItem(name) ?? '';
    } catch {
      return '';
    }
  }

  #write(name: string, value: string): void {
    this.#memory.set(name, value);
    try {
      if (value === '') this.store?.removeItem(name);
      else this.store?.setItem(name, value);
    } catch {
      // full or forbidden: it stays in this page's memory
    }
  }
}
