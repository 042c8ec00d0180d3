/** Chat: the list of one's conversations, searched and kept live. Event: `change`. */
import { follow } from '../panels/feed.ts';
import { titleOf, withReading } from './people.ts';
import type { ReadUpTo } from './people.ts';
import { server } from './server.ts';
import type { Hit } from './server.ts';
import type { Conversation } from './shapes.ts';
import { wordsOf } from './faults.ts';

const SEARCH_PAUSE = 200;

export class Conversations extends EventTarget {
  items: readonly Conversation[] = [];
  /** What was found in their messages, by conversation. */
  hits: Readonly<Record<string, Hit>> = {};
  state: 'loading' | 'ready' | 'failed' = 'loading';
  failure = '';
  query = '';
  #leave: (() => void) | undefined;
  #search: ReturnType<typeof setTimeout> | undefined;
  #reading: AbortController | undefined;

  constructor(private readonly userId: string) {
    super();
  }

  start(): void {
    this.#leave ??= follow(`user:${this.userId}`, {
      snapshot: () => void this.load(),
      event: ({ event, data }) => this.#event(event, data as Record<string, unknown>),
    });
    void this.load();
  }

  stop(): void {
    this.#leave?.();
    this.#leave = undefined;
    this.#reading?.abort();
    clearTimeout(this.#search);
  }

  /** Shows those whose titles or messages contain the words, a moment after the last key. */
  search(query: string): void {
    this.query = query;
    clearTimeout(this.#search);
    this.#search = setTimeout(() => void this.load(), SEARCH_PAUSE);
    this.#changed();
  }

  async load(): Promise<void> {
    this.#reading?.abort();
    const reading = (this.#reading = new AbortController());
    try {
      const found = await server.conversations(this.query.trim(), reading.signal);
      this.items = found.conversations;
      this.hits = found.hits ?? {};
      if (reading.signal.aborted) return;
      this.state = 'ready';
      this.failure = '';
    } catch (error) {
      if (reading.signal.aborted) return;
      this.failure = wordsOf(error);
      if (this.state !== 'ready') this.state = 'failed';
    }
    this.#changed();
  }

  /** Renames at once; where the server refuses, the old title comes back and the call rejects. */
  async rename(id: string, title: string): Promise<void> {
    const before = this.items;
    this.#show(before.map((one) => (one.id === id ? { ...one, title } : one)));
    try {
      this.#put(await server.rename(id, title));
    } catch (error) {
      this.#show(before);
      throw error;
    }
  }

  /** Removes at once; where the server refuses, it comes back and the call rejects. */
  async remove(id: string): Promise<void> {
    const removed = this.items.find((one) => one.id === id);
    this.#show(this.items.filter((one) => one.id !== id));
    try {
      await server.remove(id);
    } catch (error) {
      if (removed) this.#put(removed);
      throw error;
    }
  }

  #event(event: string, data: Record<string, unknown>): void {
    if (event === 'conversation.read') this.#readBy(data as unknown as ReadUpTo);
    else if (event === 'conversation.put') this.#put(data['conversation'] as Conversation);
    else if (event === 'conversation.removed') this.#show(this.items.filter(({ id }) => id !== data['conversation_id']));
  }

  #put(conversation: Conversation): void {
    const others = this.items.filter(({ id }) => id !== conversation.id);
    // While words are searched for, only the server knows whether a conversation that comes anew has them.
    const wanted = this.query.trim() === '' || others.length < this.items.length || hasWords(conversation, this.query);
    this.#show((wanted ? [...others, conversation] : others).toSorted(latestFirst));
  }

  #readBy({ conversation_id: id, participant_id: participant, number }: ReadUpTo): void {
    this.#show(this.items.map((one) => (one.id === id ? withReading(one, participant, number) : one)));
  }

  #show(items: readonly Conversation[]): void {
    this.items = items;
    this.#changed();
  }

  #changed(): void {
    this.dispatchEvent(new Event('change'));
  }
}

function hasWords(conversation: Conversation, query: string): boolean {
  return titleOf(conversation).toLowerCase().includes(query.trim().toLowerCase());
}

function latestFirst(one: Conversation, other: Conversation): number {
  return Date.parse(other.updated_at) - Date.parse(one.updated_at);
}
