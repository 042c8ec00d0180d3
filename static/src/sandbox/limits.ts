/** Sandbox: how much a widget may say. One module for both sides of the bridge, without a dependency. */

/** Characters of one message as JSON. */
export const MOST_CHARACTERS = 65_536;
/** Messages per second that a widget may send for good, and how many at once. */
export const PER_SECOND = 20;
export const BURST = 60;
/** Milliseconds until a request that nobody answers fails. What a person needs to decide does not count. */
export const REQUEST_TIME = 30_000;
/** Milliseconds until the page gives an action of a plugin up: the handler's own time, and what it waits for its turn. */
export const ACTION_TIME = 120_000;
/** By so much longer does whoever asks wait than who is asked, so that the answer says what happened. Milliseconds. */
export const SPARE_TIME = 2_000;
/** Requests of one widget that may be under way. */
export const MOST_PENDING = 32;
/** Objects in objects: deeper ones are refused before anything walks through them. */
const MOST_DEPTH = 64;

/** Lets `burst` pass at once and `perSecond` for good. */
export class Bucket {
  #left: number;
  #at: number;

  constructor(
    private readonly now: () => number,
    private readonly perSecond = PER_SECOND,
    private readonly burst = BURST,
  ) {
    this.#left = burst;
    this.#at = now();
  }

  /** Whether one more may pass now. */
  take(): boolean {
    const now = this.now();
    this.#left = Math.min(this.burst, this.#left + (Math.max(0, now - this.#at) / 1000) * this.perSecond);
    this.#at = now;
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }
}

export type Fault = 'not JSON' | 'too large';

/**
 * What is wrong with a value that arrived by structured clone, which carries more than JSON: cycles, Dates, Maps,
 * holes, files. Undefined when it is JSON of at most `most` characters. Stops as soon as there is too much.
 */
export function faultOf(value: unknown, most: number = MOST_CHARACTERS): Fault | undefined {
  const size = { left: most };
  const fault = measure(value, size, MOST_DEPTH);
  return fault ?? (size.left < 0 ? 'too large' : undefined);
}

/** Counts at least what JSON needs down from `size.left`; a cycle runs into the depth. */
function measure(value: unknown, size: { left: number }, depth: number): Fault | undefined {
  if (size.left < 0) return 'too large';
  switch (typeof value) {
    case 'string':
      size.left -= value.length > size.left ? value.length + 2 : JSON.stringify(value).length;
      return undefined;
    case 'number':
      size.left -= String(value).length;
      return Number.isFinite(value) ? undefined : 'not JSON';
    case 'boolean':
      size.left -= 4;
      return undefined;
    case 'object':
      if (value !== null) return depth > 0 ? inside(value, size, depth - 1) : 'not JSON';
      size.left -= 4;
      return undefined;
    default:
      return 'not JSON';
  }
}

function inside(value: object, size: { left: number }, depth: number): Fault | undefined {
  if (Array.isArray(value)) {
    size.left -= value.length + 1;
    if (size.left < 0) return 'too large'; // before anybody walks through a long array of holes
    if (Object.keys(value).length !== value.length) return 'not JSON'; // holes, or names beside the numbers
    for (const entry of value) {
      const fault = measure(entry, size, depth);
      if (fault) return fault;
    }
    return undefined;
  }
  if (Object.getPrototypeOf(value) !== Object.prototype) return 'not JSON';
  size.left -= 2;
  for (const name in value) {
    if (name === '__proto__') return 'not JSON'; // whoever copies it later would change what it is copied into
    size.left -= name.length + 4;
    const fault = measure((value as Record<string, unknown>)[name], size, depth);
    if (fault) return fault;
  }
  return undefined;
}
