/** Declarative: patterns that could hold up the page. */
import { expect, it, vi } from 'vitest';
import { isExplosive, patternOf } from './patterns.ts';

it.each([
  '(a+)+$', '(a*)*', '([a-z]+)*', '(?:a+b?)+', '(?<w>\\w+\\s*)+', '((a+))+', '(a{2,})+', '(a+){3,}', '(?:a|b+)*', '(?:.[a-z]+)*', '(?:-[a-z-]+)*', '(?:-?[a-z]+)*',
])('%s is not tested', (regex) => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  expect(isExplosive(regex)).toBe(true);
  expect(patternOf(regex)).toBeUndefined();
  expect(patternOf(regex)).toBeUndefined();
  expect(warn).toHaveBeenCalledTimes(1);
  warn.mockRestore();
});

it.each([
  ['[a-z0-9]+(?:-[a-z0-9]+)*', 'a-slug-9', 'a--b'],
  ['(\\d{3}-)+', '123-456-', '12-'],
  ['\\d+(?:\\.\\d+)*', '1.20.3', '1..2'],
  ['(?:a|b)+', 'abba', 'abc'],
  ['[(+]+', '(+(', 'a'],
  ['\\(a+\\)+', '(aa))', '(b)'],
  ['(ab+)?c{2}', 'abbcc', 'abbc'],
  ['\\p{L}+', 'Ärger', '1'],
])('%s is', (regex, right, wrong) => {
  expect(patternOf(regex)?.test(right)).toBe(true);
  expect(patternOf(regex)?.test(wrong)).toBe(false);
});
