/** Declarative: the shared example trees, as the server compiles and parses them (tests/fixtures/trees/). */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from './expressions/parser.ts';
import { ExpressionError } from './expressions/syntax.ts';
import type { Expression } from './expressions/syntax.ts';
import catalog from '../../../widgets_manager/declarative/catalog/index.json';

interface Compiled {
  trees: Record<string, { kind: string; config: unknown }>;
  expressions: Record<string, unknown>;
}

const { trees, expressions } = JSON.parse(readFileSync('tests/fixtures/trees/compiled.json', 'utf8')) as Compiled;
const primitives = new Set(Object.values(catalog.primitives).flat());

/** A template as plain JSON, as the server's tests write it. */
function parsed(text: string): unknown {
  try {
    const { whole, parts } = parse(text);
    return { whole, parts: parts.map((part) => (typeof part === 'string' ? part : plain(part))) };
  } catch (error) {
    if (error instanceof ExpressionError) return { error: error.position };
    throw error;
  }
}

function plain(node: Expression): unknown[] {
  switch (node.kind) {
    case 'literal':
      return ['literal', node.value];
    case 'name':
      return ['name', node.name];
    case 'member':
      return ['member', plain(node.target), plain(node.key)];
    case 'unary':
      return ['unary', node.operator, plain(node.operand)];
    case 'binary':
      return ['binary', node.operator, plain(node.left), plain(node.right)];
    case 'conditional':
      return ['conditional', plain(node.test), plain(node.then), plain(node.otherwise)];
    case 'filter':
      return ['filter', node.name, plain(node.target), ...node.args.map(plain)];
  }
}

/** The types of all nodes: objects with a type that are not data sources. */
function typesIn(value: unknown, inData = false): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => typesIn(item, inData));
  if (typeof value !== 'object' || value === null) return [];
  const { type } = value as { type?: unknown };
  const own = typeof type === 'string' && !inData ? [type] : [];
  return [...own, ...Object.entries(value).flatMap(([key, item]) => typesIn(item, inData || key === 'data'))];
}

it('test_it_works', () => {
  expect(Object.keys(trees).length).toBeGreaterThan(60);
  expect(parsed("{{a.b | upper}}")).toEqual({
    whole: true,
    parts: [['filter', 'upper', ['member', ['name', 'a'], ['literal', 'b']]]],
  });
});

describe('expressions', () => {
  it.each(Object.keys(expressions))('%s is parsed as on the server', (text) => {
    expect(parsed(text)).toEqual(expressions[text]);
  });
});

describe('valid trees', () => {
  it.each(Object.entries(trees))('%s holds known primitives only', (_, { config }) => {
    const types = typesIn(config);
    expect(types.length).toBeGreaterThan(0);
    expect(types.filter((type) => !primitives.has(type))).toEqual([]);
  });
});
