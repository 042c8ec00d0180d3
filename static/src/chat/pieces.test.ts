import { expect, test } from 'vitest';
import { pieces } from './pieces.ts';

test('it works', () => {
  const lines = Array.from({ length: 1_000 }, (_, at) => `line ${at} of a file`);
  const parts = pieces(lines.join('\n'));
  expect(parts.length).toBeGreaterThan(3);
  expect(parts.join('\n')).toBe(lines.join('\n'));
});

test('words are kept whole, and what has neither is cut anywhere', () => {
  const words = 'word '.repeat(3_000);
  expect(pieces(words).join(' ')).toBe(words);
  const solid = 'x'.repeat(12_345);
  expect(pieces(solid).join('')).toBe(solid);
  expect(pieces('short')).toEqual(['short']);
});
