/** Dashboard: the measures of the grid. */

export const COLUMNS = 12;
/** The smallest panel, in cells. */
export const SMALLEST = { w: 2, h: 2 };
/** Pixels of one row, the gap below it included. */
export const ROW_HEIGHT = 84;
/** Below this width of the grid the panels stand one below the other. Pixels. */
export const NARROW = 640;
