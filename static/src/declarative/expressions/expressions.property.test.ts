/** Expressions: random ones with the server's answers, attacks on prototypes, and texts of any kind. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { evaluate, readerOf } from './evaluate.ts';
import { ExpressionError } from './syntax.ts';

interface Table {
  now: string;
  scope: Record<string, unknown>;
  cases: { text: string; result?: unknown; error?: number }[];
}

const table = JSON.parse(readFileSync('tests/fixtures/expressions_random.json', 'utf8')) as Table;
const around = { now: new Date(table.now), locale: 'en', timeZone: 'UTC' };

/** The value as JSON has it, or the place of the fault. */
function answer(text: string, scope = table.scope): unknown {
  try {
    return { result: (evaluate(text, readerOf(scope), around) ?? null) as unknown };
  } catch (error) {
    if (error instanceof ExpressionError) return { error: error.position };
    throw error;
  }
}

/** A generator of numbers from 0 to 1 that begins anew with its seed (mulberry32). */
function chanceOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const PIECES = [
  ...['a', 'b.c', '.', '[', ']', '(', ')', '|', '||', '&&', '??', '?', ':', '!', '-', '+', '*', '==', '<', ',', '1', '2.5'],
  ...["'x'", '"', "'", '{{', '}}', '\\', ' ', 'null', 'true', 'é', 'constructor', '__proto__', 'upper', 'slice', 'map'],
];

/** Names that lead out of the values, and what must not be reached by them. */
const ATTACKS = ['constructor', '__proto__', 'prototype', 'toString', 'valueOf', 'hasOwnProperty', '__defineGetter__', 'at', 'push'];
const TARGETS = ['a', 'b', 'text', 'list', 'number', 'list[0]', 'text[0]', "(b ?? 'x')", 'b | json', 'list | map("x")', "('x')"];

function isPlain(value: unknown): boolean {
  if (typeof value === 'function' || typeof value === 'symbol') return false;
  if (typeof value !== 'object' || value === null) return true;
  return [Object.prototype, Array.prototype, null].includes(Object.getPrototypeOf(value) as object | null) && Object.values(value).every(isPlain);
}

it('test_it_works', () => {
  expect(table.cases.length).toBeGreaterThanOrEqual(500);
  expect(table.cases.filter(({ error }) => error === undefined).length).toBeGreaterThan(table.cases.length / 2);
});

describe('random expressions', () => {
  it.each(table.cases.map((entry) => [entry.text, entry] as const))('%s yields what it does on the server', (text, { result, error }) => {
    expect(answer(text)).toEqual(error === undefined ? { result } : { error });
  });
});

describe('attacks', () => {
  const scope = { a: { b: 1 }, text: 'text', list: [{ x: 1 }], number: 5 };

  it.each(TARGETS)('nothing beside own values is read from %s', (target) => {
    for (const attack of ATTACKS) {
      for (const path of [`${target}.${attack}`, `(${target})['${attack}']`, `(${target})['${attack}'].constructor`, `(${target})['${attack.slice(0, 3)}' + '${attack.slice(3)}']`]) {
        expect(answer(`{{${path}}}`, scope), path).toEqual({ result: null });
      }
    }
  });

  it.each(ATTACKS)('no value is called %s', (attack) => {
    expect(answer(`{{${attack}}}`, scope)).toEqual({ result: null });
    expect(answer(`{{list | map('${attack}')}}`, scope)).toEqual({ result: [null] });
    expect(answer(`{{list | pluck('${attack}.x')}}`, scope)).toEqual({ result: [null] });
  });

  it('leaves the prototypes as they are', () => {
    const before = Reflect.ownKeys(Object.prototype).length;
    for (const { text } of table.cases) answer(text);
    expect(Reflect.ownKeys(Object.prototype)).toHaveLength(before);
    expect(({} as Record<string, unknown>).x).toBeUndefined();
  });
});

describe('texts of any kind', () => {
  const chance = chanceOf(20260314);
  const texts = Array.from({ length: 2000 }, () => {
    const pieces = Array.from({ length: Math.floor(chance() * 12) }, () => PIECES[Math.floor(chance() * PIECES.length)]!);
    return `{{${pieces.join('')}}}`;
  });

  it('are refused with a place, or yield plain values', () => {
    for (const text of texts) {
      const { result, error } = answer(text, { a: [1, { c: 'x' }], b: { c: 2 } }) as { result?: unknown; error?: number };
      expect(isPlain(result), text).toBe(true);
      if (error !== undefined) expect(error, text).toBeLessThanOrEqual(text.length);
    }
  });
});
