/** Sandbox: what passes of a flood, and what is JSON. */
import { describe, expect, it } from 'vitest';
import { BURST, Bucket, MOST_CHARACTERS, PER_SECOND, faultOf } from './limits.ts';

/** Through a port and back, as a message arrives. */
const arrived = (value: unknown): unknown => structuredClone(value);

it('test_it_works: a burst passes, then so many a second', () => {
  let now = 0;
  const bucket = new Bucket(() => now);
  const passed = (tries: number): number => Array.from({ length: tries }, () => bucket.take()).filter(Boolean).length;
  expect(passed(1_000)).toBe(BURST);
  now = 1_000;
  expect(passed(1_000)).toBe(PER_SECOND);
  now = 500; // a clock that goes back gives nothing
  expect(passed(10)).toBe(0);
  now = 3_600_000;
  expect(passed(1_000)).toBe(BURST);
});

const named = (...values: unknown[]): [string, unknown][] => values.map((value) => [JSON.stringify(value), value]);

it.each(named(null, true, 0, -1.5, '', 'ä"\n', [], {}, { a: [1, { b: null }] }, { constructor: 1, toString: [2] }))('%s is JSON', (_name, value) => {
  expect(faultOf(arrived(value))).toBeUndefined();
});

const cycle: { self?: unknown } = {};
cycle.self = cycle;
const ring: unknown[] = [];
ring.push(ring);
let deep: unknown = 1;
for (let level = 0; level < 200; level += 1) deep = [deep];

it.each<[string, unknown]>([
  ['undefined', undefined],
  ['undefined inside', { a: undefined }],
  ['NaN', [Number.NaN]],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['a bigint', 1n],
  ['a Date', new Date(0)],
  ['a Map', new Map([[1, 2]])],
  ['a Set', { a: new Set([1]) }],
  ['bytes', new Uint8Array(8)],
  ['a buffer', new ArrayBuffer(8)],
  ['an expression', /x/],
  ['an Error', new Error('x')],
  ['a hole', [1, , 3]],
  ['a name in a list', Object.assign([1], { text: 'x'.repeat(100_000) })],
  ['a cycle of objects', cycle],
  ['a cycle of arrays', ring],
  ['what is too deep', deep],
  ['__proto__', JSON.parse('{"a": {"__proto__": {"isAdmin": true}}}')],
])('%s is not', (_name, value) => {
  expect(faultOf(arrived(value))).toBe('not JSON');
});

describe('too large is', () => {
  it('what has more characters than a message', () => {
    expect(faultOf('x'.repeat(MOST_CHARACTERS - 2))).toBeUndefined();
    expect(faultOf('x'.repeat(MOST_CHARACTERS - 1))).toBe('too large');
    expect(faultOf({ text: '"'.repeat(MOST_CHARACTERS / 2) })).toBe('too large');
    expect(faultOf(Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`k${index}`, 0])))).toBe('too large');
  });

  it('found at once, however much there is', () => {
    const huge: unknown[] = [];
    huge.length = 4_000_000_000;
    const many: unknown[] = Array.from({ length: 1_000_000 }, () => ({}));
    const shared = [0, 0, 0, 0, 0, 0, 0, 0];
    let bomb: unknown = shared;
    for (let level = 0; level < 30; level += 1) bomb = [bomb, bomb, bomb, bomb];
    const long = 'x'.repeat(50_000_000);
    const started = performance.now();
    expect([faultOf(huge), faultOf(many), faultOf(bomb), faultOf(long)]).toEqual(['too large', 'too large', 'too large', 'too large']);
    expect(performance.now() - started).toBeLessThan(200);
  });

  it.each(named({ a: 1, b: [true, null, 'x"y'], 'kö': {} }, [[], {}, ''], 'plain', 12.5))('never what fits: %s', (_name, value) => {
    expect(faultOf(value, JSON.stringify(value).length + 12)).toBeUndefined();
  });
});
