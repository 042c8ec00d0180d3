/** Dashboard: what a widget wants in pixels: the cells that hold it. No DOM here. */
import type { Cell } from '../../panels/shapes.ts';
import { CHROME, COLUMNS, HIGHEST, ROW_HEIGHT } from './sizes.ts';
import type { Size } from './sizes.ts';

/** Pixels that a widget would like to have. */
export interface Wish {
  width?: number;
  height?: number;
}

/** The columns and rows in which the wish fits, as far as there can be so many; none for what is not asked for. */
export function holding({ width, height }: Wish, columnWidth: number): Size {
  return {
    w: Math.min(COLUMNS, cellsFor(width, CHROME.width, columnWidth)),
    h: Math.min(HIGHEST, cellsFor(height, CHROME.height, ROW_HEIGHT)),
  };
}

/** The cell in which the wish fits, as far as there can be so much; never a smaller one than it has. */
export function grown(cell: Cell, wish: Wish, columnWidth: number): Cell {
  const { w, h } = atLeast(cell, holding(wish, columnWidth));
  return { x: Math.min(cell.x, COLUMNS - w), y: cell.y, w, h };
}

/** The larger of both, each way. */
export function atLeast(one: Size, other: Size): Size {
  return { w: Math.max(one.w, other.w), h: Math.max(one.h, other.h) };
}

function cellsFor(pixels: number | undefined, chrome: number, unit: number): number {
  const isSize = typeof pixels === 'number' && Number.isFinite(pixels) && pixels > 0;
  return isSize && unit > 0 ? Math.ceil((pixels + chrome) / unit) : 0;
}

export function isSameSize(left: Size, right: Size): boolean {
  return left.w === right.w && left.h === right.h;
}
