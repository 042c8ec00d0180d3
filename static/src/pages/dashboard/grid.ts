/** Dashboard: the grid of panels, on gridstack: twelve columns, one where there is little room. */
import { GridStack } from 'gridstack';
import type { GridItemHTMLElement } from 'gridstack';
import type { Cell } from '../../panels/shapes.ts';
import type { Cells } from './arrangement.ts';
import { COLUMNS, NARROW, ROW_HEIGHT } from './sizes.ts';
import type { Size } from './sizes.ts';
import { shieldFrames } from './shield.ts';
import './grid.css';

export interface GridHooks {
  /** Somebody takes a panel by its header or edge; answers how small it may become. */
  began(id: string): Size;
  ended(id: string): void;
  /** One column, or twelve again. */
  narrowed(narrow: boolean): void;
}

export class PanelGrid {
  readonly #grid: GridStack;
  readonly #items = new Map<string, GridItemHTMLElement>();
  readonly #watcher: ResizeObserver;
  #narrow = false;

  constructor(
    readonly box: HTMLElement,
    readonly movable: boolean,
    readonly hooks: GridHooks,
  ) {
    this.#grid = GridStack.init(
      {
        auto: false,
        column: COLUMNS,
        cellHeight: ROW_HEIGHT,
        margin: 6,
        animate: false, // the first layout appears in its place
        handle: '.panel-header',
        draggable: { cancel: 'button, a, input, .menu', scroll: true },
        resizable: { handles: 'e,se,s,sw,w' },
        alwaysShowResizeHandle: true, // a frame below the mouse would not let it be known that one is near (grid.css)
        disableDrag: !movable,
        disableResize: !movable,
      },
      box,
    )!;
    const began = (event: Event, element: GridItemHTMLElement): void => {
      const { w, h } = hooks.began(idOf(element));
      // In time: what is read of it when the hand moves. A panel that is only moved keeps the size that it has.
      if (event.type === 'resizestart') Object.assign(element.gridstackNode!, { minW: w, minH: h });
    };
    const ended = (_: Event, element: GridItemHTMLElement): void => hooks.ended(idOf(element));
    this.#grid.on('dragstart', began);
    this.#grid.on('resizestart', began);
    this.#grid.on('dragstop', ended);
    this.#grid.on('resizestop', ended);
    if (movable) shieldFrames(box, '.panel-header, .ui-resizable-handle');
    this.#watcher = new ResizeObserver(([entry]) => this.#measure(entry!.contentRect.width));
    this.#watcher.observe(box);
  }

  get narrow(): boolean {
    return this.#narrow;
  }

  destroy(): void {
    this.#watcher.disconnect();
    this.#grid.destroy(false);
  }

  /** The panels that stand on the grid, with their places. */
  cells(): Cells {
    const nodes = this.#grid.engine.nodes;
    return Object.fromEntries(nodes.map((node) => [String(node.id), { x: node.x!, y: node.y!, w: node.w!, h: node.h! }]));
  }

  /** Pixels of one column, the gap beside it included. */
  get columnWidth(): number {
    return this.#grid.cellWidth();
  }

  /** Adds several panels at once, in the order in which one reads them. */
  add(panels: { id: string; content: HTMLElement; cell: Cell; smallest: Size }[]): void {
    const sorted = [...panels].sort((left, right) => left.cell.y - right.cell.y || left.cell.x - right.cell.x);
    this.#grid.batchUpdate();
    for (const { id, content, cell, smallest } of sorted) {
      const item = document.createElement('div') as GridItemHTMLElement;
      item.className = 'grid-stack-item';
      content.classList.add('grid-stack-item-content');
      item.append(content);
      this.box.append(item);
      this.#items.set(id, item);
      this.#grid.makeWidget(item, { id, ...cell, minW: smallest.w, minH: smallest.h });
    }
    this.#grid.batchUpdate(false);
    this.#sort();
    requestAnimationFrame(() => this.#grid.setAnimation(true));
  }

  remove(id: string): void {
    const item = this.#items.get(id);
    if (!item) return;
    this.#items.delete(id);
    this.#grid.removeWidget(item, true, false);
    this.#sort();
  }

  /** Puts the panels where they are to stand. */
  show(cells: Cells): void {
    const places = Object.entries(cells).filter(([id]) => this.#items.has(id));
    this.#grid.load(places.map(([id, cell]) => ({ id, ...cell })), false);
    this.#sort();
  }

  /** Moves or resizes one panel, as far as there is room; what stands in the way gives way. */
  place(id: string, cell: Cell): void {
    const item = this.#items.get(id);
    if (item) this.#grid.update(item, { ...cell });
  }

  /** How small a panel may become; one that is smaller grows. */
  limit(id: string, { w, h }: Size): void {
    const item = this.#items.get(id);
    const node = item?.gridstackNode;
    if (!item || !node || (node.minW === w && node.minH === h)) return;
    this.#grid.update(item, { minW: w, minH: h });
  }

  /** The order for people who cannot see the grid follows what is seen. Where a move would disturb it waits. */
  #sort(): void {
    const cells = this.cells();
    const ordered = [...this.#items].sort(([left], [right]) => {
      const [a, b] = [cells[left], cells[right]];
      return a && b ? a.y - b.y || a.x - b.x : 0;
    });
    ordered.forEach(([, item], index) => item.style.setProperty('order', String(index)));
    const box = this.box as HTMLElement & { moveBefore?: (node: Node, before: Node | null) => void };
    if (!box.moveBefore) return; // moving otherwise would lose the focus and what is typed
    ordered.forEach(([, item], index) => {
      if (box.children[index] !== item) box.moveBefore!(item, box.children[index] ?? null);
    });
  }

  #measure(width: number): void {
    const narrow = width > 0 && width < NARROW;
    if (narrow === this.#narrow) return;
    this.#narrow = narrow;
    this.box.toggleAttribute('data-narrow', narrow);
    if (this.movable) {
      this.#grid.enableMove(!narrow);
      this.#grid.enableResize(!narrow);
    }
    this.hooks.narrowed(narrow);
  }
}

function idOf(element: GridItemHTMLElement): string {
  return String(element.gridstackNode?.id ?? '');
}
