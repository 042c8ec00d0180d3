/** Chat: `<chat-text>`, Markdown that may still be growing. What is shown stays until its next state is ready. */
import { renderMarkdown } from '../declarative/markdown.ts';

/** Milliseconds between two states of a text that grows. */
const PACE = 80;

export class ChatText extends HTMLElement {
  #source = '';
  #shown: string | undefined;
  #isRendering = false;

  get source(): string {
    return this.#source;
  }

  set source(source: string) {
    if (source === this.#source && this.#shown !== undefined) return;
    this.#source = source;
    if (!this.#isRendering) void this.#render();
  }

  connectedCallback(): void {
    this.classList.add('prose');
  }

  async #render(): Promise<void> {
    this.#isRendering = true;
    if (this.#shown === undefined) this.textContent = this.#source; // until the parser is there
    while (this.#shown !== this.#source) {
      const source = this.#source;
      try {
        this.innerHTML = await renderMarkdown(source); // sanitized there
        // What scrolls sideways must be reachable by keyboard.
        for (const wide of this.querySelectorAll('pre, table')) wide.setAttribute('tabindex', '0');
      } catch {
        this.textContent = source; // the parser could not be loaded: the words themselves
      }
      this.#shown = source;
      // The wait comes after, so that a whole answer is there at once and a growing one is not rendered at each piece.
      if (this.#source === source) break;
      await new Promise((resolve) => setTimeout(resolve, PACE));
    }
    this.#isRendering = false;
    if (this.#shown !== this.#source) void this.#render();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'chat-text': ChatText;
  }
}
