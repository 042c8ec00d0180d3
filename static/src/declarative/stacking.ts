/** Declarative: the placement words of rows and columns, as the style sheet calls them. */
import { px, setStyle } from './primitive.ts';

const PLACEMENTS: Record<string, string> = {
  start: 'flex-start',
  center: 'center',
  end: 'flex-end',
  stretch: 'stretch',
  baseline: 'baseline',
  between: 'space-between',
  around: 'space-around',
  evenly: 'space-evenly',
};

export interface Stack {
  gap: number;
  padding: number;
  align: string;
  justify: string;
}

/** Lays a flex container out. Words that are none of the catalog's are left to the style sheet. */
export function stackStyle(element: HTMLElement, { gap, padding, align, justify }: Stack): void {
  setStyle(element, 'gap', px(gap));
  setStyle(element, 'padding', padding ? px(padding) : undefined);
  setStyle(element, 'align-items', PLACEMENTS[align]);
  setStyle(element, 'justify-content', PLACEMENTS[justify]);
}
