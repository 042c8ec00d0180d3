/** Chat: `<chat-empty>`, the beginning of a conversation: what one could say. Event `suggest` with the words. */
import { LitElement, html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { t } from '../i18n.ts';
import { follow } from '../panels/feed.ts';
import { screen } from '../panels/screen.ts';
import { examplesOf, forgetWidgets, knownWidgets } from './commands.ts';
import type { Example } from './commands.ts';

const MOST = 6;
/** Milliseconds between two looks at what is on the screen. */
const LOOK = 1_000;

export class ChatEmpty extends LitElement {
  static override properties = { examples: { state: true } };
  /** Undefined while they are read. */
  declare private examples: Example[] | undefined;
  #onScreen = '';
  #looking: ReturnType<typeof setInterval> | undefined;
  #leave: (() => void)[] = [];

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#looking = setInterval(() => this.#look(), LOOK);
    const { signedIn = '', tenant = '' } = document.body.dataset;
    const event = ({ event }: { event: string }): void => {
      if (event.startsWith('widget.')) this.#refresh();
    };
    this.#leave = [`user:${signedIn}`, `tenant:${tenant}`].map((stream) => follow(stream, { event }));
    void this.#load();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#looking);
    this.#leave.forEach((leave) => leave());
  }

  /** A widget was installed, switched or placed: the chat knows it at once, and so do the suggestions. */
  #refresh(): void {
    forgetWidgets();
    void this.#load();
  }

  #look(): void {
    if (JSON.stringify(screen.visiblePanelIds()) !== this.#onScreen) this.#refresh();
  }

  async #load(): Promise<void> {
    this.#onScreen = JSON.stringify(screen.visiblePanelIds());
    try {
      const { speakers } = await knownWidgets();
      const mayWrite = document.body.dataset['role'] !== 'viewer';
      this.examples = examplesOf(speakers, MOST, mayWrite, screen.visiblePanelIds());
    } catch {
      this.examples = []; // one can write without suggestions
    }
  }

  protected override render(): TemplateResult {
    return html`<div class="chat-empty">
      <span class="tile" data-tone="accent" aria-hidden="true"><wa-icon name="forum"></wa-icon></span>
      <h2>${t('What would you like to do?')}</h2>
      <p>${t('Tell a widget on your dashboards what to do, or ask what it knows.')}</p>
      ${this.#suggestions()}
    </div>`;
  }

  #suggestions(): TemplateResult | typeof nothing {
    if (!this.examples) {
      return html`<div class="chat-suggestions" role="status" aria-label=${t('Loading')}>
        <span class="skeleton"></span><span class="skeleton"></span><span class="skeleton"></span>
      </div>`;
    }
    if (this.examples.length === 0) {
      return html`<a class="button" href="/widgets/"><wa-icon name="extension" aria-hidden="true"></wa-icon>${t('Install or place a widget')}</a>`;
    }
    return html`<ul class="chat-suggestions" aria-label=${t('Suggestions')}>
      ${this.examples.map(
        ({ text, widget }) => html`<li>
          <button type="button" @click=${() => this.#suggest(text)}>
            <span class="chat-suggestion">${text}</span><span class="caption truncate">${widget}</span>
          </button>
        </li>`,
      )}
    </ul>`;
  }

  #suggest(text: string): void {
    this.dispatchEvent(new CustomEvent('suggest', { bubbles: true, detail: text }));
  }
}
