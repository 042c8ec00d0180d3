import { expect, it } from 'vitest';
import { sign, taken } from './words.ts';

it('says where a job is', () => {
  const said = (state: 'queued' | 'failed', attempts: number, error: string): string => sign({ state, attempts, error }).words;
  expect([said('queued', 0, ''), said('queued', 2, 'Not yet.'), said('failed', 2, 'No.')]).toEqual(['Waiting', 'Will be tried again', 'Failed']);
});

it('says how long it took', () => {
  const started = '2026-01-01T10:00:00Z';
  const now = Date.parse('2026-01-01T10:00:09Z');
  expect(taken({ state: 'queued', started_at: started, finished_at: null }, now)).toBe('');
  expect(taken({ state: 'running', started_at: started, finished_at: null }, now)).toBe('9 s');
  expect(taken({ state: 'done', started_at: started, finished_at: '2026-01-01T10:01:05Z' }, now)).toBe('1 min 5 s');
});
