/** Chat: the panel beside it in the page: a column where there is room, a sheet over the messages where there is not. */
import { html, nothing } from 'lit';
import type { LitElement, ReactiveController, TemplateResult } from 'lit';
import { styles } from '../declarative/styles.ts';
import { t } from '../i18n.ts';
import { showPushed } from '../sessions/pushed.ts';
import type { WidgetSession } from '../sessions/session.ts';
import '../sessions/side_panel.ts';
import { Companion } from './companion.ts';
import type { Talk } from './talk.ts';

/** What the list takes, what the messages need beside a panel, and the narrowest panel. CSS pixels. */
const LIST = 272;
const LEAST_ROOM = 400;
const LEAST_SIDE = 200;

type Part = TemplateResult | typeof nothing;

/** Shows the panel of the chat `host`, and opens the dialogs that are pushed into its conversation. */
export class Beside implements ReactiveController {
  readonly #companion: Companion;
  /** How wide the panel may be; too little for one: 0. */
  #room = 0;
  #pushedOf: WidgetSession | undefined;
  #leavePushed: (() => void) | undefined;

  constructor(
    private readonly host: LitElement,
    private readonly talk: Talk,
    person: string,
  ) {
    this.#companion = new Companion(storage(), person);
    host.addController(this);
  }

  hostConnected(): void {
    this.#companion.addEventListener('change', this.#redraw);
    this.#companion.start();
  }

  hostDisconnected(): void {
    this.#companion.removeEventListener('change', this.#redraw);
    this.#companion.stop();
    this.#leavePushed?.();
    this.#pushedOf = undefined;
  }

  hostUpdate(): void {
    this.#companion.look(this.talk.session, this.talk.app);
    if (this.#isShown) this.#companion.hasNews = false;
    this.#showPushed();
  }

  /** The width of a chat that shows its list beside the messages; 0 for one that does not. */
  measure(width: number): void {
    const room = width - LIST - LEAST_ROOM;
    this.#room = room >= LEAST_SIDE ? room : 0;
    this.host.requestUpdate();
  }

  column(): Part {
    return this.#isShown && this.#isBeside ? this.#panel() : nothing;
  }

  sheet(): Part {
    return this.#isShown && !this.#isBeside ? this.#panel() : nothing;
  }

  /** Opens the panel, and shuts the sheet; the column has a button of its own. */
  button(): Part {
    const { entries, hasNews } = this.#companion;
    const isShown = this.#isShown;
    if (entries.length === 0 || (isShown && this.#isBeside)) return nothing;
    const name = this.#name;
    const label = isShown ? t('Hide {name}', { name }) : hasNews ? t('Show {name} (new)', { name }) : t('Show {name}', { name });
    return html`<button type="button" class="icon-button chat-side-button" data-size="small" data-does="side" aria-expanded=${String(isShown)}
      aria-controls=${isShown ? 'chat-companion' : nothing} ?data-news=${hasNews && !isShown} aria-label=${label} title=${label} @click=${() => this.#set(!isShown)}>
      <wa-icon name=${isShown ? 'right_panel_close' : 'right_panel_open'} aria-hidden="true"></wa-icon>
    </button>`;
  }

  get #isBeside(): boolean {
    return this.#room > 0;
  }

  get #isShown(): boolean {
    const { entries, isOpen, covers } = this.#companion;
    return entries.length > 0 && (this.#isBeside ? isOpen : covers);
  }

  get #name(): string {
    const { entries } = this.#companion;
    return entries.length === 1 ? entries[0]!.title : t('Panels');
  }

  #panel(): TemplateResult {
    const { entries, selected, shown } = this.#companion;
    return html`<session-side
      id="chat-companion"
      role="complementary"
      aria-label=${this.#name}
      ?data-beside=${this.#isBeside}
      ${styles({ width: this.#isBeside ? `${Math.min(shown?.width ?? 0, this.#room)}px` : undefined })}
      .session=${this.talk.session}
      .entries=${entries}
      .selected=${selected}
      @side-select=${(event: CustomEvent<string>) => this.#companion.select(event.detail)}
      @side-close=${() => this.#set(false)}
      @keydown=${this.#onKey}
    ></session-side>`;
  }

  #set(open: boolean): void {
    const hadFocus = this.host.querySelector('session-side')?.contains(document.activeElement);
    this.#companion.set(open, this.#isBeside);
    const target = open ? 'session-side [role="tab"][aria-selected="true"], session-side .side-body:not([hidden])' : '[data-does="side"]';
    void this.host.updateComplete.then(() => (open || hadFocus) && this.host.querySelector<HTMLElement>(target)?.focus());
  }

  /** A sheet goes with Escape; what lies on top of it goes first. */
  readonly #onKey = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || this.#isBeside || event.defaultPrevented) return;
    event.stopPropagation();
    event.preventDefault();
    this.#set(false);
  };

  #showPushed(): void {
    const { session } = this.talk;
    if (!this.host.isConnected || session === this.#pushedOf) return;
    this.#leavePushed?.();
    this.#pushedOf = session;
    this.#leavePushed = showPushed(session);
  }

  readonly #redraw = (): void => this.host.requestUpdate();
}

function storage(): Storage | undefined {
  try {
    return localStorage;
  } catch {
    return undefined; // forbidden: whether the panel is open is not remembered
  }
}
