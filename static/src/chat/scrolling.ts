/** Chat: keeps the reader's place. At the bottom the log follows what comes; elsewhere what is read stays where it is. */

/** Pixels from the bottom that still count as being there. */
const NEAR = 32;

export class Scrolling {
  /** At the bottom, so that new messages are followed. */
  isPinned = true;
  #anchor: { element: Element; top: number } | undefined;
  #lastTop = 0;
  readonly #observer: ResizeObserver;
  readonly #moved: () => void;

  /** `moved` is called when the reader scrolls. */
  constructor(
    private readonly scroller: HTMLElement,
    private readonly content: HTMLElement,
    moved: () => void,
  ) {
    this.#observer = new ResizeObserver(() => this.keep());
    this.#observer.observe(content);
    this.#observer.observe(scroller);
    this.#moved = () => {
      this.#note();
      moved();
    };
    scroller.addEventListener('scroll', this.#moved, { passive: true });
  }

  end(): void {
    this.#observer.disconnect();
    this.scroller.removeEventListener('scroll', this.#moved);
  }

  toBottom(): void {
    this.isPinned = true;
    this.keep();
  }

  /** Something opens where the reader is. */
  stay(): void {
    this.isPinned = false;
    this.#noteAnchor();
  }

  /** After anything changed its height: follows, or puts what was read back where it was. */
  keep(): void {
    const { scroller } = this;
    if (this.isPinned) {
      scroller.scrollTop = scroller.scrollHeight;
    } else if (this.#anchor?.element.isConnected) {
      scroller.scrollTop += this.#anchor.element.getBoundingClientRect().top - this.#anchor.top;
    }
    this.#lastTop = scroller.scrollTop;
    this.#noteAnchor();
  }

  get distanceToTop(): number {
    return this.scroller.scrollTop;
  }

  #note(): void {
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    const distance = scrollHeight - clientHeight - scrollTop;
    // Going up by a little is meant, even while the log would still count as being at its end.
    if (distance <= NEAR && (scrollTop >= this.#lastTop || distance < 2)) this.isPinned = true;
    else if (scrollTop < this.#lastTop) this.isPinned = false;
    this.#lastTop = scrollTop;
    this.#noteAnchor();
  }

  /** The first message that is at least partly in view. */
  #noteAnchor(): void {
    const top = this.scroller.getBoundingClientRect().top;
    const element = [...this.content.querySelectorAll('chat-message')].find((one) => one.getBoundingClientRect().bottom > top);
    this.#anchor = element && { element, top: element.getBoundingClientRect().top };
  }
}
