/** Dashboard: the measures of the grid. */

export const COLUMNS = 12;

/** Columns and rows. */
export interface Size {
  w: number;
  h: number;
}

/** The smallest panel, in cells. */
export const SMALLEST: Size = { w: 2, h: 2 };
/** Pixels of one row, the gap below it included. */
export const ROW_HEIGHT = 84;
/** Below this width of the grid the panels stand one below the other. Pixels. */
export const NARROW = 640;
/** Pixels of a panel's place that are not for what it shows: the gaps and borders, and above it the header. */
export const CHROME = { width: 14, height: 56 };
/** As high as a widget can make its own panel, in rows. */
export const HIGHEST = 12;
