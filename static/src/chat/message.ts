/** Chat: `<chat-message>`, one message with whatever it carries. */
import { LitElement, html, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { t } from '../i18n.ts';
import { pluginWidgetView, skillNote, startedView } from './plugin_messages.ts';
import { isPluginRun, pluginRunsView } from './plugin_runs.ts';
import { attachmentsView } from './attachments.ts';
import type { Fault } from './faults.ts';
import { choicesView, confirmationView, faultView } from './questions.ts';
import type { QuestionState } from './questions.ts';
import { resultView } from './result.ts';
import { pieces } from './pieces.ts';
import { quoteView, replyButton } from './replies.ts';
import type { Message } from './shapes.ts';
import type { Talk } from './talk.ts';
import { timeOfDay, wholeMoment } from './times.ts';
import { toolsView } from './tools.ts';
import { copy } from './why.ts';

/** A person's own message longer than this is folded. */
const LONG = 1_200;
const MANY_LINES = 18;
/** Longer than this an answer is shown as plain words, and only when asked for. */
const ENDLESS = 20_000;

export class ChatMessage extends LitElement {
  static override properties = {
    talk: { attribute: false },
    message: { attribute: false },
    text: { attribute: false },
    doing: { attribute: false },
    fault: { attribute: false },
    mayRetry: { attribute: false },
    showAll: { state: true },
    isUnfolded: { state: true },
    asksWhy: { state: true },
  };
  declare talk: Talk;
  declare message: Message;
  /** What is shown of the text now; it grows while the answer is written. */
  declare text: string;
  declare doing: string | undefined;
  declare fault: Fault | undefined;
  declare mayRetry: boolean;
  declare private showAll: boolean;
  declare private isUnfolded: boolean;
  declare private asksWhy: boolean;

  constructor() {
    super();
    this.text = '';
    this.mayRetry = false;
    this.showAll = false;
    this.isUnfolded = false;
    this.asksWhy = false;
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override willUpdate(_changed: PropertyValues): void {
    const { sender, created_at: moment } = this.message;
    this.setAttribute('role', 'article');
    const who = this.#isOwn ? t('You') : sender.name;
    const through = this.#widget ? `${who}, ${t('sent by {widget}', { widget: this.#widget })}` : who;
    this.setAttribute('aria-label', `${through}, ${timeOfDay(moment)}`);
    this.dataset['from'] = isEvent(this.message) ? 'event' : this.#isOwn ? 'own' : sender.kind;
    this.dataset['status'] = this.message.status;
    this.dataset['id'] = this.message.id;
  }

  protected override updated(_changed: PropertyValues): void {
    // The buttons of a confirmation go once it is answered; whoever pressed one is not thrown to the top of the page.
    if (document.activeElement === document.body && this.#answeredHere) this.querySelector<HTMLElement>('.chat-verdict')?.focus();
    if (!this.doing) this.#answeredHere = false;
  }

  #answeredHere = false;

  get #isOwn(): boolean {
    return this.message.sender.user_id === this.talk.userId;
  }

  /** The widget that said it in the person's name; none where they said it themself. */
  get #widget(): string | undefined {
    const { payload } = this.message;
    return payload.type === 'widget_message' ? payload.widget : undefined;
  }

  protected override render(): TemplateResult {
    if (isEvent(this.message)) return this.#event();
    return this.message.sender.kind === 'user' ? this.#said() : this.#answer();
  }

  /** What was done with a widget is noted, not said. */
  #event(): TemplateResult {
    const { payload } = this.message;
    const failed = payload.type === 'widget_event' && payload.success === false;
    return html`<div class="chat-event">
      <wa-icon name=${failed ? 'error' : 'touch_app'} aria-hidden="true"></wa-icon><span>${this.#isOwn || payload.type === 'widget_event' ? nothing : html`<b>${this.message.sender.name}</b> `}${this.text}</span>${time(this.message)}
      </div>
      ${attachmentsView(this.message.attachments)}`;
  }

  #said(): TemplateResult {
    const isLong = this.text.length > LONG || this.text.split('\n', MANY_LINES + 1).length > MANY_LINES;
    const isFolded = isLong && !this.isUnfolded;
    const { payload } = this.message;
    const started = payload.type === 'plugin_start' ? startedView(payload) : undefined;
    return html`${this.#isOwn ? nothing : html`<div class="chat-sender">${this.message.sender.name}</div>`}
      <div class="chat-bubble">
        ${quoteView(this.message)} ${started ?? (this.text ? html`<div class="chat-words" ?data-folded=${isFolded}>${this.text}</div>` : nothing)}
        ${isLong && !started
          ? html`<button type="button" class="chat-fold" aria-expanded=${String(!isFolded)} @click=${() => {
              this.#reads();
              this.isUnfolded = isFolded;
            }}>
              ${isFolded ? t('Show all of it') : t('Show less')}
            </button>`
          : nothing}
        ${attachmentsView(this.message.attachments)}
      </div>
      <div class="chat-foot">${this.#widget === undefined ? nothing : sentBy(this.#widget)}${payload.type === 'plugin_start' ? skillNote(payload) : nothing}${this.#isOwn ? html`${replyButton(this.message, this.talk)}${time(this.message)}` : html`${time(this.message)}${replyButton(this.message, this.talk)}`}</div>`;
  }

  #answer(): TemplateResult {
    const { status, sender } = this.message;
    return html`${sender.kind === 'agent' ? html`<div class="chat-sender">${sender.name}</div>` : nothing}
      <div class="chat-answer" aria-busy=${String(status === 'streaming')}>
        ${quoteView(this.message)} ${this.#runs()} ${this.#words()} ${this.#carried()} ${attachmentsView(this.message.attachments)} ${this.#tools()} ${status === 'streaming' ? nothing : this.#ending()}
      </div>
      ${status === 'streaming' ? nothing : this.#foot()}
      ${this.asksWhy
        ? html`<section class="chat-why" id="why-${this.message.id}" aria-label=${t('Why this answer')}>
            <chat-why .message=${this.message}></chat-why>
          </section>`
        : nothing}`;
  }

  #words(): TemplateResult | typeof nothing {
    const { payload, status } = this.message;
    if (payload.type === 'confirmation' || payload.type === 'widget' || payload.type === 'plugin_widget' || payload.type === 'agent_widget') return nothing; // the card says it
    if (payload.type === 'error' && this.text === payload.message) return nothing;
    if (payload.type === 'result' && !payload.result.success) return nothing;
    if (this.#isToldByRun) return nothing;
    if (this.message.text_length > ENDLESS) return this.#endless();
    if (this.text) return html`<chat-text .source=${this.text}></chat-text>`;
    if (status === 'streaming' && 'tools' in payload && payload.tools?.some(({ state }) => state === 'running')) return nothing; // its card moves
    if (status === 'streaming') return html`<span class="chat-writing" role="img" aria-label=${t('Writing')}><i></i><i></i><i></i></span>`;
    return payload.type === undefined && status === 'complete' && this.message.attachments.length === 0 ? html`<p class="muted">${t('The answer is empty.')}</p>` : nothing;
  }

  /** A text of a whole file, as agents may say it: its beginning, and all of it as plain words. */
  #endless(): TemplateResult {
    const shown = this.isUnfolded ? pieces(this.text) : [`${this.text.slice(0, LONG)}…`];
    return html`<div class="chat-words chat-pieces" ?data-folded=${!this.isUnfolded}>${shown.map((piece) => html`<div>${piece}</div>`)}</div>
      <button type="button" class="chat-fold" aria-expanded=${String(this.isUnfolded)} @click=${() => void this.#unfold()}>
        ${this.isUnfolded ? t('Show less') : t('Show all of it')}
      </button>`;
  }

  async #unfold(): Promise<void> {
    this.#reads();
    if (!this.isUnfolded && this.text.length < this.message.text_length && !(await this.talk.deeds.readWhole(this.message))) return;
    this.isUnfolded = !this.isUnfolded;
  }

  #carried(): TemplateResult | typeof nothing {
    const { payload } = this.message;
    const state: QuestionState = { doing: this.doing, fault: this.fault };
    switch (payload.type) {
      case 'result': {
        const { result } = payload;
        const refusal = result.success ? nothing : notice('warning', result.error || this.text || t('That did not work.'));
        return html`${refusal}${resultView(result, this.text, this.showAll, () => {
          this.#reads();
          this.showAll = !this.showAll;
        })}`;
      }
      case 'confirmation':
        return confirmationView(payload, state, (accept) => {
          this.#answeredHere = true;
          void this.talk.deeds.confirm(this.message, accept);
        });
      case 'choices':
        return choicesView(payload, state, (index) => void this.talk.deeds.choose(this.message, index));
      case 'error':
        return notice('error', payload.message, payload.code);
      case 'widget':
        return html`<mounted-widget .session=${this.talk.session} .widgetId=${payload.widget_id} .appId=${payload.app} .label=${payload.title ?? ''}></mounted-widget>`;
      case 'plugin_widget':
        return pluginWidgetView(payload);
      case 'agent_widget':
        return html`<agent-widget .talk=${this.talk} .message=${this.message}></agent-widget>`;
      default:
        return nothing;
    }
  }

  /** What was called on the way, whatever came of it. */
  #tools(): TemplateResult | typeof nothing {
    const { payload } = this.message;
    return 'tools' in payload && payload.tools ? toolsView(payload.tools) : nothing;
  }

  /** Whether the card of a run that failed says all that the words say. */
  get #isToldByRun(): boolean {
    const { payload } = this.message;
    const fault = 'tools' in payload ? payload.tools?.at(-1)?.error?.message : undefined;
    return fault !== undefined && fault !== '' && this.text === `That did not work: ${fault}`;
  }

  /** Runs of plugins stand before the words that come of them. */
  #runs(): TemplateResult | typeof nothing {
    const { payload, status } = this.message;
    if (!('tools' in payload) || !payload.tools) return nothing;
    return pluginRunsView(payload.tools.filter(isPluginRun), payload.streams ?? [], status === 'streaming');
  }

  /** What is to be said of an answer that is not whole, and the way to another one. */
  #ending(): TemplateResult | typeof nothing {
    const { status, payload } = this.message;
    const isQuestion = payload.type === 'confirmation' || payload.type === 'choices';
    if (status === 'complete') return isQuestion ? nothing : faultView(this.fault);
    const saysSo = payload.type === 'error';
    if (saysSo && !this.mayRetry) return faultView(this.fault);
    return html`<div class="cluster chat-ending">
        ${saysSo ? nothing : html`<span class="badge" data-tone="neutral">${status === 'failed' ? t('Failed') : t('Cut off')}</span>`}
        ${this.mayRetry
          ? html`<button type="button" class="button" data-size="small" ?disabled=${this.doing !== undefined}
              @click=${() => void this.talk.deeds.retry(this.message)}>
              <wa-icon name="refresh" aria-hidden="true"></wa-icon>${t('Try again')}
            </button>`
          : nothing}
      </div>
      ${faultView(this.fault)}`;
  }

  /** What opens here is to be read from its beginning: the log does not run on to its end. */
  #reads(): void {
    this.dispatchEvent(new Event('reads', { bubbles: true }));
  }

  #foot(): TemplateResult {
    return html`<div class="chat-foot">
      ${time(this.message)}
      ${this.text
        ? html`<button type="button" class="chat-tool" aria-label=${t('Copy the answer')} title=${t('Copy')} @click=${() => void copy(this.text)}>
            <wa-icon name="content_copy" aria-hidden="true"></wa-icon>
          </button>`
        : nothing}
      ${this.message.sender.kind === 'agent' ? replyButton(this.message, this.talk) : this.#whyButton()}
    </div>`;
  }

  #whyButton(): TemplateResult {
    return html`<button type="button" class="chat-tool" aria-expanded=${String(this.asksWhy)} aria-controls="why-${this.message.id}"
      title=${t('How this answer came about')} @click=${() => {
        this.#reads();
        this.asksWhy = !this.asksWhy;
      }}>
      <wa-icon name="help" aria-hidden="true"></wa-icon>${t('Why')}
    </button>`;
  }
}

/** What was done, noted in passing: with a widget of an app, or to answer one of an agent. */
function isEvent({ payload }: Message): boolean {
  return payload.type === 'widget_event' || payload.type === 'agent_answer';
}

function sentBy(widget: string): TemplateResult {
  return html`<span class="chat-sent-by" title=${t('A widget sent this, with your leave.')}>
    <wa-icon name="widgets" aria-hidden="true"></wa-icon><span class="truncate">${t('sent by {widget}', { widget })}</span>
  </span>`;
}

function time({ created_at: moment }: Message): TemplateResult {
  return html`<time datetime=${moment} title=${wholeMoment(moment)}>${timeOfDay(moment)}</time>`;
}

function notice(tone: 'warning' | 'error', words: string, code?: string): TemplateResult {
  return html`<div class="alert" data-tone=${tone} title=${code ?? nothing}>
    <wa-icon name=${tone} aria-hidden="true"></wa-icon>
    <div class="alert-body">${words}</div>
  </div>`;
}
