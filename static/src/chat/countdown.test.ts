import { expect, test } from 'vitest';
import { countdown, isOver } from './countdown.ts';

test('the time that is left', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  expect(countdown('2026-01-01T00:04:31.2Z', now)).toBe('Ends in 4:32');
  expect(countdown('2026-01-01T03:00:00Z', now)).toBe('Ends in 3 hours');
  expect([isOver(null, now), isOver('2026-01-01T00:00:00Z', now), isOver('2026-01-01T00:00:01Z', now)]).toEqual([false, true, false]);
});
