/** Expressions: the table of cases that the server's implementation runs too. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import catalog from '../../../../widgets_manager/declarative/catalog/filters.json';
import { evaluate, evaluateDeep, readerOf } from './evaluate.ts';
import { FILTERS } from './filters.ts';
import { parse } from './parser.ts';
import { ExpressionError } from './syntax.ts';

interface Case {
  name: string;
  text: string;
  scope?: Record<string, unknown>;
  result?: unknown;
  error?: boolean;
  now?: string;
}

const shared = JSON.parse(readFileSync('tests/fixtures/expressions.json', 'utf8')) as Case[];
const around = { now: new Date('2026-03-14T15:09:26Z'), locale: 'en', timeZone: 'UTC' };

function run({ text, scope = {}, now }: Case): unknown {
  return evaluate(text, readerOf(scope), now ? { ...around, now: new Date(now) } : around);
}

describe('the shared table', () => {
  it.each(shared.map((entry) => [entry.name, entry] as const))('%s', (_, entry) => {
    if (entry.error) expect(() => run(entry)).toThrow(ExpressionError);
    else expect(run(entry) ?? null).toEqual(entry.result ?? null);
  });
});

describe('templates', () => {
  it('test_it_works', () => {
    expect(evaluate('{{ a.b + 1 }}', readerOf({ a: { b: 2 } }), around)).toBe(3);
    expect(evaluate('no expression', readerOf({}), around)).toBe('no expression');
  });

  it('evaluates lists and objects at any depth', () => {
    const value = { args: [{ title: '{{item.title}}', done: false }], n: '{{n}}' };
    expect(evaluateDeep(value, readerOf({ item: { title: 'Milk' }, n: 3 }), around)).toEqual({
      args: [{ title: 'Milk', done: false }],
      n: 3,
    });
  });

  it.each([
    ['{{!no && no}}', false],
    ['{{!no == yes}}', true],
    ['{{!list | length}}', false],
    ['{{-n | json}}', '-2'],
    ['{{no ?? yes ? 1 : 2}}', 2],
    ['{{no || no ?? yes}}', false],
    ['{{n + n * n - n % n}}', 6],
    ['{{n < 3 == yes}}', true],
  ])('binds the operators of %s as the grammar says', (text, result) => {
    expect(evaluate(text, readerOf({ yes: true, no: false, n: 2, list: [1] }), around)).toBe(result);
  });

  it('reads a chain of steps as one path', () => {
    const read: string[] = [];
    evaluate('{{ a.b[k].0 }}', (name, steps) => (read.push([name, ...steps].join('.')), 'key'), around);
    expect(read).toEqual(['k', 'a.b.key.0']);
  });

  it('names the place of a fault', () => {
    expect(() => parse('Hello {{ name ! }}')).toThrow(/at character 15/);
  });
});

describe('filters', () => {
  it.each(['{{l | join(s)}}', "{{t | replace('x', s)}}", '{{a}}{{a}}'])('make of %s no more than is kept', (text) => {
    const scope = { l: Array(90_000).fill('x'), s: 'x'.repeat(30_000), t: 'x'.repeat(90_000), a: '😀'.repeat(60_000) };
    const made = evaluate(text, readerOf(scope), around) as string;
    expect([...made]).toHaveLength(100_000);
    expect(made.endsWith(text.includes('a}') ? '😀' : 'x')).toBe(true);
  });

  it('are exactly the catalog’s', () => {
    expect([...FILTERS.keys()].sort()).toEqual(Object.keys(catalog.filters).sort());
  });
});
