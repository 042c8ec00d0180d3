/** Chat: `<chat-history>`, one's conversations: open, search, rename, delete. Event `open-conversation` with its id. */
import { LitElement, html, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { t } from '../i18n.ts';
import { toast } from '../shell/toasts.ts';
import type { Conversations } from './conversations.ts';
import { entryView } from './entry.ts';
import { others, ownId, titleOf } from './people.ts';
import { leaveConversation } from './people_dialog.ts';
import type { Conversation } from './shapes.ts';
import { wordsOf } from './faults.ts';
import { dayKey, dayName, wholeMoment } from './times.ts';

const MOST_TITLE = 200;

export class ChatHistory extends LitElement {
  static override properties = {
    list: { attribute: false },
    current: {},
    editing: { state: true },
    asking: { state: true },
  };
  declare list: Conversations;
  /** Id of the conversation that is open. */
  declare current: string | undefined;
  /** Ids of the one being renamed, and of the one that is to be deleted. */
  declare private editing: string | undefined;
  declare private asking: string | undefined;
  #focusNext: string | undefined;
  readonly #redraw = (): void => this.requestUpdate();

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.list.addEventListener('change', this.#redraw);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.list.removeEventListener('change', this.#redraw);
  }

  protected override updated(_changed: PropertyValues): void {
    if (!this.#focusNext) return;
    const target = this.querySelector<HTMLElement>(this.#focusNext);
    this.#focusNext = undefined;
    target?.focus();
    if (target instanceof HTMLInputElement) target.select();
  }

  protected override render(): TemplateResult {
    return html`<div class="search-field chat-search">
        <wa-icon name="search" aria-hidden="true"></wa-icon>
        <input class="input" type="search" .value=${this.list.query} placeholder=${t('Search conversations')} aria-label=${t('Search conversations')}
          @input=${(event: Event) => this.list.search((event.target as HTMLInputElement).value)} />
      </div>
      ${this.#content()}`;
  }

  #content(): TemplateResult {
    const { list } = this;
    if (list.state === 'loading') {
      return html`<div class="chat-history-wait" role="status" aria-label=${t('Loading')}>
        <span class="skeleton"></span><span class="skeleton"></span><span class="skeleton"></span>
      </div>`;
    }
    if (list.state === 'failed') {
      return html`<div class="chat-history-note" role="alert">
        <p>${list.failure}</p>
        <button type="button" class="button" data-size="small" @click=${() => void list.load()}>${t('Try again')}</button>
      </div>`;
    }
    if (list.items.length === 0) {
      return html`<p class="chat-history-note" role="status">${list.query.trim() ? t('Nothing with these words was found.') : t('Your conversations will be listed here.')}</p>`;
    }
    return html`<ul class="chat-conversations" aria-label=${t('Conversations')}>
      ${repeat(
        list.items,
        ({ id }) => id,
        (one, at) => this.#row(one, list.items[at - 1]),
      )}
    </ul>`;
  }

  #row(one: Conversation, before: Conversation | undefined): TemplateResult {
    const isNewDay = !before || dayKey(before.updated_at) !== dayKey(one.updated_at);
    return html`<li data-id=${one.id}>
      ${isNewDay ? html`<div class="chat-history-day">${dayName(one.updated_at)}</div>` : nothing}
      ${this.editing === one.id ? this.#renaming(one) : this.asking === one.id ? this.#question(one) : this.#entry(one)}
    </li>`;
  }

  #entry(one: Conversation): TemplateResult {
    const title = titleOf(one);
    return html`<div class="chat-entry" ?data-current=${one.id === this.current}>
      <a href="/chat/${one.id}/" title=${`${title}\n${wholeMoment(one.updated_at)}`} aria-current=${one.id === this.current ? 'true' : nothing}
        @click=${(event: MouseEvent) => this.#open(event, one)}>${entryView(one, this.list.query.trim() ? this.list.hits[one.id] : undefined, one.id === this.current)}</a>
      <button type="button" class="chat-tool" data-does="rename" aria-label=${t('Rename: {title}', { title })} title=${t('Rename')} @click=${() => this.#edit(one.id)}>
        <wa-icon name="edit" aria-hidden="true"></wa-icon>
      </button>
      ${this.#isShared(one)
        ? html`<button type="button" class="chat-tool" data-does="leave" aria-label=${t('Leave: {title}', { title })} title=${t('Leave')} @click=${() => void leaveConversation(one, ownId())}>
            <wa-icon name="logout" aria-hidden="true"></wa-icon>
          </button>`
        : html`<button type="button" class="chat-tool" data-does="delete" aria-label=${t('Delete: {title}', { title })} title=${t('Delete')} @click=${() => this.#ask(one.id)}>
            <wa-icon name="delete" aria-hidden="true"></wa-icon>
          </button>`}
    </div>`;
  }

  /** One with other people in it is left, not deleted. */
  #isShared(one: Conversation): boolean {
    return others(one).some(({ kind }) => kind === 'user');
  }

  #renaming(one: Conversation): TemplateResult {
    const done = (event: Event): void => {
      event.preventDefault();
      void this.#rename(one, this.querySelector<HTMLInputElement>('.chat-rename input')!.value);
    };
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape') return;
      event.stopPropagation();
      this.#leaveRow(one.id);
    };
    return html`<form class="chat-rename" @submit=${done} @keydown=${onKey}>
      <input class="input" .value=${one.title} maxlength=${MOST_TITLE} aria-label=${t('Title')} />
      <button type="submit" class="chat-tool" aria-label=${t('Save the title')} title=${t('Save')}><wa-icon name="check" aria-hidden="true"></wa-icon></button>
      <button type="button" class="chat-tool" aria-label=${t('Cancel')} title=${t('Cancel')} @click=${() => this.#leaveRow(one.id)}>
        <wa-icon name="close" aria-hidden="true"></wa-icon>
      </button>
    </form>`;
  }

  #question(one: Conversation): TemplateResult {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape') return;
      event.stopPropagation();
      this.#leaveRow(one.id, 'delete');
    };
    return html`<div class="chat-ask" role="group" aria-label=${t('Delete?')} @keydown=${onKey}>
      <p role="alert">${t('Delete “{title}” with everything said in it?', { title: titleOf(one) })}</p>
      <span class="cluster">
        <button type="button" class="button" data-size="small" @click=${() => this.#leaveRow(one.id, 'delete')}>${t('Keep')}</button>
        <button type="button" class="button" data-size="small" data-variant="destructive" @click=${() => void this.#remove(one)}>${t('Delete')}</button>
      </span>
    </div>`;
  }

  #open(event: MouseEvent, { id }: Conversation): void {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return; // a new tab or window is meant
    event.preventDefault();
    this.dispatchEvent(new CustomEvent('open-conversation', { bubbles: true, detail: id }));
  }

  #edit(id: string): void {
    this.asking = undefined;
    this.editing = id;
    this.#focusNext = '.chat-rename input';
  }

  #ask(id: string): void {
    this.editing = undefined;
    this.asking = id;
    this.#focusNext = '.chat-ask button';
  }

  /** Back to the row as it was, with the focus where it came from. */
  #leaveRow(id: string, button = 'rename'): void {
    this.editing = undefined;
    this.asking = undefined;
    this.#focusNext = `[data-id="${CSS.escape(id)}"] [data-does="${button}"]`;
  }

  async #rename(one: Conversation, title: string): Promise<void> {
    this.#leaveRow(one.id);
    const wanted = title.trim();
    if (!wanted || wanted === one.title) return;
    try {
      await this.list.rename(one.id, wanted);
    } catch (error) {
      toast(wordsOf(error), { kind: 'error' });
    }
  }

  async #remove(one: Conversation): Promise<void> {
    this.asking = undefined;
    const at = this.list.items.findIndex(({ id }) => id === one.id);
    const neighbour = this.list.items[at + 1] ?? this.list.items[at - 1];
    this.#focusNext = neighbour ? `[data-id="${CSS.escape(neighbour.id)}"] a` : 'input[type="search"]';
    this.dispatchEvent(new CustomEvent('deleting-conversation', { bubbles: true, detail: one.id }));
    try {
      await this.list.remove(one.id);
    } catch (error) {
      toast(t('“{title}” is still there. {reason}', { title: titleOf(one), reason: wordsOf(error) }), { kind: 'error' });
    }
  }
}
