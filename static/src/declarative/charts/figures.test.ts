/** Charts: rows become places and values. */
import { describe, expect, it } from 'vitest';
import { placesOf, seriesOf, sharesOf, shortly, written } from './figures.ts';

const AROUND = { now: new Date('2026-03-14T10:00:00Z'), locale: 'en', timeZone: 'UTC' };
const ROWS = [
  { month: 'January', n: { a: 1 }, day: '2026-01-05', x: 3 },
  { month: 'March', n: { a: '2.5' }, day: '2026-03-05', x: '4' },
  { month: 'April', n: {}, day: 'soon', x: 9 },
];

it('test_it_works', () => {
  expect(seriesOf(ROWS, [{ y: 'n.a', label: '', color: 'blue', kind: '' }], 'bar')).toEqual([{ name: 'n.a', color: 'blue', kind: 'bar', values: [1, 2.5, null] }]);
  expect(placesOf(ROWS, 'month', 'bar', 'text', AROUND)).toEqual({ places: ['January', 'March', 'April'], positions: undefined, timed: false });
});

describe('places', () => {
  it('are moments where dates are asked for, so that a gap in time is a gap in the drawing', () => {
    const { places, positions, timed } = placesOf(ROWS, 'day', 'line', 'date', AROUND);
    expect(places).toEqual(['Jan 5, 2026', 'Mar 5, 2026', 'soon']);
    expect(positions).toEqual([Date.UTC(2026, 0, 5), Date.UTC(2026, 2, 5), null]);
    expect(timed).toBe(true);
  });

  it('are numbers for points, and words where one is none', () => {
    expect(placesOf(ROWS, 'x', 'scatter', 'text', AROUND).positions).toEqual([3, 4, 9]);
    expect(placesOf(ROWS, 'month', 'scatter', 'text', AROUND).positions).toBeUndefined();
    expect(placesOf(ROWS, 'day', 'bar', 'date', AROUND).positions).toBeUndefined();
  });
});

it('a series may be drawn differently, but not in a pie', () => {
  const line = [{ y: 'x', label: 'X', color: '', kind: 'line' }];
  expect(seriesOf(ROWS, line, 'bar')[0]).toMatchObject({ name: 'X', kind: 'line' });
  expect(seriesOf(ROWS, line, 'pie')[0]).toMatchObject({ kind: 'pie' });
});

it('shares leave out what is missing or negative', () => {
  expect(sharesOf([1, null, 3, -4])).toEqual([0.25, 0, 0.75, 0]);
  expect(sharesOf([0, 0])).toEqual([0, 0]);
});

it('values are written for people, and shortly beside an axis', () => {
  const euro = { format: 'money', currency: 'EUR' } as const;
  expect(written(1234.5, euro, AROUND)).toBe('€1,234.50');
  expect(written(null, euro, AROUND)).toBe('–');
  expect(shortly(57_900, euro, AROUND)).toBe('€57.9K');
  expect(shortly(0.125, { format: 'percent', currency: '' }, AROUND)).toBe('12.5%');
  expect(shortly(5, { format: 'money', currency: 'nonsense' }, AROUND)).toBe('$5');
});
