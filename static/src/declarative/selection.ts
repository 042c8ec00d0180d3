/** Declarative: which rows are chosen. The tree says it by an expression; until it does, the person's choice counts. */
import { sameJson } from './store.ts';

export class Selection {
  #chosen: unknown[] = [];
  #given: unknown;

  constructor(readonly several: boolean) {}

  get chosen(): readonly unknown[] {
    return this.#chosen;
  }

  /** What the tree says is chosen; when that is something new, it is. */
  follow(given: unknown): void {
    if (given === undefined || sameJson(given, this.#given)) return;
    this.#given = given;
    this.#chosen = Array.isArray(given) ? given : given === null || given === '' ? [] : [given];
  }

  has(key: unknown): boolean {
    return this.#chosen.some((chosen) => sameJson(chosen, key));
  }

  /** Chooses or gives back the keys; where only one can be chosen, the last one is. */
  set(keys: readonly unknown[], chosen: boolean): void {
    const others = this.#chosen.filter((other) => !keys.some((key) => sameJson(key, other)));
    this.#chosen = !chosen ? others : this.several ? [...others, ...keys] : keys.slice(-1);
    this.#given = this.value; // the tree will say the same, if it says anything
  }

  /** The key, or the list of keys where several can be chosen. */
  get value(): unknown {
    return this.several ? this.#chosen : (this.#chosen[0] ?? null);
  }
}
