/** Shell: the command palette (Ctrl/Cmd-K) over pages and whatever else registers a source. */
import { t } from '../i18n.ts';
import { openDialog } from './dialogs.ts';

export interface PaletteEntry {
  label: string;
  icon: string;
  /** What kind of thing it is, at the right. */
  hint?: string;
  url?: string;
  run?: () => void;
}

/** Entries for a query (already trimmed; empty at first). Slow sources see their signal abort when the query changes. */
export type PaletteSource = (query: string, signal: AbortSignal) => PaletteEntry[] | Promise<PaletteEntry[]>;

const MOST_ENTRIES = 50;
const sources = new Set<PaletteSource>([pages]);

/** Adds a source; returns a function that removes it. */
export function addPaletteSource(source: PaletteSource): () => void {
  sources.add(source);
  return () => sources.delete(source);
}

function pages(query: string): PaletteEntry[] {
  return [...document.querySelectorAll<HTMLAnchorElement>('.rail-link[href]')]
    .map((link) => ({
      label: link.textContent?.trim() ?? '',
      icon: link.dataset['icon'] ?? 'arrow_forward',
      hint: t('Page'),
      url: link.href,
    }))
    .filter(({ label }) => matches(label, query));
}

/** Every word of the query occurs in the text. */
export function matches(text: string, query: string): boolean {
  const lowered = text.toLowerCase();
  return query.toLowerCase().split(/\s+/).every((word) => lowered.includes(word));
}

/** The open palette: an input that keeps the focus, and a list in which the arrows choose. */
class Palette {
  readonly #input = document.createElement('input');
  readonly #list: HTMLElement;
  readonly #close: () => void;
  #entries: PaletteEntry[] = [];
  #at = 0;
  #search = new AbortController();

  constructor() {
    const { dialog, body, header, close } = openDialog({ title: t('Search') });
    this.#close = close;
    dialog.classList.add('palette');
    header.classList.add('visually-hidden');
    body.className = 'palette-results';
    this.#list = body;
    this.#setUpInput();
    const field = document.createElement('div');
    field.className = 'search-field';
    const icon = document.createElement('wa-icon');
    icon.setAttribute('name', 'search');
    field.append(icon, this.#input);
    dialog.insertBefore(field, body);
    this.#input.focus();
    void this.#update();
  }

  #setUpInput(): void {
    this.#input.className = 'palette-input';
    this.#input.placeholder = t('Go to a page, a widget or a command');
    this.#input.setAttribute('role', 'combobox');
    this.#input.setAttribute('aria-label', t('Search'));
    this.#input.setAttribute('aria-expanded', 'true');
    this.#input.setAttribute('aria-controls', 'palette-results');
    this.#list.id = 'palette-results';
    this.#list.setAttribute('role', 'listbox');
    this.#list.setAttribute('aria-label', t('Results'));
    this.#input.addEventListener('input', () => void this.#update());
    this.#input.addEventListener('keydown', (event) => this.#onKey(event));
  }

  /** Shows what each source has as soon as it has it; one that fails leaves what the others have. */
  async #update(): Promise<void> {
    this.#search.abort();
    const { signal } = (this.#search = new AbortController());
    const query = this.#input.value.trim();
    const found: PaletteEntry[][] = [];
    const show = (done: boolean): void => {
      if (!signal.aborted) this.#show(ranked(found.flat(), query).slice(0, MOST_ENTRIES), done);
    };
    this.#entries = []; // what was found for other words cannot be chosen any more, but is seen until something new is
    const asked = [...sources].map(async (source, index) => {
      found[index] = await source(query, signal);
      show(false);
    });
    await Promise.allSettled(asked);
    show(true);
  }

  /** What the arrows have chosen stays chosen while more arrives. */
  #show(entries: PaletteEntry[], done: boolean): void {
    if (entries.length === 0 && !done) return;
    const chosen = this.#at > 0 ? this.#entries[this.#at] : undefined;
    this.#entries = entries;
    this.#at = Math.max(0, entries.findIndex((entry) => chosen !== undefined && keyOf(entry) === keyOf(chosen)));
    this.#list.replaceChildren(...entries.map((entry, index) => this.#option(entry, index)));
    if (entries.length === 0) this.#list.append(emptyNote());
    this.#mark();
  }

  #option(entry: PaletteEntry, index: number): HTMLElement {
    const option = document.createElement('div');
    option.id = `palette-${index}`;
    option.setAttribute('role', 'option');
    const icon = document.createElement('wa-icon');
    icon.setAttribute('name', entry.icon);
    const label = document.createElement('span');
    label.className = 'truncate';
    label.textContent = entry.label;
    option.append(icon, label);
    if (entry.hint) option.append(Object.assign(document.createElement('span'), { className: 'palette-hint', textContent: entry.hint }));
    option.addEventListener('click', () => this.#choose(index));
    return option;
  }

  #mark(): void {
    [...this.#list.children].forEach((option, index) => option.setAttribute('aria-selected', String(index === this.#at)));
    const chosen = this.#list.children[this.#at];
    chosen?.scrollIntoView({ block: 'nearest' });
    if (this.#entries.length > 0) this.#input.setAttribute('aria-activedescendant', `palette-${this.#at}`);
    else this.#input.removeAttribute('aria-activedescendant');
  }

  #onKey(event: KeyboardEvent): void {
    const count = this.#entries.length;
    if (event.key === 'Enter') {
      event.preventDefault();
      this.#choose(this.#at);
    } else if (count > 0 && (event.key === 'ArrowDown' || event.key === 'ArrowUp')) {
      event.preventDefault();
      this.#at = (this.#at + (event.key === 'ArrowDown' ? 1 : -1) + count) % count;
      this.#mark();
    }
  }

  #choose(index: number): void {
    const entry = this.#entries[index];
    if (!entry) return;
    this.#close();
    entry.run?.();
    if (entry.url) location.assign(entry.url);
  }
}

function emptyNote(): HTMLElement {
  return Object.assign(document.createElement('div'), { className: 'empty', textContent: t('Nothing found.') });
}

const keyOf = ({ label, hint = '' }: PaletteEntry): string => `${label}\u0000${hint}`;

/** Each thing once; what begins with the query first, then what has a word that does, else in the order of the sources. */
export function ranked(entries: PaletteEntry[], query: string): PaletteEntry[] {
  const unique = [...new Map(entries.toReversed().map((entry) => [keyOf(entry), entry])).values()].reverse();
  const wanted = query.toLowerCase();
  const rank = ({ label }: PaletteEntry): number => {
    const text = label.toLowerCase();
    return text.startsWith(wanted) ? 0 : text.includes(` ${wanted}`) ? 1 : 2;
  };
  return unique.toSorted((one, other) => rank(one) - rank(other));
}

/** Opens on Ctrl/Cmd-K and on a click on `[data-palette]`. */
export function startPalette(): void {
  const open = (): void => {
    if (!document.querySelector('dialog.palette')) new Palette();
  };
  document.addEventListener('keydown', (event) => {
    if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    event.preventDefault();
    open();
  });
  document.addEventListener('click', (event) => (event.target as Element).closest('[data-palette]') && open());
}
