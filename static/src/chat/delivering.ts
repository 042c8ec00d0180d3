/** Chat: what a person says, on its way: one message after the other, so that all arrive in the order of writing. */
import type { WidgetSession } from '../sessions/session.ts';
import { codeOf, wordsOf } from './faults.ts';
import { NEW } from './keeping.ts';
import type { Keeping } from './keeping.ts';
import { Outbox } from './outbox.ts';
import type { Outgoing } from './outbox.ts';
import { server } from './server.ts';
import type { Asking } from './server.ts';
import type { Talk } from './talk.ts';

/** Milliseconds until a message is sent again that an earlier page had begun to send. */
const MOMENT = 1_000;

export class Delivering {
  readonly outbox: Outbox;
  /** The last delivery of each conversation: the next one waits for it. */
  readonly #last = new WeakMap<WidgetSession, Promise<void>>();

  constructor(
    private readonly talk: Talk,
    keeping: Keeping,
  ) {
    this.outbox = new Outbox(keeping);
  }

  say(asking: Asking): void {
    this.send(this.outbox.put(this.talk.place, asking, this.talk.transcript.last?.number ?? 0));
  }

  /** What was on its way when the conversation was left. */
  goOn(): void {
    for (const one of this.outbox.restore(this.talk.place)) this.send(one);
  }

  /** Sends it once those before it were taken or refused; what the assistant answers is not waited for. */
  send(one: Outgoing): void {
    const { session } = this.talk;
    this.outbox.begin(one);
    this.#last.set(session, (this.#last.get(session) ?? Promise.resolve()).then(() => this.#ask(one, session)));
    this.talk.changed();
  }

  discard(one: Outgoing): void {
    this.outbox.drop(one);
    this.talk.changed();
  }

  async #ask(one: Outgoing, session: WidgetSession): Promise<void> {
    try {
      const id = one.place === NEW ? await this.#make(one, session) : one.place;
      if (this.talk.session === session) await session.settled(); // what was chosen in widgets is known to the answer
      const { message, answer } = await server.ask(id, one.asking, one.key);
      this.outbox.drop(one);
      for (const said of [message, answer]) if (said) this.talk.take(said);
    } catch (error) {
      if (codeOf(error) === 'IDEMPOTENCY_RUNNING') {
        // from before a reload
        await new Promise((resolve) => setTimeout(resolve, MOMENT));
        return this.#ask(one, session);
      }
      this.#undelivered(one, error);
    }
    this.talk.changed();
  }

  #undelivered(one: Outgoing, error: unknown): void {
    const arrived = codeOf(error) === 'IDEMPOTENCY_ANSWER_LOST';
    if (!arrived && !one.seenAs) return this.outbox.fail(one, wordsOf(error));
    this.outbox.drop(one);
    void this.talk.catchUp();
  }

  /** Makes the conversation for its first message. Repeated after a failure it is still made once. */
  async #make(one: Outgoing, session: WidgetSession): Promise<string> {
    const id = await session.ready(`${one.key}-conversation`);
    this.outbox.move(one, id);
    return id;
  }
}
