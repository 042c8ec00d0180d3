import { expect, it } from 'vitest';
import { atLeast, grown, holding, isSameSize } from './growing.ts';

const cell = { x: 2, y: 4, w: 3, h: 3 };

it('works: as many cells as hold the wish', () => {
  expect(grown(cell, { width: 486, height: 364 }, 100)).toEqual({ ...cell, w: 5, h: 5 });
  expect(grown(cell, { width: 487, height: 365 }, 100)).toEqual({ ...cell, w: 6, h: 6 });
});

it('never shrinks a panel, and grows it only where something is asked for', () => {
  expect(grown(cell, { width: 10, height: 10 }, 100)).toEqual(cell);
  expect(grown(cell, { height: 500 }, 100)).toEqual({ ...cell, h: 7 });
  expect(grown(cell, {}, 100)).toEqual(cell);
});

it('stays on the grid, and leaves room for others', () => {
  expect(grown({ ...cell, x: 8 }, { width: 600 }, 100)).toEqual({ ...cell, x: 5, w: 7 });
  expect(grown(cell, { width: 1e9, height: 1e9 }, 100)).toEqual({ x: 0, y: 4, w: 12, h: 12 });
  expect(grown({ ...cell, h: 20 }, { height: 1e9 }, 100).h).toBe(20);
});

it('takes nothing that is no size', () => {
  for (const wrong of [Number.NaN, Number.POSITIVE_INFINITY, -5, '900' as unknown as number, null as unknown as number]) {
    expect(grown(cell, { width: wrong, height: wrong }, 100)).toEqual(cell);
  }
  expect(grown(cell, { width: 900 }, 0)).toEqual(cell);
  expect(isSameSize(cell, { w: 3, h: 3 })).toBe(true);
});

it('says how many cells hold a size where columns are narrow', () => {
  expect(holding({ width: 300, height: 200 }, 84)).toEqual({ w: 4, h: 4 });
  expect(holding({ width: 300, height: 200 }, 110)).toEqual({ w: 3, h: 4 });
  expect(holding({}, 84)).toEqual({ w: 0, h: 0 });
  expect(atLeast({ w: 2, h: 5 }, { w: 4, h: 4 })).toEqual({ w: 4, h: 5 });
});
