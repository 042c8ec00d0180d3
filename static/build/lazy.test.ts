/** Proof: a page with widgets does not fetch what draws charts or edits code until a widget needs it. */
import { fileURLToPath } from 'node:url';
import type { Rolldown } from 'vite';
import { build } from 'vite';
import { beforeAll, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const HEAVY = /node_modules\/(echarts|zrender|codemirror|@codemirror|@lezer)\//;

let chunks: Map<string, Rolldown.OutputChunk>;
let entry: Rolldown.OutputChunk;

beforeAll(async () => {
  const input = `${root}static/src/declarative/index.ts`;
  const result = (await build({ root, configFile: false, logLevel: 'silent', publicDir: false, build: { write: false, minify: false, rolldownOptions: { input } } })) as Rolldown.RolldownOutput;
  const found = result.output.filter((part) => part.type === 'chunk');
  chunks = new Map(found.map((chunk) => [chunk.fileName, chunk]));
  entry = found.find(({ isEntry }) => isEntry)!;
}, 60_000);

/** A chunk and everything that it cannot do without. */
function closure(chunk: Rolldown.OutputChunk, seen = new Set<Rolldown.OutputChunk>()): Set<Rolldown.OutputChunk> {
  if (seen.has(chunk)) return seen;
  seen.add(chunk);
  for (const name of chunk.imports) {
    const next = chunks.get(name);
    if (next) closure(next, seen);
  }
  return seen;
}

const modules = (parts: Iterable<Rolldown.OutputChunk>): string[] => [...parts].flatMap(({ moduleIds }) => moduleIds);

it('test_it_works', () => {
  expect(modules(closure(entry)).some((id) => id.endsWith('declarative/primitives/chart.ts'))).toBe(true);
  expect(modules(closure(entry)).filter((id) => HEAVY.test(id))).toEqual([]);
});

it('both are there when they are asked for, in parts of their own', () => {
  const lazy = [...chunks.values()].filter((chunk) => chunk.isDynamicEntry);
  const [drawing, editor] = ['charts/drawing.ts', 'editor/codemirror.ts'].map((file) => lazy.find(({ facadeModuleId }) => facadeModuleId?.endsWith(file)));
  expect(modules(closure(drawing!)).some((id) => /node_modules\/echarts\//.test(id))).toBe(true);
  expect(modules(closure(drawing!)).some((id) => /codemirror/.test(id))).toBe(false);
  expect(modules(closure(editor!)).some((id) => /node_modules\/echarts\//.test(id))).toBe(false);
});

it('of the languages only the one that is shown is fetched', () => {
  const editor = [...chunks.values()].find(({ facadeModuleId }) => facadeModuleId?.endsWith('editor/codemirror.ts'));
  expect(modules(closure(editor!)).filter((id) => /@codemirror\/lang-/.test(id))).toEqual([]);
});
