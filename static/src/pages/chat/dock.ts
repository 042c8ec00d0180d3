/** Chat: `<chat-dock>`, the chat beside every page; it goes on with its conversation on the next page. */
import { html } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { ChatApp } from '../../chat/app.ts';
import { startChat } from '../../chat/start.ts';
import { t } from '../../i18n.ts';
import { rememberConversation, rememberedConversation } from '../../sessions/remembered.ts';

class ChatDock extends ChatApp {
  get #person(): string {
    return `${this.userId}:${document.body.dataset['tenant'] ?? ''}`;
  }

  protected override beginning(): string | undefined {
    return rememberedConversation(localStorage, this.#person);
  }

  protected override went(id: string | undefined): void {
    rememberConversation(localStorage, this.#person, id);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener('dock-toggle', this.#onToggle);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener('dock-toggle', this.#onToggle);
  }

  /** Opened just now by its button, not by a page that found it open: then the person wants to write. */
  protected override firstUpdated(changed: PropertyValues): void {
    super.firstUpdated(changed);
    if (document.activeElement?.matches('.dock-toggle')) void this.updateComplete.then(() => this.focusField());
  }

  protected override extras(): TemplateResult {
    const { id } = this.talk;
    return html`<a class="icon-button" data-size="small" href=${id ? `/chat/${id}/` : '/chat/'} aria-label=${t('Open as a page')} title=${t('Open as a page')}>
      <wa-icon name="open_in_full" aria-hidden="true"></wa-icon>
    </a>`;
  }

  readonly #onToggle = (event: Event): void => {
    if ((event as CustomEvent<{ open: boolean }>).detail.open) this.focusField();
    else if (document.activeElement === document.body || this.closest('.dock')?.contains(document.activeElement)) {
      document.querySelector<HTMLElement>('.dock-toggle')?.focus();
    }
  };
}

startChat();
if (!customElements.get('chat-dock')) customElements.define('chat-dock', ChatDock);
