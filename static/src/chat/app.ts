/** Chat: the whole chat in one element; the page and the dock are this with different surroundings. */
import { LitElement, html, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { t, tn } from '../i18n.ts';
import { chooseSession } from '../sessions/current.ts';
import { AgentPresence } from './agent_presence.ts';
import { askingOf } from './composer.ts';
import type { ChatComposer } from './composer.ts';
import { Beside } from './beside.ts';
import { takeCompositions } from './compose.ts';
import type { Composition } from './compose.ts';
import { Conversations } from './conversations.ts';
import { choosePeople } from './choosing.ts';
import { groupServer } from './group_server.ts';
import { hasAssistant, others, present, titleOf } from './people.ts';
import { showPeople } from './people_dialog.ts';
import { Keeping } from './keeping.ts';
import { Reading } from './reading.ts';
import type { Message } from './shapes.ts';
import { Talk } from './talk.ts';
import type { ChatThread } from './thread.ts';
import '../sessions/mounted_widget.ts';
import './elements.ts';
import './chat.css';
import './plugins.css';
import './groups.css';

/** Width from which the list of conversations stands beside the messages. CSS pixels. */
const WIDE = 760;

export abstract class ChatApp extends LitElement {
  static override properties = { showsHistory: { state: true }, isWide: { state: true } };
  declare protected showsHistory: boolean;
  declare protected isWide: boolean;
  protected readonly userId = document.body.dataset['signedIn'] ?? '';
  protected readonly talk: Talk;
  protected readonly list: Conversations;
  readonly #beside: Beside;
  readonly #presence: AgentPresence;
  #leave: (() => void) | undefined;
  #isListed = false;
  readonly #observer = new ResizeObserver(([entry]) => this.#measure(entry?.contentRect.width ?? 0));

  constructor() {
    super();
    this.showsHistory = false;
    this.isWide = false;
    const person = `${this.userId}:${document.body.dataset['tenant'] ?? ''}`;
    this.talk = new Talk(new Keeping(storage(), person), this.userId);
    this.list = new Conversations(this.userId);
    this.#beside = new Beside(this, this.talk, person);
    this.addController(new Reading(this, this.talk));
    this.#presence = new AgentPresence(this, this.talk);
  }

  /** The conversation to begin with; undefined for a new one. */
  protected abstract beginning(): string | undefined;
  /** The app that a conversation begun here belongs to. */
  protected beginningApp(): string | null {
    return null;
  }
  /** Another conversation is open now. `replace` when nobody chose it. */
  protected abstract went(id: string | undefined, replace: boolean): void;
  /** Buttons of one's own, after those that both have. */
  protected extras(): TemplateResult | typeof nothing {
    return nothing;
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.classList.add('chat-app');
    this.#measure(this.clientWidth);
    this.#observer.observe(this);
    this.talk.addEventListener('change', this.#redraw);
    this.list.addEventListener('change', this.#redraw);
    this.talk.addEventListener('created', this.#created);
    this.talk.addEventListener('gone', this.#gone);
    const id = this.beginning();
    this.talk.open(id, id === undefined ? this.beginningApp() : null);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#observer.disconnect();
    this.#leave?.();
    chooseSession(undefined);
    this.talk.close();
    this.list.stop();
    this.#isListed = false;
    this.talk.removeEventListener('change', this.#redraw);
    this.list.removeEventListener('change', this.#redraw);
    this.talk.removeEventListener('created', this.#created);
    this.talk.removeEventListener('gone', this.#gone);
  }

  focusField(): void {
    this.#composer?.focusField();
  }

  protected override willUpdate(_changed: PropertyValues): void {
    this.toggleAttribute('data-wide', this.isWide);
    if ((this.isWide || this.showsHistory) && !this.#isListed) {
      this.#isListed = true;
      this.list.start();
    }
  }

  protected override firstUpdated(_changed: PropertyValues): void {
    this.#leave = takeCompositions((composition) => this.#take(composition));
  }

  protected override render(): TemplateResult {
    const listed = this.isWide || this.showsHistory;
    return html`${listed ? this.#history() : nothing} ${listed && !this.isWide ? nothing : this.#room()}
    ${this.#beside.column()}`;
  }

  #measure(width: number): void {
    this.isWide = width >= WIDE;
    this.#beside.measure(this.isWide ? width : 0);
  }

  #history(): TemplateResult {
    return html`<section class="chat-side" aria-label=${t('Conversations')} @keydown=${this.#onHistoryKey}>
      <div class="chat-bar">
        ${this.isWide
          ? html`<h2 class="chat-bar-title">${t('Conversations')}</h2>`
          : html`<button type="button" class="icon-button" data-size="small" aria-label=${t('Back to the messages')} title=${t('Back')} @click=${() => this.#hideHistory()}>
                <wa-icon name="arrow_back" aria-hidden="true"></wa-icon>
              </button>
              <h2 class="chat-bar-title">${t('Conversations')}</h2>`}
        ${this.#groupButton()} ${this.#newButton()}
      </div>
      <chat-history
        .list=${this.list}
        .current=${this.talk.id}
        @open-conversation=${(event: CustomEvent<string>) => this.go(event.detail)}
        @deleting-conversation=${(event: CustomEvent<string>) => event.detail === this.talk.id && this.#goQuietly()}
      ></chat-history>
    </section>`;
  }

  #room(): TemplateResult {
    return html`<section class="chat-room" aria-label=${t('Conversation')} @suggest=${(event: CustomEvent<string>) => this.#composer?.write(event.detail)}
      @take-back=${(event: CustomEvent<string>) => this.#composer?.write(event.detail)} @sent=${() => this.#thread?.toBottom()}
      @reply-to=${(event: CustomEvent<Message>) => this.#composer?.reply(event.detail)}>
      <div class="chat-bar">
        ${this.isWide
          ? nothing
          : html`<button type="button" class="icon-button" data-size="small" data-does="history" aria-label=${t('Conversations')} title=${t('Conversations')} @click=${() => this.#openHistory()}>
              <wa-icon name="history" aria-hidden="true"></wa-icon>
            </button>`}
        ${this.#title()}
        ${this.#peopleButton()} ${this.isWide ? nothing : this.#newButton()} ${this.#beside.button()} ${this.extras()}
      </div>
      <div class="chat-stage">${this.#middle()} ${this.#beside.sheet()}</div>
      <chat-composer .talk=${this.talk}></chat-composer>
      <div class="chat-under">
        ${hasAssistant(this.talk.conversation) ? html`<chat-provider></chat-provider>` : nothing}
        <span class="caption push chat-keys"><kbd>Enter</kbd> ${t('sends')} · <kbd>Shift</kbd> <kbd>Enter</kbd> ${t('new line')}</span>
      </div>
    </section>`;
  }

  #title(): TemplateResult {
    const { id, state } = this.talk;
    // Without a live connection only the list knows the title.
    const conversation = this.talk.conversation ?? this.list.items.find((one) => one.id === id);
    const title = conversation ? titleOf(conversation) : state === 'new' ? t('New conversation') : '';
    const app = conversation?.app;
    return html`<div class="chat-bar-title truncate" title=${title}>${title}</div>
      ${this.#presence.badge()} ${app ? html`<span class="badge chat-bar-app truncate" title=${t('Only with {name}', { name: app.name })}>${app.name}</span>` : nothing}`;
  }

  /** Who takes part, where that is anybody but the assistant; and the way to bring others in. */
  #peopleButton(): TemplateResult | typeof nothing {
    const { conversation, state } = this.talk;
    if (!conversation || state !== 'ready') return nothing;
    const count = present(conversation).length;
    const label = tn('Who takes part: {count}', 'Who takes part: {count}', count);
    return html`<button type="button" class="icon-button" data-size="small" data-does="people" aria-label=${label} title=${t('Who takes part')} @click=${() => void showPeople(this.talk, this.#presence)}>
      <wa-icon name="group" aria-hidden="true"></wa-icon>
    </button>`;
  }

  #groupButton(): TemplateResult | typeof nothing {
    if (document.body.dataset['role'] === 'viewer') return nothing;
    return html`<button type="button" class="icon-button" data-size="small" data-does="group" aria-label=${t('New conversation with agents and people')} title=${t('With agents and people')} @click=${() => void this.#beginWith()}>
      <wa-icon name="group_add" aria-hidden="true"></wa-icon>
    </button>`;
  }

  async #beginWith(): Promise<void> {
    await choosePeople({
      title: t('New conversation with'),
      label: t('Begin'),
      choose: async (wish) => this.go((await groupServer.begin(wish)).id),
    });
    this.focusField();
  }

  #newButton(): TemplateResult {
    return html`<button type="button" class="icon-button" data-size="small" data-does="new" aria-label=${t('New conversation')} title=${t('New conversation')} @click=${() => this.go(undefined)}>
      <wa-icon name="edit_square" aria-hidden="true"></wa-icon>
    </button>`;
  }

  #middle(): TemplateResult {
    const { state, transcript, outbox } = this.talk;
    if (state === 'loading' && outbox.shown.length === 0) return skeleton();
    if (state === 'failed') return this.#failed();
    if (state === 'gone') return this.#goneNote();
    const isEmpty = transcript.messages.length === 0 && outbox.shown.length === 0;
    if (!isEmpty) return html`<chat-thread .talk=${this.talk}></chat-thread>`;
    return html`<div class="chat-middle">${hasAssistant(this.talk.conversation) ? html`<chat-empty></chat-empty>` : this.#quiet()}</div>`;
  }

  /** Nothing was said yet where no assistant would answer. */
  #quiet(): TemplateResult {
    const names = others(this.talk.conversation!, this.userId).map(({ name }) => name);
    return html`<div class="empty">
      <span class="tile" data-tone="accent" aria-hidden="true"><wa-icon name="forum"></wa-icon></span>
      <div class="empty-title">${names.length > 0 ? t('Say something to {names}', { names: names.join(', ') }) : t('Only you are here')}</div>
      <p>${names.length > 0 ? t('An agent that is offline gets it as soon as it is back.') : t('Bring in agents or people, or keep notes.')}</p>
    </div>`;
  }

  #failed(): TemplateResult {
    return html`<div class="chat-middle">
      <div class="empty" role="alert">
        <span class="tile" data-tone="error" aria-hidden="true"><wa-icon name="cloud_off"></wa-icon></span>
        <div class="empty-title">${t('The messages could not be loaded')}</div>
        <p>${this.talk.failure}</p>
        <button type="button" class="button" @click=${() => this.talk.reload()}>${t('Try again')}</button>
      </div>
    </div>`;
  }

  #goneNote(): TemplateResult {
    return html`<div class="chat-middle">
      <div class="empty" role="status">
        <span class="tile" aria-hidden="true"><wa-icon name="delete"></wa-icon></span>
        <div class="empty-title">${t('This conversation is gone')}</div>
        <p>${t('It was deleted, or you do not take part in it any more.')}</p>
        <button type="button" class="button" @click=${() => this.go(undefined)}>${t('New conversation')}</button>
      </div>
    </div>`;
  }

  /** Opens a conversation, or a new one, and puts the cursor into the message field. */
  protected go(id: string | undefined): void {
    if (id !== this.talk.id || this.talk.state === 'gone') {
      this.talk.open(id);
      this.went(id, false);
    }
    this.#hideHistory(true);
  }

  /** The open conversation is being deleted: a new one takes its place, and the list keeps the focus. */
  #goQuietly(): void {
    this.talk.open(undefined);
    this.went(undefined, true);
  }

  #openHistory(): void {
    this.showsHistory = true;
    void this.updateComplete.then(() => this.querySelector<HTMLElement>('.chat-search input')?.focus());
  }

  #hideHistory(toField = false): void {
    const wasShown = this.showsHistory && !this.isWide;
    this.showsHistory = false;
    void this.updateComplete.then(() => {
      if (toField) this.focusField();
      else if (wasShown) this.querySelector<HTMLElement>('[data-does="history"]')?.focus();
    });
  }

  readonly #onHistoryKey = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || this.isWide) return;
    event.stopPropagation();
    this.#hideHistory();
  };

  /** Words from elsewhere on the page. */
  #take({ text, send }: Composition): void {
    this.showsHistory = false;
    if (this.talk.state === 'gone') this.go(undefined);
    if (send) this.talk.send(askingOf(text));
    void this.updateComplete.then(() => {
      if (send) this.#thread?.toBottom();
      else this.#composer?.write(text);
    });
  }

  get #composer(): ChatComposer | null {
    return this.querySelector('chat-composer');
  }

  get #thread(): ChatThread | null {
    return this.querySelector('chat-thread');
  }

  readonly #redraw = (): void => this.requestUpdate();
  readonly #created = (): void => this.went(this.talk.id, true);
  /** Deleted elsewhere. What was remembered and is no longer there is no news to anybody. */
  readonly #gone = (): void => {
    if (this.talk.transcript.messages.length === 0) this.#goQuietly();
    else this.went(undefined, true);
  };
}

function skeleton(): TemplateResult {
  return html`<div class="chat-middle chat-wait" role="status" aria-label=${t('Loading')}>
    <span class="skeleton" data-from="own"></span><span class="skeleton"></span><span class="skeleton"></span
    ><span class="skeleton" data-from="own"></span><span class="skeleton"></span>
  </div>`;
}

function storage(): Storage | undefined {
  try {
    return sessionStorage;
  } catch {
    return undefined; // forbidden: drafts then live as long as the page
  }
}
