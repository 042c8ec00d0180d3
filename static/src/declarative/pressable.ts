/** Declarative: what everything that is pressed does: one action at a time, and it shows that it is at work. */
import type { Outcome } from './actions.ts';
import { Primitive } from './primitive.ts';
import { isAction } from './tree.ts';

/** Work that takes no longer than this is not shown, so that nothing flickers. Milliseconds. */
const PATIENCE = 150;

export abstract class PressablePrimitive<Name extends string> extends Primitive<Name> {
  /** What is being pressed, and what of it has taken so long that it is shown: by key, empty where there is only one. */
  readonly #running = new Set<string>();
  readonly #shown = new Set<string>();

  protected get busy(): boolean {
    return this.isBusy('');
  }

  protected isBusy(key: string): boolean {
    return this.#shown.has(key);
  }

  /** Does the action unless it is still running; where there are several to press, each has a key and a scope. */
  protected async press(action: unknown, key = '', scope = this.scope): Promise<void> {
    await this.pressAs(action, this.node.id ?? this.node.type, key, scope);
  }

  /** The same under another name, with its outcome; undefined when there is no action, or one is still running. */
  protected async pressAs(action: unknown, actionId: string, key = '', scope = this.scope): Promise<Outcome | undefined> {
    if (isAction(action) && action.action === 'set_state') return this.actAs(action, actionId, scope); // seen at once: every press counts
    if (this.#running.has(key)) return undefined;
    this.#running.add(key);
    const timer = setTimeout(() => this.#show(key, true), PATIENCE);
    const outcome = await this.actAs(action, actionId, scope);
    clearTimeout(timer);
    this.#running.delete(key);
    this.#show(key, false);
    return outcome;
  }

  #show(key: string, busy: boolean): void {
    if (busy === this.#shown.has(key)) return;
    if (busy) this.#shown.add(key);
    else this.#shown.delete(key);
    this.requestUpdate();
  }
}
