/** Dashboard: a widget asks for room: the cells that hold it. No DOM here. */
import type { Cell } from '../../panels/shapes.ts';
import { CHROME, COLUMNS, HIGHEST, ROW_HEIGHT } from './sizes.ts';

/** Pixels that a widget would like to have. */
export interface Wish {
  width?: number;
  height?: number;
}

/** The cell in which the wish fits, as far as there can be so much; never a smaller one than it has. */
export function grown(cell: Cell, { width, height }: Wish, columnWidth: number): Cell {
  const w = Math.max(cell.w, Math.min(COLUMNS, cellsFor(width, CHROME.width, columnWidth)));
  const h = Math.max(cell.h, Math.min(HIGHEST, cellsFor(height, CHROME.height, ROW_HEIGHT)));
  return { x: Math.min(cell.x, COLUMNS - w), y: cell.y, w, h };
}

function cellsFor(pixels: number | undefined, chrome: number, unit: number): number {
  return typeof pixels === 'number' && Number.isFinite(pixels) && pixels > 0 && unit > 0 ? Math.ceil((pixels + chrome) / unit) : 0;
}

export function isSameSize(left: Cell, right: Cell): boolean {
  return left.w === right.w && left.h === right.h;
}
