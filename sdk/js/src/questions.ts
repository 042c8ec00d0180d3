/** Who waits for the answer to which widget. */
import { Cancelled, Disconnected, Expired } from './errors.ts';
import type { AgentMessage, WidgetResponse } from './messages.ts';

/** A message that answers a widget. */
export type Answer = AgentMessage & { readonly widgetResponse: WidgetResponse };

interface Question {
  ref: string;
  resolve(answer: Answer): void;
  reject(error: Error): void;
}

const LONGEST_TIMER = 2 ** 31 - 1; // milliseconds; a longer one would end at once

export class Questions {
  readonly #open = new Map<string, Question>();

  /** Listen for the answer. Asking again under the same id ends the older question. `end` stops listening. */
  ask(conversationId: string, ref: string): { answer: Promise<Answer>; end(): void } {
    const key = keyOf(conversationId, ref);
    this.#open.get(key)?.reject(new Cancelled(ref, `${ref} was asked again`));
    let question: Question | undefined;
    const answer = new Promise<Answer>((resolve, reject) => {
      question = { ref, resolve, reject };
      this.#open.set(key, question);
    });
    answer.catch(() => undefined); // who asked may have ended by another error
    const end = (): void => {
      if (this.#open.get(key) === question) this.#open.delete(key);
      question?.reject(new Cancelled(ref, `nobody waits for ${ref} any more`)); // what waits elsewhere ends, too
    };
    return { answer, end };
  }

  /** Hand an answer to who waits for it; whether somebody did. */
  settle(message: AgentMessage): boolean {
    const { widgetResponse } = message;
    if (!widgetResponse) return false;
    const key = keyOf(message.conversationId, widgetResponse.ref);
    const question = this.#open.get(key);
    if (!question) return false;
    this.#open.delete(key);
    question.resolve({ ...message, widgetResponse });
    return true;
  }

  /** Nobody will answer any more. */
  close(): void {
    for (const { ref, reject } of this.#open.values()) reject(new Disconnected(`the client was closed before ${ref} was answered`));
    this.#open.clear();
  }
}

/** The answer, or Expired at the moment. */
export async function before<T>(moment: number | undefined, ref: string, answer: Promise<T>): Promise<T> {
  const left = moment === undefined ? Infinity : Math.max(0, moment - Date.now());
  if (left > LONGEST_TIMER) return answer;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Expired(ref, `nobody answered ${ref} in time`)), left);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}

function keyOf(conversationId: string, ref: string): string {
  return JSON.stringify([conversationId, ref]);
}
