/** Dashboard: how large panels are: as hands and the keyboard make them, and as widgets with scripts like to be. */
import type { Cell, Instance } from '../../panels/shapes.ts';
import type { Arrangement } from './arrangement.ts';
import type { DashboardPanel } from './frame.ts';
import { atLeast, grown, holding, isSameSize } from './growing.ts';
import type { Wish } from './growing.ts';
import type { PanelGrid } from './grid.ts';
import { SMALLEST } from './sizes.ts';
import type { Size } from './sizes.ts';

/** The size below which a panel is not shown, in cells as wide as they are on a usual screen. */
export function smallestOf({ min_size: [w, h] = [0, 0] }: Instance): Size {
  return atLeast(SMALLEST, { w, h });
}

export class PanelSizes {
  /** The panel that is being moved or resized by mouse or finger. */
  inHand = '';
  #before: Cell | undefined;
  /** Panels whose size was chosen on this device: their widgets do not change it any more. */
  readonly #chosen = new Set<string>(readChosen());

  constructor(
    readonly grid: PanelGrid,
    readonly places: Arrangement,
  ) {}

  /** A move or a resize begins. */
  hold(id: string): void {
    this.#before = this.grid.cells()[id];
    this.places.hold();
  }

  /** It has ended, and counts. */
  settle(frame: DashboardPanel): void {
    const { id } = frame.instance;
    const cells = this.grid.cells();
    const now = cells[id];
    if (now && this.#before && !isSameSize(now, this.#before)) this.#keep(id);
    this.places.settle(cells, id);
    this.grid.limit(id, smallestOf(frame.instance));
  }

  #keep(id: string): void {
    this.#chosen.delete(id); // the newest last
    this.#chosen.add(id);
    writeChosen([...this.#chosen]);
  }

  /** How small a hand may make a panel: a widget says that in pixels, and columns are as wide as the window lets them. */
  smallest({ instance, panel }: DashboardPanel): Size {
    const pixels = panel.view?.panel.sandbox?.min_size ?? {};
    return atLeast(smallestOf(instance), holding(pixels, this.grid.columnWidth));
  }

  /** Grows a panel to hold what its widget wishes; false where nothing changes. */
  give(frame: DashboardPanel, wish: Wish): boolean {
    const { id } = frame.instance;
    const cell = this.grid.cells()[id];
    if (!cell || !frame.movable || frame.moving || this.inHand || this.#chosen.has(id)) return false;
    const wanted = grown(cell, wish, this.grid.columnWidth);
    if (isSameSize(cell, wanted)) return false;
    this.places.hold();
    this.grid.place(id, wanted);
    this.places.settle(this.grid.cells(), id);
    return true;
  }

  /** One that was just placed gets the pixels that its widget prefers: the server knows only usual columns. */
  prefer(frame: DashboardPanel): void {
    const { panel, instance } = frame;
    if (!instance.sandbox && !instance.plugin) return;
    const stop = panel.watch({
      changed: () => {
        if (panel.state === 'loading') return;
        stop();
        const size = panel.view?.panel.sandbox?.preferred_size;
        if (size && frame.isConnected) this.give(frame, size);
      },
    });
  }
}

const KEY = 'sized-panels';
const MOST_KEPT = 200;

function readChosen(): string[] {
  try {
    const ids: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return Array.isArray(ids) ? ids.map(String) : [];
  } catch {
    return []; // storage may be forbidden, or hold what is no list
  }
}

function writeChosen(ids: string[]): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(ids.slice(-MOST_KEPT)));
  } catch {
    // it holds until the page is left
  }
}
