/** Chat: `<chat-thread>`, what was said, with days between, and a voice for those who listen instead of look. */
import { LitElement, html, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { t, tn } from '../i18n.ts';
import type { Outgoing } from './outbox.ts';
import { filesNote, seenView, typingView } from './presence.ts';
import { Scrolling } from './scrolling.ts';
import type { Message } from './shapes.ts';
import type { Talk } from './talk.ts';
import { dayKey, dayName, timeOfDay } from './times.ts';

/** Earlier messages are read when the reader comes this near to the first one. Pixels. */
const NEAR_TOP = 200;
const MOST_SPOKEN = 800;

export class ChatThread extends LitElement {
  static override properties = { talk: { attribute: false }, hasNews: { state: true }, spoken: { state: true } };
  declare talk: Talk;
  /** Something came while the reader was elsewhere. */
  declare private hasNews: boolean;
  declare private spoken: string;
  #scrolling: Scrolling | undefined;
  #transcript: unknown;
  #seen = '';
  readonly #redraw = (): void => this.requestUpdate();
  readonly #stay = (): void => this.#scrolling?.stay();
  readonly #speak = (event: Event): void => this.#say((event as CustomEvent<Message>).detail);

  constructor() {
    super();
    this.hasNews = false;
    this.spoken = '';
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.talk.addEventListener('change', this.#redraw);
    this.talk.addEventListener('ended', this.#speak);
    this.addEventListener('reads', this.#stay);
    if (this.hasUpdated) this.#startScrolling();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.talk.removeEventListener('change', this.#redraw);
    this.talk.removeEventListener('ended', this.#speak);
    this.removeEventListener('reads', this.#stay);
    this.#scrolling?.end();
    this.#scrolling = undefined;
  }

  /** Shows the end, where one's own message appears. */
  toBottom(): void {
    this.#scrolling?.toBottom();
    this.hasNews = false;
  }

  protected override firstUpdated(_changed: PropertyValues): void {
    this.#startScrolling();
  }

  protected override updated(_changed: PropertyValues): void {
    if (this.#transcript !== this.talk.transcript) {
      this.#transcript = this.talk.transcript;
      this.#seen = '';
      this.toBottom();
    }
    const seen = this.#newest();
    if (this.#seen && seen !== this.#seen && !this.#scrolling?.isPinned) this.hasNews = true;
    this.#seen = seen;
  }

  protected override render(): TemplateResult {
    const { talk } = this;
    const { transcript, outbox } = talk;
    return html`<div class="chat-scroll" tabindex="0" role="log" aria-live="off" aria-label=${t('Messages')}>
        <div class="chat-lines">
          ${this.#earlier()}
          ${repeat(
            transcript.messages,
            ({ id }) => id,
            (message, at) => this.#line(message, transcript.messages[at - 1]),
          )}
          ${repeat(
            outbox.shown,
            ({ key }) => key,
            (one) => this.#outgoing(one),
          )}
          ${typingView(talk.typing.names)}
        </div>
      </div>
      ${this.hasNews
        ? html`<button type="button" class="chat-pill" @click=${() => this.toBottom()}>
            <wa-icon name="arrow_downward" aria-hidden="true"></wa-icon>${t('New messages')}
          </button>`
        : nothing}
      <div class="visually-hidden" role="status" aria-live="polite">${this.spoken}</div>`;
  }

  #earlier(): TemplateResult | typeof nothing {
    const { talk } = this;
    if (talk.isLoadingEarlier) {
      return html`<div class="chat-earlier" role="status"><span class="spinner" aria-hidden="true"></span>${t('Loading earlier messages')}</div>`;
    }
    if (!talk.transcript.hasMore) return nothing;
    return html`<div class="chat-earlier">
      ${talk.failure ? html`<span>${talk.failure}</span>` : nothing}
      <button type="button" class="button" data-size="small" data-variant="ghost" @click=${() => void talk.loadEarlier()}>
        ${talk.failure ? t('Try again') : t('Earlier messages')}
      </button>
    </div>`;
  }

  #line(message: Message, before: Message | undefined): TemplateResult {
    const { talk } = this;
    const isNewDay = !before || dayKey(before.created_at) !== dayKey(message.created_at);
    return html`${isNewDay ? html`<div class="chat-day"><span>${dayName(message.created_at)}</span></div>` : nothing}
      <chat-message
        .talk=${talk}
        .message=${message}
        .text=${talk.transcript.textOf(message)}
        .doing=${talk.deeds.doing.get(message.id)}
        .fault=${talk.deeds.faults.get(message.id)}
        .mayRetry=${this.#mayRetry(message)}
      ></chat-message>
      ${seenView(talk, message)}`;
  }

  /** An answer that was cut off is asked for again once: afterwards the newer one is there. */
  #mayRetry({ reply_to: question, number, status }: Message): boolean {
    if (question === null || (status !== 'failed' && status !== 'interrupted')) return false;
    return !this.talk.transcript.messages.some((other) => other.reply_to === question && other.number > number);
  }

  #outgoing(one: Outgoing): TemplateResult {
    const isSending = one.state === 'sending';
    return html`<div class="chat-outgoing" data-from="own" role="article" aria-label=${`${t('You')}, ${timeOfDay(one.at)}`} data-state=${one.state}>
      <div class="chat-bubble">
        ${one.asking.text ? html`<div class="chat-words">${one.asking.text}</div>` : nothing} ${filesNote(one.asking.attachments)}
      </div>
      ${isSending
        ? html`<div class="chat-foot"><span>${t('Sending…')}</span></div>`
        : html`<div class="chat-unsent">
            <span role="alert"><wa-icon name="error" aria-hidden="true"></wa-icon>${t('Not sent.')} ${one.reason}</span>
            <span class="cluster">
              <button type="button" class="button" data-size="small" @click=${() => this.talk.delivering.send(one)}>${t('Send again')}</button>
              <button type="button" class="button" data-size="small" data-variant="ghost" @click=${() => this.#takeBack(one)}>${t('Edit')}</button>
            </span>
          </div>`}
    </div>`;
  }

  /** Back into the message field, where it can be changed or thrown away. */
  #takeBack(one: Outgoing): void {
    this.talk.delivering.discard(one);
    this.dispatchEvent(new CustomEvent('take-back', { bubbles: true, detail: one.asking.text }));
  }

  /** Something that differs whenever there is more to read at the end. */
  #newest(): string {
    const { last } = this.talk.transcript;
    return last ? `${last.id} ${last.status} ${this.talk.transcript.textOf(last).length}` : '';
  }

  #say(message: Message): void {
    const { payload, sender, text } = message;
    const items = payload.type === 'result' ? (payload.result.items?.length ?? 0) : 0;
    const choices = payload.type === 'choices' ? payload.choices.length : 0;
    const more = [
      items > 0 ? tn('{count} item', '{count} items', items) : '',
      choices > 0 ? tn('{count} choice', '{count} choices', choices) : '',
      message.status === 'interrupted' ? t('Cut off') : '',
    ];
    this.spoken = [`${sender.name}:`, text.slice(0, MOST_SPOKEN), ...more].filter(Boolean).join(' ');
  }

  #startScrolling(): void {
    const scroller = this.querySelector<HTMLElement>('.chat-scroll')!;
    const content = this.querySelector<HTMLElement>('.chat-lines')!;
    this.#scrolling = new Scrolling(scroller, content, () => {
      if (this.#scrolling?.isPinned) this.hasNews = false;
      else if (this.#scrolling && this.#scrolling.distanceToTop < NEAR_TOP && !this.talk.failure) void this.talk.loadEarlier();
    });
  }
}
