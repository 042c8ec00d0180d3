/** Dashboard: moving and resizing a panel by keyboard: arrows move, with Shift they resize. No DOM here. */
import { t } from '../../i18n.ts';
import type { Cell } from '../../panels/shapes.ts';
import { COLUMNS, SMALLEST } from './sizes.ts';
import type { Size } from './sizes.ts';

/**
 * The cell to ask for after one press of an arrow; undefined for any other key, the same cell when there is no way on.
 * Panels rise until they meet another one, so down and up lead past the next panel in the same columns.
 */
export function stepped(cell: Cell, key: string, resize: boolean, others: readonly Cell[], smallest: Size = SMALLEST): Cell | undefined {
  switch (key) {
    case 'ArrowLeft':
      return resize ? resized(cell, -1, 0, smallest) : { ...cell, x: Math.max(0, cell.x - 1) };
    case 'ArrowRight':
      return resize ? resized(cell, 1, 0, smallest) : { ...cell, x: Math.min(COLUMNS - cell.w, cell.x + 1) };
    case 'ArrowUp':
      return resize ? resized(cell, 0, -1, smallest) : { ...cell, y: above(cell, others) };
    case 'ArrowDown':
      return resize ? resized(cell, 0, 1, smallest) : { ...cell, y: below(cell, others) };
    default:
      return undefined;
  }
}

function resized(cell: Cell, wider: number, higher: number, smallest: Size): Cell {
  const w = Math.max(smallest.w, Math.min(COLUMNS - cell.x, cell.w + wider));
  return { ...cell, w, h: Math.max(smallest.h, Math.min(100, cell.h + higher)) };
}

function above(cell: Cell, others: readonly Cell[]): number {
  const tops = others.filter((other) => sharesColumns(cell, other) && other.y < cell.y).map(({ y }) => y);
  return tops.length > 0 ? Math.max(...tops) : cell.y;
}

function below(cell: Cell, others: readonly Cell[]): number {
  const bottoms = others.filter((other) => sharesColumns(cell, other) && other.y >= cell.y + cell.h).map(({ y, h }) => y + h);
  return bottoms.length > 0 ? Math.min(...bottoms) : cell.y;
}

function sharesColumns(left: Cell, right: Cell): boolean {
  return left.x < right.x + right.w && right.x < left.x + left.w;
}

/** Where a panel stands, for people who hear it. */
export function spoken({ x, y, w, h }: Cell): string {
  return t('Column {column}, row {row}; {width} columns wide, {height} rows high.', {
    column: x + 1,
    row: y + 1,
    width: w,
    height: h,
  });
}
