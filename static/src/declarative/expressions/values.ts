/** Expressions: what is true, equal, a number or a text; the same answers as the server's (values.py). */

/** Names that reach into prototypes: a path through one leads nowhere. */
const FORBIDDEN: ReadonlySet<string> = new Set(['constructor', 'prototype', '__proto__']);
const NUMERIC = /^[+-]?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$/;
/** Characters of a text that an expression makes. */
export const MAX_RESULT = 100_000;
const INDEX = /^[0-9]{1,15}$/;

export type Missing = null | undefined;

export function isMissing(value: unknown): value is Missing {
  return value === undefined || value === null;
}

/** A plain object made of names and values, as JSON has it. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Everything is true but undefined, null, false, 0 and the empty text; an empty list is. */
export function truthy(value: unknown): boolean {
  return !(isMissing(value) || value === false || value === '' || value === 0);
}

/** The number, or undefined for what is none (NaN, infinite). Negative zero is zero. */
export function tidy(value: number): number | undefined {
  return Number.isFinite(value) ? value + 0 : undefined;
}

/** The value as a number: texts that write one, true as 1; undefined for everything else. */
export function toNumber(value: unknown): number | undefined {
  if (typeof value === 'boolean') return Number(value);
  if (typeof value === 'number') return value;
  if (typeof value !== 'string') return undefined;
  const written = value.trim();
  return NUMERIC.test(written) ? tidy(Number(written)) : undefined;
}

/** JSON text; on one line without spaces, or indented by `indent` spaces a level. */
export function toJson(value: unknown, indent = 0): string {
  return isMissing(value) ? 'null' : JSON.stringify(value, undefined, indent);
}

/** The value as it is shown in a text: nothing for undefined and null, JSON for lists and objects. */
export function toText(value: unknown): string {
  if (typeof value === 'string') return value;
  return isMissing(value) ? '' : toJson(value);
}

/** The parts as one text of at most 100,000 characters; little more of it is made than is kept. */
export function joined(parts: Iterable<string>, separator = ''): string {
  const kept: string[] = [];
  let room = 2 * MAX_RESULT; // in halves of characters
  for (const part of parts) {
    for (const piece of kept.length > 0 ? [separator, part] : [part]) {
      kept.push(piece.slice(0, room));
      room = Math.max(0, room - piece.length);
    }
    if (room === 0) break;
  }
  return cut(kept.join(''));
}

/** At most 100,000 characters of a text; one that takes two places in JavaScript is kept whole. */
export function cut(text: string): string {
  if (text.length <= MAX_RESULT) return text;
  return [...text.slice(0, 2 * MAX_RESULT)].slice(0, MAX_RESULT).join('');
}

/** Same kind and same value, lists and objects by their content; undefined equals null. */
export function equal(left: unknown, right: unknown): boolean {
  if (isMissing(left) || isMissing(right)) return isMissing(left) && isMissing(right);
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length && left.every((item, index) => equal(item, right[index]));
  }
  if (isObject(left) && isObject(right)) return sameMembers(left, right);
  return left === right;
}

function sameMembers(left: Record<string, unknown>, right: Record<string, unknown>): boolean {
  const names = Object.keys(left);
  return (
    names.length === Object.keys(right).length &&
    names.every((name) => Object.hasOwn(right, name) && equal(left[name], right[name]))
  );
}

/** Order of two texts, or of what can be read as two numbers; false for everything else. */
export function less(left: unknown, right: unknown, orEqual: boolean): boolean {
  if (typeof left === 'string' && typeof right === 'string') return orEqual ? left <= right : left < right;
  const [first, second] = [toNumber(left), toNumber(right)];
  if (first === undefined || second === undefined) return false;
  return orEqual ? first <= second : first < second;
}

/** The step of a path that a value stands for; empty where it cannot be one. */
export function keyOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? toText(value) : '';
}

/** The item or own property; undefined where there is none and for the names that reach into prototypes. */
export function member(target: unknown, key: unknown): unknown {
  const name = keyOf(key);
  if (name === '' || FORBIDDEN.has(name)) return undefined;
  if (isObject(target)) return Object.hasOwn(target, name) ? target[name] : undefined;
  if (Array.isArray(target) && INDEX.test(name)) return target[Number(name)];
  if (name === 'length' && (Array.isArray(target) || typeof target === 'string')) return size(target);
  return undefined;
}

/** Items of a list, or characters of a text (not the halves of which JavaScript makes some). */
export function size(value: unknown[] | string): number {
  return typeof value === 'string' ? [...value].length : value.length;
}

/** The value at a dotted path. */
export function dig(target: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>(member, target);
}
