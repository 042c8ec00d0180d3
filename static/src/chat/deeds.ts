/** Chat: what a person does with a message, one thing at a time; a refusal is kept beside the message. */
import { codeOf, wordsOf } from './faults.ts';
import type { Fault } from './faults.ts';
import { server } from './server.ts';
import type { Message } from './shapes.ts';
import type { Talk } from './talk.ts';

export class Deeds {
  /** What is being done, by message; and why the last attempt was refused. */
  readonly doing = new Map<string, string>();
  readonly faults = new Map<string, Fault>();

  constructor(private readonly talk: Talk) {}

  clear(): void {
    this.doing.clear();
    this.faults.clear();
  }

  stop(message: Message): Promise<void> {
    return this.#do(message, 'stop', () => server.stop(message));
  }

  retry(message: Message): Promise<void> {
    return this.#do(message, 'retry', () => server.retry(message));
  }

  choose(message: Message, index: number): Promise<void> {
    return this.#do(message, `choose:${index}`, () => server.choose(message, index));
  }

  confirm(message: Message, accept: boolean): Promise<void> {
    return this.#do(message, accept ? 'accepted' : 'declined', () => server.confirm(message, accept));
  }

  /** The whole text of a message of which only the beginning is here; whether it could be had. */
  async readWhole(message: Message): Promise<boolean> {
    try {
      await this.talk.read(message);
      return true;
    } catch (error) {
      this.faults.set(message.id, { code: '', words: wordsOf(error) });
      this.talk.changed();
      return false;
    }
  }

  async #do(message: Message, what: string, call: () => Promise<Message>): Promise<void> {
    if (this.doing.has(message.id)) return;
    this.doing.set(message.id, what);
    this.faults.delete(message.id);
    this.talk.changed();
    try {
      this.talk.take(await call());
    } catch (error) {
      this.faults.set(message.id, { code: codeOf(error), words: wordsOf(error) });
    }
    // The message itself has changed too; the live connection may be too slow, or not there, to tell.
    await this.talk.read(message).catch(() => undefined);
    this.doing.delete(message.id);
    this.talk.changed();
  }
}
