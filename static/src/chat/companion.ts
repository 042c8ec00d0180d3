/** Chat: the panel beside it: what it holds, which of it is shown, and whether it is open. Event: `change`. No DOM here. */
import { apps } from '../sessions/apps.ts';
import type { WidgetSession } from '../sessions/session.ts';
import { sideEntries } from '../sessions/side.ts';
import type { SideEntry } from '../sessions/side.ts';

type Store = Pick<Storage, 'getItem' | 'setItem'>;

export class Companion extends EventTarget {
  entries: readonly SideEntry[] = [];
  selected = '';
  /** Open beside the messages, where there is room; remembered on this device. */
  isOpen: boolean;
  /** Open over the messages, where there is not. */
  covers = false;
  /** Something was pushed while the panel was shut. */
  hasNews = false;
  #leave: (() => void) | undefined;
  /** The session of the last look, once it was there: what came later was pushed. */
  #seen: WidgetSession | undefined;

  constructor(
    private readonly store: Store | undefined,
    private readonly person: string,
  ) {
    super();
    this.isOpen = this.#read('open') !== 'no';
  }

  start(): void {
    this.#leave ??= apps.watch(() => this.dispatchEvent(new Event('change')));
  }

  stop(): void {
    this.#leave?.();
    this.#leave = undefined;
  }

  /** Looks at what there is now; what was pushed since the last look is shown. `only` is the conversation's app. */
  look(session: WidgetSession, only: string | null): void {
    const known = session === this.#seen ? new Set(this.entries.map(({ key }) => key)) : undefined;
    this.#seen = session.state === 'loading' ? undefined : session;
    this.entries = sideEntries(apps.items, session, only);
    const pushed = known && this.entries.findLast(({ key, mounted }) => mounted && !known.has(key));
    if (pushed) {
      this.selected = pushed.key;
      this.hasNews = true;
    }
    if (!this.entries.some(({ key }) => key === this.selected)) {
      const remembered = this.#read('entry');
      this.selected = (this.entries.find(({ key }) => key === remembered) ?? this.entries[0])?.key ?? '';
    }
  }

  get shown(): SideEntry | undefined {
    return this.entries.find(({ key }) => key === this.selected);
  }

  select(key: string): void {
    this.selected = key;
    this.#write('entry', key);
    this.#changed();
  }

  /** Opens or shuts it: beside the messages, or over them. */
  set(open: boolean, beside: boolean): void {
    if (beside) {
      this.isOpen = open;
      this.#write('open', open ? 'yes' : 'no');
    } else {
      this.covers = open;
    }
    this.#changed();
  }

  #changed(): void {
    this.dispatchEvent(new Event('change'));
  }

  #read(name: string): string | null {
    try {
      return this.store?.getItem(`chat:side:${name}:${this.person}`) ?? null;
    } catch {
      return null;
    }
  }

  #write(name: string, value: string): void {
    try {
      this.store?.setItem(`chat:side:${name}:${this.person}`, value);
    } catch {
      // full or forbidden: it holds as long as the page
    }
  }
}
