/** Declarative: what everything that is pressed does: one action at a time, and it shows that it is at work. */
import { Primitive } from './primitive.ts';

/** Work that takes no longer than this is not shown, so that nothing flickers. Milliseconds. */
const PATIENCE = 150;

export abstract class PressablePrimitive<Name extends string> extends Primitive<Name> {
  protected busy = false;
  #running = false;

  /** Does the action unless one is still running. */
  protected async press(action: unknown): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    const timer = setTimeout(() => this.#show(true), PATIENCE);
    await this.act(action);
    clearTimeout(timer);
    this.#running = false;
    this.#show(false);
  }

  #show(busy: boolean): void {
    if (busy === this.busy) return;
    this.busy = busy;
    this.requestUpdate();
  }
}
