/** Declarative: what everything that is pressed does: one action at a time, and it shows that it is at work. */
import type { Outcome } from './actions.ts';
import { Primitive } from './primitive.ts';

/** Work that takes no longer than this is not shown, so that nothing flickers. Milliseconds. */
const PATIENCE = 150;

export abstract class PressablePrimitive<Name extends string> extends Primitive<Name> {
  protected busy = false;
  #running = false;

  /** Does the action unless one is still running. */
  protected async press(action: unknown): Promise<void> {
    await this.pressAs(action, this.node.id ?? this.node.type);
  }

  /** The same under another name, with its outcome; undefined when there is no action, or one is still running. */
  protected async pressAs(action: unknown, actionId: string): Promise<Outcome | undefined> {
    if (this.#running) return undefined;
    this.#running = true;
    const timer = setTimeout(() => this.#show(true), PATIENCE);
    const outcome = await this.actAs(action, actionId, this.scope);
    clearTimeout(timer);
    this.#running = false;
    this.#show(false);
    return outcome;
  }

  #show(busy: boolean): void {
    if (busy === this.busy) return;
    this.busy = busy;
    this.requestUpdate();
  }
}
