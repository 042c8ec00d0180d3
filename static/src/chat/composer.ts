/** Chat: `<chat-composer>`, the message field. What is typed is kept in the tab until it has been sent. */
import { LitElement, html, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { locale, t } from '../i18n.ts';
import { screen } from '../panels/screen.ts';
import { Attaching } from './attaching.ts';
import { countCharacters } from './deltas.ts';
import { PluginMenu } from './plugin_menu.ts';
import type { Startable } from './plugin_shapes.ts';
import { filesView, replyView } from './drafts_view.ts';
import { Dropping, filesIn } from './dropping.ts';
import { hasAssistant, others, titleOf } from './people.ts';
import type { Asking } from './server.ts';
import type { Message } from './shapes.ts';
import type { Talk } from './talk.ts';

/** What the server takes; the count is shown when it comes near. */
const MOST = 20_000;
const NEAR_MOST = 18_000;

export class ChatComposer extends LitElement {
  static override properties = { talk: { attribute: false }, text: { state: true }, skill: { state: true }, replyTo: { state: true }, isOver: { state: true } };
  declare talk: Talk;
  declare private text: string;
  /** The skill that counts for the next message. */
  declare private skill: Startable | undefined;
  /** The message that is replied to. */
  declare private replyTo: Message | undefined;
  /** Files are held over the chat. */
  declare private isOver: boolean;
  readonly #menu = new PluginMenu(this);
  readonly #attaching = new Attaching(() => this.talk.ensure());
  readonly #dropping = new Dropping(
    (over) => {
      this.isOver = over;
    },
    (files) => this.#attach(files),
  );
  #session: unknown;
  #place = '';
  /** Words that were put here for the person; the next ones may take their place while they are untouched. */
  #given = '';
  readonly #redraw = (): void => this.requestUpdate();

  constructor() {
    super();
    this.text = '';
    this.isOver = false;
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.talk.addEventListener('change', this.#redraw);
    this.#attaching.addEventListener('change', this.#redraw);
    this.#dropping.start(this.closest<HTMLElement>('.chat-room') ?? this);
    this.className = 'chat-composer';
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.talk.removeEventListener('change', this.#redraw);
    this.#attaching.removeEventListener('change', this.#redraw);
    this.#dropping.stop();
  }

  /** What is written next replies to this message. */
  reply(message: Message): void {
    this.replyTo = message;
    this.focusField();
  }

  clear(): void {
    this.#type('');
  }

  choose(skill: Startable): void {
    this.skill = skill;
  }

  focusField(): void {
    this.#field?.focus();
  }

  /** Puts words into the field, after what the person has typed there. */
  write(words: string): void {
    const before = this.text === this.#given ? '' : this.text.trimEnd();
    this.#given = before ? '' : words;
    this.#type(before ? `${before}\n${words}` : words);
    void this.updateComplete.then(() => {
      this.focusField();
      this.#field?.setSelectionRange(this.text.length, this.text.length);
    });
  }

  protected override willUpdate(_changed: PropertyValues): void {
    const { place, session } = this.talk;
    if (session !== this.#session) {
      this.#session = session;
      this.replyTo = undefined;
      this.#attaching.clear();
    }
    if (place === this.#place) return;
    this.#place = place;
    this.text = this.talk.keeping.draft(place);
    this.#given = '';
    this.skill = undefined;
  }

  protected override updated(_changed: PropertyValues): void {
    const field = this.#field;
    if (!field || CSS.supports('field-sizing', 'content')) return;
    field.style.setProperty('height', 'auto');
    field.style.setProperty('height', `${field.scrollHeight}px`);
  }

  protected override render(): TemplateResult {
    const isGone = this.talk.state === 'gone';
    return html`<form class="chat-field" ?data-over=${this.isOver} @submit=${this.#submit}>
      ${replyView(this.replyTo, () => {
        this.replyTo = undefined;
        this.focusField();
      })}
      ${filesView(this.#attaching)} ${this.#menu.render()} ${this.#chosen()}
      <textarea
        rows="1"
        .value=${this.text}
        ?disabled=${isGone}
        aria-label=${t('Message')}
        aria-describedby="chat-counter"
        aria-controls=${this.#menu.isOpen ? 'plugin-menu' : nothing}
        aria-activedescendant=${this.#menu.active ?? nothing}
        aria-keyshortcuts="Control+J Meta+J"
        aria-invalid=${String(this.#isTooLong)}
        placeholder=${this.isOver ? t('Drop the files here') : this.#placeholder()}
        enterkeyhint="send"
        @input=${(event: Event) => this.#type((event.target as HTMLTextAreaElement).value)}
        @keydown=${this.#onKey}
        @paste=${this.#paste}
      ></textarea>
      <div class="chat-field-buttons">
        ${this.#opener()} ${this.#stop()} ${this.#attachButton(isGone)}
        <button type="submit" class="icon-button chat-send" aria-disabled=${String(!this.#maySend)} aria-label=${t('Send')} title=${t('Send (Enter)')}>
          <wa-icon name="arrow_upward" aria-hidden="true"></wa-icon>
        </button>
      </div>
      <div class="caption" id="chat-counter" role=${this.#isTooLong ? 'alert' : nothing}>${this.#counter()}</div>
    </form>`;
  }

  #opener(): TemplateResult | typeof nothing {
    if (!this.#menu.isOffered || this.text !== '') return nothing;
    const label = t('Start a tool (/)');
    return html`<button type="button" class="icon-button" data-size="small" data-does="tools" aria-label=${label} title=${label} @click=${() => this.write('/')}>
      <wa-icon name="extension" aria-hidden="true"></wa-icon>
    </button>`;
  }

  #chosen(): TemplateResult | typeof nothing {
    if (!this.skill) return nothing;
    const { name } = this.skill;
    return html`<div class="plugin-chosen">
      <wa-icon name="school" aria-hidden="true"></wa-icon><span class="truncate" title=${name}>${t('With {name}', { name })}</span>
      <button type="button" class="chat-tool" aria-label=${t('Without {name}', { name })} title=${t('Remove')} @click=${() => {
        this.skill = undefined;
        this.focusField();
      }}><wa-icon name="close" aria-hidden="true"></wa-icon></button>
    </div>`;
  }

  #placeholder(): string {
    const { conversation } = this.talk;
    if (!conversation || hasAssistant(conversation)) return t('Ask, or tell a widget what to do');
    return conversation.title || others(conversation).length === 0 ? t('Write a message') : t('Write to {names}', { names: titleOf(conversation) });
  }

  /** Viewers give no files. */
  #attachButton(isGone: boolean): TemplateResult | typeof nothing {
    if (document.body.dataset['role'] === 'viewer') return nothing;
    return html`<button type="button" class="icon-button chat-attach" ?disabled=${isGone} aria-label=${t('Attach files')} title=${t('Attach files')}
        @click=${() => this.querySelector<HTMLInputElement>('input[type="file"]')?.click()}>
        <wa-icon name="attach_file" aria-hidden="true"></wa-icon>
      </button>
      <input type="file" hidden multiple @change=${(event: Event) => {
        const input = event.target as HTMLInputElement;
        this.#attach([...(input.files ?? [])]);
        input.value = ''; // the same file can be chosen again
      }} />`;
  }

  #attach(files: File[]): void {
    if (files.length === 0 || document.body.dataset['role'] === 'viewer') return;
    this.#attaching.add(files);
    this.focusField();
  }

  /** Files are attached; words are pasted as always. */
  readonly #paste = (event: ClipboardEvent): void => {
    const files = filesIn(event.clipboardData);
    if (files.length === 0) return;
    event.preventDefault();
    this.#attach(files);
  };

  #stop(): TemplateResult | typeof nothing {
    const answer = this.talk.transcript.streaming.at(-1);
    if (!answer) return nothing;
    const isStopping = this.talk.deeds.doing.get(answer.id) === 'stop';
    return html`<button type="button" class="button" data-size="small" aria-disabled=${String(isStopping)} @click=${() => void this.talk.deeds.stop(answer)}>
      <wa-icon name="stop_circle" aria-hidden="true"></wa-icon>${isStopping ? t('Stopping…') : t('Stop')}
    </button>`;
  }

  #counter(): string {
    if (this.text.length <= NEAR_MOST) return '';
    const count = countCharacters(this.text.trim());
    const numbers = { count: count.toLocaleString(locale()), most: MOST.toLocaleString(locale()) };
    return count > MOST ? t('Too long: {count} of {most} characters', numbers) : t('{count} of {most} characters', numbers);
  }

  get #isTooLong(): boolean {
    return this.text.length > MOST && countCharacters(this.text.trim()) > MOST;
  }

  get #maySend(): boolean {
    const { isBusy, ready } = this.#attaching;
    return (this.text.trim() !== '' || ready.length > 0) && !isBusy && !this.#isTooLong && this.talk.state !== 'gone';
  }

  get #field(): HTMLTextAreaElement | null {
    return this.querySelector('textarea');
  }

  #type(text: string): void {
    this.text = text;
    if (text !== '') this.talk.sayTyping();
    this.talk.keeping.keepDraft(this.talk.place, text);
    this.#menu.read(text);
  }

  readonly #onKey = (event: KeyboardEvent): void => {
    if (this.#menu.takesKey(event)) return;
    // While an input method composes a word, Enter belongs to it.
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    this.#send();
  };

  readonly #submit = (event: Event): void => {
    event.preventDefault();
    this.#send();
  };

  #send(): void {
    if (!this.#maySend) return;
    const { text, skill, replyTo } = this;
    const files = this.#attaching.take().map(({ id }) => id);
    this.#type('');
    this.skill = undefined;
    this.replyTo = undefined;
    this.talk.send({
      ...askingOf(text),
      ...(skill ? { skillId: skill.id } : {}),
      ...(files.length > 0 ? { attachments: files } : {}),
      ...(replyTo ? { reply_to: replyTo.id } : {}),
    });
    this.focusField();
    this.dispatchEvent(new CustomEvent('sent', { bubbles: true }));
  }
}

/** A question with what is on the screen now. */
export function askingOf(text: string): Asking {
  const visible = screen.visiblePanelIds();
  const focused = screen.focusedPanelId();
  return {
    text: text.trim(),
    ...(visible ? { visiblePanelIds: visible } : {}),
    ...(focused === undefined ? {} : { focusedPanelId: focused }),
  };
}
