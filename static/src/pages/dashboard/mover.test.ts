import { expect, it } from 'vitest';
import { stepped } from './mover.ts';

const cell = { x: 2, y: 4, w: 4, h: 3 };
const others = [
  { x: 0, y: 0, w: 4, h: 4 },
  { x: 4, y: 7, w: 4, h: 2 },
  { x: 8, y: 7, w: 4, h: 9 },
];

it('works', () => {
  expect(stepped(cell, 'ArrowRight', false, others)).toEqual({ ...cell, x: 3 });
  expect(stepped(cell, 'ArrowDown', true, others)).toEqual({ ...cell, h: 4 });
});

it('passes the next panel in the same columns', () => {
  expect(stepped(cell, 'ArrowUp', false, others)).toEqual({ ...cell, y: 0 });
  expect(stepped(cell, 'ArrowDown', false, others)).toEqual({ ...cell, y: 9 });
});

it('stays on the grid', () => {
  expect(stepped({ ...cell, x: 8 }, 'ArrowRight', false, [])).toEqual({ ...cell, x: 8 });
  expect(stepped(cell, 'ArrowDown', false, [])).toEqual(cell);
  expect(stepped(cell, 'ArrowUp', false, [])).toEqual(cell);
  expect(stepped({ ...cell, x: 8 }, 'ArrowRight', true, [])).toEqual({ ...cell, x: 8 });
  expect(stepped({ ...cell, w: 2 }, 'ArrowLeft', true, [])).toEqual({ ...cell, w: 2 });
});

it('leaves other keys alone', () => {
  expect(stepped(cell, 'a', false, [])).toBeUndefined();
  expect(stepped(cell, 'toString', false, [])).toBeUndefined();
});

it('does not make a panel smaller than its widget can be', () => {
  const smallest = { w: 4, h: 3 };
  expect(stepped(cell, 'ArrowLeft', true, [], smallest)).toEqual(cell);
  expect(stepped(cell, 'ArrowUp', true, [], smallest)).toEqual(cell);
  expect(stepped(cell, 'ArrowRight', true, [], smallest)).toEqual({ ...cell, w: 5 });
});
