/** Chat: messages on their way to the server, shown at once and kept until they have arrived. No DOM here. */
import { newKey } from '../api.ts';
import type { Keeping, Unsent } from './keeping.ts';
import type { Asking } from './server.ts';
import type { Message } from './shapes.ts';

export interface Outgoing extends Unsent {
  /** The conversation it belongs to, or NEW. */
  place: string;
  state: 'sending' | 'failed';
  reason: string;
  /** The id it was seen under in the conversation before its call was answered. */
  seenAs?: string;
}

/** A message that was on its way when the page was left is sent again by itself, if that was a moment ago. */
const STILL_WANTED = 120_000;

export class Outbox {
  waiting: Outgoing[] = [];

  constructor(private readonly keeping: Keeping) {}

  /** Those to show; one that is in the conversation already is not shown twice. */
  get shown(): Outgoing[] {
    return this.waiting.filter(({ seenAs }) => seenAs === undefined);
  }

  put(place: string, asking: Asking, after: number): Outgoing {
    const one: Outgoing = { key: newKey(), asking, at: new Date().toISOString(), place, state: 'sending', reason: '', after };
    this.waiting = [...this.waiting, one];
    this.#keep(place);
    return one;
  }

  /** Those of a conversation that were kept; returns the ones to send now. */
  restore(place: string, now = Date.now()): Outgoing[] {
    this.waiting = this.keeping.unsent(place).map((kept) => ({
      ...kept,
      place,
      state: 'failed',
      reason: kept.reason ?? '',
    }));
    return this.waiting.filter(({ reason, at }) => reason === '' && now - Date.parse(at) < STILL_WANTED);
  }

  begin(one: Outgoing): void {
    one.state = 'sending';
    one.reason = '';
    this.#keep(one.place);
  }

  fail(one: Outgoing, reason: string): void {
    one.state = 'failed';
    one.reason = reason;
    this.#keep(one.place);
  }

  drop(one: Outgoing): void {
    this.waiting = this.waiting.filter(({ key }) => key !== one.key);
    this.keeping.keepUnsent(
      one.place,
      this.keeping.unsent(one.place).filter(({ key }) => key !== one.key),
    );
  }

  /** The conversation of a first message is there now. */
  move(one: Outgoing, place: string): void {
    const from = one.place;
    this.keeping.keepUnsent(
      from,
      this.keeping.unsent(from).filter(({ key }) => key !== one.key),
    );
    one.place = place;
    this.keeping.keepUnsent(place, [...this.keeping.unsent(place), bare(one)]);
  }

  /**
   * A message of one's own has appeared: the one on its way that it is needs no bubble any more. One that seemed to have
   * failed had only lost its answer.
   */
  claim(message: Message): void {
    if (this.waiting.some(({ seenAs }) => seenAs === message.id)) return;
    const one = this.waiting.find(
      ({ seenAs, after, asking }) => seenAs === undefined && after < message.number && isSaidBy(asking, message),
    );
    if (!one) return;
    one.seenAs = message.id;
    if (one.state === 'failed') this.drop(one);
  }

  #keep(place: string): void {
    const own = this.waiting.filter((one) => one.place === place);
    if (own.length > 0) this.keeping.keepUnsent(place, own.map(bare));
  }
}

function isSaidBy({ text, attachments = [] }: Asking, message: Message): boolean {
  const files = message.attachments ?? [];
  return text.trim() === message.text && attachments.length === files.length && files.every(({ id }) => attachments.includes(id));
}

function bare({ key, asking, at, after, reason }: Outgoing): Unsent {
  return { key, asking, at, after, ...(reason ? { reason } : {}) };
}
