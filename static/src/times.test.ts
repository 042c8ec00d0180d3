/** Texts: moments in words. */
import { expect, it } from 'vitest';
import { relative } from './times.ts';

const HOUR = 3_600_000;

it('test_it_works', () => {
  expect(relative(0, 3 * 24 * HOUR)).toBe('3 days ago');
  expect(relative(5 * HOUR, 0)).toBe('in 5 hours');
});

it.each([
  ['now', 0],
  ['now', -59_000],
  ['1 minute ago', -119_000],
  ['yesterday', -47 * HOUR],
  ['in 7 days', 7 * 24 * HOUR - 1_000], // an invite that was made a moment ago
])('says %s', (words, moment) => expect(relative(moment, 0)).toBe(words));
