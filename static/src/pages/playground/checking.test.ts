/** What the server says about a draft, as the page shows it. */
import { expect, it } from 'vitest';
import { MAIN, fileOf, isImported, placesIn, shortWordsOf, wordsOf } from './checking.ts';
import type { Problem, Verdict } from './checking.ts';

const verdict = (more: Partial<Verdict>): Verdict => ({ valid: true, kind: 'tree', errors: [], warnings: [], fallbacks: [], ...more });
const problem = (message: string, more: Partial<Problem> = {}): Problem => ({ path: 'tree.type', message, ...more });

it('test_it_works', () => {
  const tree = { type: 'divider' };
  expect(placesIn(verdict({ config: { tree } })).map(({ zone }) => zone)).toEqual(['inline', 'chat_side', 'workspace_tabs', 'modals']);
  expect(placesIn(verdict({ kind: 'app', config: { chat_side: { tree } } })).map(({ key }) => key)).toEqual(['chat_side']);
  expect(placesIn(verdict({ valid: false }))).toEqual([]);
});

it('does not say the path twice', () => {
  expect(wordsOf(problem('tree.type: unknown'))).toBe('unknown');
  expect(wordsOf(problem('unknown'))).toBe('unknown');
});

it('leaves out long lists only where the nearest is named', () => {
  const allowed = `(allowed: [${Array.from({ length: 20 }, (_, index) => `'primitive${index}'`).join(', ')}])`;
  expect(shortWordsOf(problem(`unknown primitive 'x' ${allowed}; did you mean 'y'?`))).toBe("unknown primitive 'x'; did you mean 'y'?");
  expect(shortWordsOf(problem(`unknown primitive 'x' ${allowed}`))).toContain('primitive19');
  expect(shortWordsOf(problem("unknown accent 'bleu' (allowed: ['blue']); did you mean 'blue'?"))).toContain("['blue']");
});

it('finds the file of a problem by its name or stem', () => {
  const files = { 'widgets/a.yaml': '' };
  expect(fileOf(problem('x', { file: 'widgets/a.yaml' }), files)).toBe('widgets/a.yaml');
  expect(fileOf(problem('x', { file: 'a' }), files)).toBe('widgets/a.yaml');
  expect(fileOf(problem('x', { file: 'app.yaml' }), files)).toBe(MAIN);
  expect(fileOf(problem('x', { file: 'values' }), files)).toBe('values');
  expect(fileOf(problem('x'), files)).toBe(MAIN);
});

it('knows what was imported', () => {
  expect(['a2ui', 'adaptive_card', 'tree'].map((kind) => isImported(verdict({ kind: kind as Verdict['kind'] })))).toEqual([true, true, false]);
});
