/** Primitive `grid`: equal columns, fewer where there is no room. */
import { Primitive, px, setStyle } from '../primitive.ts';
import { definePrimitive } from '../registry.ts';

type Name = 'columns' | 'min_width' | 'gap' | 'padding' | 'children';

class GridElement extends Primitive<Name> {
  protected override show(): unknown {
    gridStyle(this, this.number('columns', 2), this.number('min_width', 160), this.number('gap', 12));
    const padding = this.number('padding', 0);
    setStyle(this, 'padding', padding ? px(padding) : undefined);
    return this.nodes('children');
  }
}

/** At most `columns` columns, none narrower than `minWidth` unless there is only one. */
export function gridStyle(element: HTMLElement, columns: number, minWidth: number, gap: number): void {
  setStyle(element, '--columns', String(Math.max(1, Math.trunc(columns))));
  setStyle(element, '--min-width', px(minWidth));
  setStyle(element, '--gap', px(gap));
}

definePrimitive({ type: 'grid', properties: ['columns', 'min_width', 'gap', 'padding', 'children'], element: GridElement });
