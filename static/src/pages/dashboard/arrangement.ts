/** Dashboard: where the panels stand: what the server knows, what was moved here and is not saved yet. No DOM here. */
import type { Cell } from '../../panels/shapes.ts';

export type Cells = Record<string, Cell>;

export interface ArrangementHooks {
  save(layouts: Cells): Promise<void>;
  /** Put the panels where they stand now: somebody else moved them, or a move here was undone. */
  show(cells: Cells): void;
  /** A move here was undone, because of this. */
  undone(error: unknown): void;
}

/** Milliseconds without a further move until the moves are sent. */
const PAUSE = 400;

export class Arrangement {
  readonly #known = new Map<string, Cell>();
  readonly #own = new Map<string, Cell>();
  /** Panels that others moved while somebody here was moving: theirs count unless they were moved here, too. */
  readonly #others = new Set<string>();
  #held = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #saving: Promise<void> | undefined;

  constructor(
    readonly hooks: ArrangementHooks,
    readonly pause = PAUSE,
  ) {}

  /** Where everything is to stand: one's own moves over what the server knows. */
  cells(): Cells {
    return Object.fromEntries([...this.#known, ...this.#own]);
  }

  /** Whether moves wait to be saved. */
  get unsaved(): boolean {
    return this.#own.size > 0;
  }

  /** The server's word on one panel; what is being moved here stays where it is. */
  learn(id: string, cell: Cell): void {
    const before = this.#known.get(id);
    this.#known.set(id, cell);
    if (before && sameCell(before, cell)) return;
    if (this.#held) this.#others.add(id);
    else if (before && !this.#own.has(id)) this.hooks.show(this.cells());
  }

  forget(id: string): void {
    this.#known.delete(id);
    this.#own.delete(id);
    this.#others.delete(id);
  }

  /** A move begins: until `settle` or `giveUp` nobody else's moves are shown. */
  hold(): void {
    this.#held = true;
    this.#others.clear();
  }

  /** A move has ended with the panels here. `moved` is the panel in the hand, whose place counts in any case. */
  settle(cells: Cells, moved?: string): void {
    for (const [id, cell] of Object.entries(cells)) {
      const known = this.#known.get(id);
      if (!known || (this.#others.has(id) && id !== moved)) continue;
      if (sameCell(known, cell) && !this.#own.has(id)) continue;
      this.#own.set(id, cell);
    }
    this.#release();
    if (this.#own.size > 0) this.#saveLater(this.pause);
  }

  /** A move was called off: back to where everything stood. */
  giveUp(): void {
    this.#release();
    this.hooks.show(this.cells());
  }

  /** Sends what waits now; resolves when it is saved or undone. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#saving;
    if (this.#own.size > 0) await this.#save();
  }

  #release(): void {
    const missed = this.#held && this.#others.size > 0;
    this.#held = false;
    this.#others.clear();
    if (missed) this.hooks.show(this.cells());
  }

  #saveLater(delay: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.flush(), delay);
  }

  async #save(): Promise<void> {
    const sent = new Map(this.#own);
    const before = new Map(this.#known);
    this.#saving = this.hooks.save(Object.fromEntries(sent)).then(
      () => this.#saved(sent, before),
      (error: unknown) => this.#refused(error),
    );
    await this.#saving;
    this.#saving = undefined;
  }

  /** What was moved again meanwhile waits for its own turn; what others moved after it counts. */
  #saved(sent: Map<string, Cell>, before: Map<string, Cell>): void {
    let overtaken = false;
    for (const [id, cell] of sent) {
      const known = this.#known.get(id);
      if (known && known === before.get(id)) this.#known.set(id, cell);
      if (this.#own.get(id) !== cell) continue;
      this.#own.delete(id);
      overtaken ||= known !== undefined && known !== before.get(id) && !sameCell(known, cell);
    }
    if (overtaken && !this.#held) this.hooks.show(this.cells());
  }

  #refused(error: unknown): void {
    this.#own.clear();
    if (!this.#held) this.hooks.show(this.cells());
    this.hooks.undone(error);
  }
}

export function sameCell(left: Cell, right: Cell): boolean {
  return left.x === right.x && left.y === right.y && left.w === right.w && left.h === right.h;
}
