/** Chat: the messages known of one conversation, whatever order they arrive in. No DOM here. */
import { GrowingText } from './deltas.ts';
import type { Delta, Message } from './shapes.ts';

/** What the arrival of a message changed. */
export interface Arrival {
  /** It was not there before. */
  isNew: boolean;
  /** It is whole now and was not before. */
  ended: boolean;
}

export class Transcript {
  #messages: Message[] = [];
  readonly #growing = new Map<string, GrowingText>();
  /** Whether the server has messages before the first one here. */
  hasMore = false;

  /** In order; the array is replaced at every change. */
  get messages(): readonly Message[] {
    return this.#messages;
  }

  get last(): Message | undefined {
    return this.#messages.at(-1);
  }

  get(id: string): Message | undefined {
    return this.#messages.find((message) => message.id === id);
  }

  /** Answers that are being written. */
  get streaming(): Message[] {
    return this.#messages.filter(({ status }) => status === 'streaming');
  }

  /** The newest messages, as a snapshot or the first page has them. Earlier ones that join them without a gap stay. */
  show(newest: readonly Message[], hasMore: boolean): void {
    const first = newest[0]?.number ?? 0;
    const earlier = this.#messages.filter(({ number }) => number < first);
    const joins = earlier.length > 0 && earlier.at(-1)!.number === first - 1;
    this.hasMore = joins ? this.hasMore : hasMore;
    const known = this.#messages;
    this.#messages = joins ? earlier : [];
    // What is here may be newer than what was read a moment ago.
    for (const message of newest) {
      const here = known.find(({ id }) => id === message.id);
      this.#insert(here && isNewer(here, message) ? here : message);
    }
    const last = newest.at(-1)?.number ?? 0;
    for (const message of known) if (message.number > last) this.#insert(message);
  }

  /** A page of earlier messages. */
  prepend(earlier: readonly Message[], hasMore: boolean): void {
    const known = new Set(this.#messages.map(({ id }) => id));
    this.#messages = [...earlier.filter(({ id }) => !known.has(id)), ...this.#messages];
    this.hasMore = hasMore;
  }

  /** One message, new or changed. An older state of a known one changes nothing. */
  put(message: Message): Arrival {
    const before = this.get(message.id);
    if (before && isNewer(before, message)) return { isNew: false, ended: false };
    this.#insert(message);
    const ended = message.status !== 'streaming' && (before === undefined || before.status === 'streaming');
    return { isNew: before === undefined, ended };
  }

  /** A piece of an answer; true when what is shown has grown. */
  add(delta: Delta): boolean {
    const message = this.get(delta.message_id);
    if (message && message.status !== 'streaming') return false;
    let growing = this.#growing.get(delta.message_id);
    if (!growing) this.#growing.set(delta.message_id, (growing = new GrowingText(message?.text)));
    return growing.add(delta) && message !== undefined;
  }

  /** Whether pieces of an answer are missing, which only the saved text can fill. */
  isBehind(message: Message): boolean {
    return this.#growing.get(message.id)?.isBehind ?? false;
  }

  textOf(message: Message): string {
    return message.status === 'streaming' ? (this.#growing.get(message.id)?.text ?? message.text) : message.text;
  }

  #insert(message: Message): void {
    if (message.status === 'streaming') this.#growing.get(message.id)?.catchUp(message.text);
    else this.#growing.delete(message.id);
    const others = this.#messages.filter(({ id }) => id !== message.id);
    const at = others.findLastIndex(({ number }) => number < message.number) + 1;
    this.#messages = others.toSpliced(at, 0, message);
  }
}

/** Whether `known` is a later state than `other`: an answer that has ended never begins again. */
function isNewer(known: Message, other: Message): boolean {
  if (known.status !== 'streaming' && other.status === 'streaming') return true;
  if (known.status === 'streaming' && other.status !== 'streaming') return false;
  return Date.parse(known.updated_at) > Date.parse(other.updated_at);
}
