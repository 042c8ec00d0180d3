import { expect, test } from 'vitest';
import { dayKey, dayName } from './times.ts';

const now = new Date(2026, 4, 14, 9, 30); // a Thursday
const at = (...parts: [number, number, number, number?]): string => new Date(...parts).toISOString();

test('it works', () => {
  expect(dayName(at(2026, 4, 14, 1), now)).toBe('Today');
  expect(dayName(at(2026, 4, 13, 23), now)).toBe('Yesterday');
  expect(dayName(at(2026, 4, 11), now)).toBe('Monday');
});

test('older days are dates, with the year where it is another one', () => {
  expect(dayName(at(2026, 2, 3), now)).not.toContain('2026');
  expect(dayName(at(2025, 2, 3), now)).toContain('2025');
  expect(dayName(at(2026, 4, 15), now)).toContain('15');
});

test('moments of one day share a key', () => {
  expect(dayKey(at(2026, 4, 14, 0))).toBe(dayKey(at(2026, 4, 14, 23)));
  expect(dayKey(at(2026, 4, 14, 23))).not.toBe(dayKey(at(2026, 4, 15, 0)));
});
