/** Each message runs through the handler and is acknowledged after that: at least once, never twice at the same time. */
import { Disconnected } from './errors.ts';
import type { AgentMessage, Frame } from './messages.ts';

const REMEMBERED = 10_000; // ids of finished messages: the server sends again at most those of its window
const MAY_WAIT = 16; // the server sends 64 messages ahead of acknowledgements; answers must always find room among them

/** A message on its way through the handler. */
export class Delivery {
  acknowledged = false;
  readonly frame: Frame;
  readonly message: AgentMessage;

  constructor(frame: Frame, message: AgentMessage) {
    this.frame = frame;
    this.message = message;
  }
}

export interface DeliveryOptions {
  /** How often a failing handler is tried before its message is given up. Default: 3. */
  attempts?: number;
  /** Milliseconds before the second try, doubled for each further one. Default: 1,000. */
  retryDelay?: number;
  log?: Pick<Console, 'error'>;
}

/** Messages are begun in order and run beside each other: one may wait for a person. */
export class Deliveries {
  readonly #acknowledge: (frame: Frame) => void;
  readonly #attempts: number;
  readonly #retryDelay: number;
  readonly #log: Pick<Console, 'error'>;
  readonly #running = new Set<string>();
  readonly #finished = new Set<string>();
  readonly #waiting = new Set<Delivery>();

  constructor(acknowledge: (frame: Frame) => void, options: DeliveryOptions = {}) {
    this.#acknowledge = acknowledge;
    this.#attempts = options.attempts ?? 3;
    this.#retryDelay = options.retryDelay ?? 1_000;
    this.#log = options.log ?? console;
  }

  /** Run the message through `handle`, unless that happened, or happens, already. */
  take(delivery: Delivery, handle: (delivery: Delivery) => unknown): void {
    const { id } = delivery.message;
    if (this.#finished.has(id)) {
      this.#acknowledge(delivery.frame);
    } else if (!this.#running.has(id)) {
      this.#running.add(id);
      void this.#run(delivery, handle).finally(() => this.#running.delete(id));
    }
  }

  /** The message needs no handler. */
  finish(frame: Frame): void {
    this.#finished.add(String(frame['id']));
    if (this.#finished.size > REMEMBERED) {
      for (const oldest of this.#finished) {
        this.#finished.delete(oldest);
        break;
      }
    }
    this.#acknowledge(frame);
  }

  /** For what may take hours. When too many messages wait, the one that waits longest is acknowledged early. */
  async waitForAPerson<T>(delivery: Delivery | undefined, answer: Promise<T>): Promise<T> {
    if (!delivery || this.#waiting.has(delivery)) return answer;
    this.#waiting.add(delivery);
    if (this.#waiting.size > MAY_WAIT) {
      for (const longest of this.#waiting) {
        this.#waiting.delete(longest);
        this.#settle(longest);
        break;
      }
    }
    try {
      return await answer;
    } finally {
      this.#waiting.delete(delivery);
    }
  }

  async #run(delivery: Delivery, handle: (delivery: Delivery) => unknown): Promise<void> {
    for (let attempt = 1; attempt <= this.#attempts; attempt += 1) {
      try {
        await handle(delivery);
        break;
      } catch (error) {
        if (error instanceof Disconnected) return; // the client was closed: the message is delivered again to the next
        const left = this.#attempts - attempt;
        const which = `message ${delivery.message.id} (${attempt} of ${this.#attempts})`;
        this.#log.error(`widget-agents: the handler failed at ${which}${left ? '' : ', which is given up'}`, error);
        if (left) await new Promise((resolve) => setTimeout(resolve, this.#retryDelay * 2 ** (attempt - 1)));
      }
    }
    this.#settle(delivery);
  }

  #settle(delivery: Delivery): void {
    if (delivery.acknowledged) return;
    delivery.acknowledged = true;
    this.finish(delivery.frame);
  }
}
