/** Chat: `<chat-provider>`, who answers; for the offline matcher also how to have a language model instead. */
import { LitElement, html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { t } from '../i18n.ts';
import { server } from './server.ts';
import type { Provider } from './shapes.ts';

let reading: Promise<Provider> | undefined;

export class ChatProvider extends LitElement {
  static override properties = { provider: { state: true }, isOpen: { state: true } };
  declare private provider: Provider | undefined;
  declare private isOpen: boolean;

  constructor() {
    super();
    this.isOpen = false;
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#load();
    document.addEventListener('click', this.#onClick);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener('click', this.#onClick);
  }

  async #load(): Promise<void> {
    try {
      this.provider = await (reading ??= server.provider());
    } catch {
      reading = undefined; // who answers is not worth a message
    }
  }

  protected override render(): TemplateResult | typeof nothing {
    if (!this.provider) return nothing;
    const { label, offline } = this.provider;
    const name = offline ? t('Offline matcher') : label;
    return html`<div class="menu-anchor" @keydown=${this.#onKey}>
      <button type="button" class="badge chat-provider" data-tone=${offline ? 'warning' : 'neutral'} aria-expanded=${String(this.isOpen)}
        aria-controls="chat-provider-note" title=${t('Who answers')} @click=${() => (this.isOpen = !this.isOpen)}>
        <wa-icon name=${offline ? 'cloud_off' : 'smart_toy'} aria-hidden="true"></wa-icon><span class="truncate">${name}</span>
      </button>
      <div class="chat-provider-note" id="chat-provider-note" role="group" aria-label=${t('Who answers')} ?hidden=${!this.isOpen}>
        ${offline ? offlineNote() : html`<p>${t('Answers are written by the language model “{label}”.', { label })}</p>`}
      </div>
    </div>`;
  }

  readonly #onKey = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || !this.isOpen) return;
    event.stopPropagation();
    this.isOpen = false;
    this.querySelector('button')?.focus();
  };

  readonly #onClick = (event: MouseEvent): void => {
    if (!this.contains(event.target as Node)) this.isOpen = false;
  };
}

function offlineNote(): TemplateResult {
  return html`<p>
      ${t('No language model is set up. Your words are compared with the examples of the widgets on the screen; nothing leaves this server.')}
    </p>
    <p>${t('To have a model answer, the operator sets these in the server’s environment and starts it again:')}</p>
    <ul>
      <li><code>LLM_BASE_URL</code> ${t('any OpenAI-compatible address')}</li>
      <li><code>LLM_MODEL</code> ${t('the model’s name')}</li>
      <li><code>LLM_API_KEY</code> ${t('where the address asks for one')}</li>
    </ul>`;
}
