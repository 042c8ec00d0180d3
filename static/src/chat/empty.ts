/** Chat: `<chat-empty>`, the beginning of a conversation: what one could say. Event `suggest` with the words. */
import { LitElement, html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { t } from '../i18n.ts';
import { screen } from '../panels/screen.ts';
import { examplesOf, knownWidgets } from './commands.ts';
import type { Example } from './commands.ts';

const MOST = 6;

export class ChatEmpty extends LitElement {
  static override properties = { examples: { state: true } };
  /** Undefined while they are read. */
  declare private examples: Example[] | undefined;

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#load();
  }

  async #load(): Promise<void> {
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
