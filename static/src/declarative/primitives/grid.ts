/** Primitive `grid`: equal columns, fewer where there is no room. */
import type { PropertyValues } from 'lit';
import { Primitive, px, setStyle } from '../primitive.ts';
import { definePrimitive } from '../registry.ts';
import { isRecord } from '../tree.ts';

type Name = 'columns' | 'min_width' | 'gap' | 'padding' | 'children';

class GridElement extends Primitive<Name> {
  /** In the next frame: what changes its own size while it is told of one is told again and again. */
  readonly #sizes = new ResizeObserver(() => requestAnimationFrame(() => this.#fit()));

  override connectedCallback(): void {
    super.connectedCallback();
    this.#sizes.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#sizes.disconnect();
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    this.#fit();
  }

  protected override show(): unknown {
    gridStyle(this, this.number('columns', 2), this.number('min_width', 160), this.number('gap', 12));
    const padding = this.number('padding', 0);
    setStyle(this, 'padding', padding ? px(padding) : undefined);
    return this.nodes('children');
  }

  /** How many columns there is room for: a wide child takes no more of them. */
  #fit(): void {
    const children = this.node['children'];
    if (!Array.isArray(children) || !children.some((child) => isRecord(child) && child['span'] !== undefined)) return;
    const [columns, least, gap] = [this.number('columns', 2), this.number('min_width', 160), this.number('gap', 12)];
    const room = this.clientWidth - 2 * this.number('padding', 0);
    const fitting = Math.floor((room + gap) / (least + gap) + 0.01);
    setStyle(this, '--fit', String(Math.max(1, Math.min(Math.trunc(columns), fitting))));
  }
}

/** At most `columns` columns, none narrower than `minWidth` unless there is only one. */
export function gridStyle(element: HTMLElement, columns: number, minWidth: number, gap: number): void {
  setStyle(element, '--columns', String(Math.max(1, Math.trunc(columns))));
  setStyle(element, '--min-width', px(minWidth));
  setStyle(element, '--gap', px(gap));
}

definePrimitive({ type: 'grid', properties: ['columns', 'min_width', 'gap', 'padding', 'children'], element: GridElement });
