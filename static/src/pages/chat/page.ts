/** Chat: `<chat-page conversation="…">`, the chat as a page; the address follows the conversation. */
import type { PropertyValues } from 'lit';
import { ChatApp } from '../../chat/app.ts';
import { titleOf } from '../../chat/people.ts';
import { t } from '../../i18n.ts';
import { rememberConversation } from '../../sessions/remembered.ts';

export class ChatPage extends ChatApp {
  #suffix = document.title.slice(document.title.lastIndexOf(' · '));

  protected override beginning(): string | undefined {
    const id = this.getAttribute('conversation') ?? '';
    this.#remember(id || undefined);
    return id || undefined;
  }

  /** `/chat/?app=<id>`: what is said there is said to this app alone. */
  protected override beginningApp(): string | null {
    return new URLSearchParams(location.search).get('app');
  }

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener('popstate', this.#onBack);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener('popstate', this.#onBack);
  }

  protected override firstUpdated(changed: PropertyValues): void {
    super.firstUpdated(changed);
    if (matchMedia('(pointer: fine)').matches) void this.updateComplete.then(() => this.focusField());
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    const { conversation } = this.talk;
    document.title = `${conversation ? titleOf(conversation) : t('Chat')}${this.#suffix}`;
  }

  protected override went(id: string | undefined, replace: boolean): void {
    this.#remember(id);
    const address = id ? `/chat/${id}/` : '/chat/';
    if (replace) history.replaceState(null, '', address);
    else history.pushState(null, '', address);
  }

  /** The dock of other pages goes on with what was open here. */
  #remember(id: string | undefined): void {
    rememberConversation(localStorage, `${this.userId}:${document.body.dataset['tenant'] ?? ''}`, id);
  }

  readonly #onBack = (): void => {
    const id = /^\/chat\/([^/]+)\/$/.exec(location.pathname)?.[1];
    this.#remember(id);
    this.talk.open(id, id === undefined ? this.beginningApp() : null);
  };
}
