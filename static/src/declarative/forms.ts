/** Declarative: forms. Values live in the store; here is which inputs a form has and whether all of them are valid. */
import type { Path, WidgetStore } from './store.ts';

/** One input, as its form knows it. */
export interface Field {
  name: string;
  /** The value it starts with, and goes back to. */
  initial(): unknown;
  /** What is wrong with the value now; undefined if nothing is. */
  fault(): string | undefined;
  /** Show the fault, and take the focus if asked. */
  reveal(focus: boolean): void;
  /** Show what the server has against the value. */
  refuse?(message: string): void;
  /** Nobody has been there yet: nothing is shown as wrong. */
  reset?(): void;
  /** Whether people come to this one before the other. */
  precedes?(other: Field): boolean;
}

export class Forms {
  readonly #fields = new Map<string, Set<Field>>();
  /** The fields with something wrong, so that a change of one does not ask all of them again. */
  readonly #faulty = new Map<string, Set<Field>>();

  constructor(readonly store: WidgetStore) {}

  /** Adds an input, and sets its value where the form has none yet. Returns a function that removes it. */
  join(formId: string, field: Field): () => void {
    let fields = this.#fields.get(formId);
    if (!fields) this.#fields.set(formId, (fields = new Set()));
    fields.add(field);
    const path = valuePath(formId, field.name);
    if (this.store.get(path) === undefined) this.store.set(path, field.initial());
    this.check(formId, [field]);
    return () => {
      fields.delete(field);
      this.check(formId, [field]);
    };
  }

  /** The first value that an input has of its own. */
  initialOf(formId: string, name: string): unknown {
    return [...(this.#fields.get(formId) ?? [])].find((field) => field.name === name)?.initial();
  }

  /** Recomputes `form.valid`, asking only the fields that may have changed: all of them, when none are named. */
  check(formId: string, changed: Iterable<Field> = this.#fields.get(formId) ?? []): void {
    const fields = this.#fields.get(formId);
    let faulty = this.#faulty.get(formId);
    if (!faulty) this.#faulty.set(formId, (faulty = new Set()));
    for (const field of changed) {
      if (fields?.has(field) && field.fault() !== undefined) faulty.add(field);
      else faulty.delete(field);
    }
    this.store.set(['forms', formId, 'valid'], faulty.size === 0);
  }

  /** Shows every fault and puts the focus on the first; true if there is none. */
  reveal(formId: string): boolean {
    const faulty = this.#ordered(formId).filter((field) => field.fault() !== undefined);
    faulty.forEach((field, index) => field.reveal(index === 0));
    return faulty.length === 0;
  }

  /** Shows what the server has against the values of inputs, by name, and puts the focus on the first of them. */
  refuse(formId: string, faults: ReadonlyMap<string, string>): void {
    const refused = this.#ordered(formId).filter(({ name }) => faults.has(name));
    for (const field of refused) field.refuse?.(faults.get(field.name)!);
    refused[0]?.reveal(true);
  }

  /** The fields as people come to them; they join in the order in which they were made. */
  #ordered(formId: string): Field[] {
    return [...(this.#fields.get(formId) ?? [])].sort((one, other) => (one.precedes?.(other) ? -1 : other.precedes?.(one) ? 1 : 0));
  }

  /** Puts the first values back: the given ones, else each input's own. */
  reset(formId: string, values: Record<string, unknown>): void {
    const fields = [...(this.#fields.get(formId) ?? [])];
    const own = fields.map((field) => [field.name, field.initial()]);
    this.store.set(['forms', formId, 'values'], { ...Object.fromEntries(own), ...values });
    for (const field of fields) field.reset?.();
    this.check(formId);
  }
}

export function valuePath(formId: string, name: string): Path {
  return ['forms', formId, 'values', name];
}
