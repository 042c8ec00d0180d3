/** Chat: the text of an answer while it is written, put together from pieces that may be missed. No DOM here. */
import type { Delta } from './shapes.ts';

const MOST_WAITING = 500;

/** Characters as the server counts them: code points, not UTF-16 units. */
export function countCharacters(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

/**
 * Appends pieces whose place is known; one that lies beyond the end waits until `catchUp` has brought what is between.
 */
export class GrowingText {
  #text: string;
  #length: number;
  #waiting: Delta[] = [];

  constructor(text = '') {
    this.#text = text;
    this.#length = countCharacters(text);
  }

  get text(): string {
    return this.#text;
  }

  /** Whether something was missed: the text saved by the server has to be read. */
  get isBehind(): boolean {
    return this.#waiting.length > 0;
  }

  /** Takes a piece; true when the text has grown. */
  add(delta: Delta): boolean {
    if (delta.length <= this.#length) return false;
    if (this.#append(delta)) {
      this.#drain();
      return true;
    }
    this.#waiting.push(delta);
    this.#waiting.splice(0, this.#waiting.length - MOST_WAITING);
    return false;
  }

  /** Takes the text that the server has saved, and after it the pieces that waited; true when the text has grown. */
  catchUp(saved: string): boolean {
    const before = this.#length;
    const length = countCharacters(saved);
    if (length > this.#length) {
      this.#text = saved;
      this.#length = length;
    }
    this.#drain();
    return this.#length > before;
  }

  #drain(): void {
    this.#waiting = this.#waiting.filter((delta) => delta.length > this.#length && !this.#append(delta));
  }

  /** Appends what of the piece lies behind the end; false when there is a gap before it. */
  #append({ text, length }: Delta): boolean {
    const characters = [...text];
    const start = length - characters.length;
    if (start > this.#length) return false;
    this.#text += characters.slice(this.#length - start).join('');
    this.#length = length;
    return true;
  }
}
