/** Shell: the bell: how many notifications are unread, their list below it, and a toast for each that comes. */
import { LitElement, html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { ApiError } from '../api.ts';
import { markdown } from '../declarative/markdown.ts';
import { t, tn } from '../i18n.ts';
import { live } from '../live/client.ts';
import { brief, plain } from '../texts.ts';
import { when } from '../times.ts';
import { watchFrameFocus } from './frame_focus.ts';
import './bell.css';
import { Notifications } from './notifications.ts';
import type { Notification } from './notifications.ts';
import { toast } from './toasts.ts';

/** What is older came while the page was away from the server: the bell counts it, and no toast jumps up. */
const FRESH_FOR = 60_000;
const MOST_SHOWN = 99;

/** `<notification-bell>` in the bar. */
export class NotificationBell extends LitElement {
  static override properties = { opened: { state: true }, fault: { state: true } };
  declare private opened: boolean;
  /** Why the last press did nothing. */
  declare private fault: string;
  readonly #known = new Notifications(document.body.dataset['signedIn'] ?? '', live());
  #leave: AbortController | undefined;

  constructor() {
    super();
    this.opened = false;
    this.fault = '';
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#leave = new AbortController();
    const { signal } = this.#leave;
    this.#known.addEventListener('change', () => this.requestUpdate(), { signal });
    this.#known.addEventListener('told', (event) => announce((event as CustomEvent<Notification>).detail, this.#known), { signal });
    document.addEventListener('click', (event) => this.opened && !event.composedPath().includes(this) && this.#close(false), { signal });
    this.addEventListener('keydown', this.#key, { signal });
    watchFrameFocus(() => this.opened && this.#close(false));
    this.#known.start();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#leave?.abort();
    this.#known.stop();
  }

  override render(): TemplateResult {
    const { unread } = this.#known;
    const label = unread > 0 ? tn('Notifications: {count} unread', 'Notifications: {count} unread', unread) : t('Notifications');
    return html`<button
        type="button"
        class="icon-button"
        id="bell"
        aria-expanded=${String(this.opened)}
        aria-controls="notifications"
        aria-label=${label}
        title=${t('Notifications')}
        @click=${() => (this.opened ? this.#close(false) : void this.#open())}
      >
        <wa-icon name="notifications"></wa-icon>
        ${unread > 0 ? html`<span class="icon-count" aria-hidden="true">${unread > MOST_SHOWN ? `${MOST_SHOWN}+` : unread}</span>` : nothing}
      </button>
      <div class="bell-panel" id="notifications" role="dialog" aria-label=${t('Notifications')} ?hidden=${!this.opened}>
        ${this.opened ? this.#panel() : nothing}
      </div>`;
  }

  #panel(): TemplateResult {
    const { unread, list, more, loading } = this.#known;
    return html`<div class="bell-head">
        <h2 id="bell-title" tabindex="-1">${t('Notifications')}</h2>
        <button type="button" class="button push" data-size="small" data-variant="ghost" aria-disabled=${String(unread === 0)} @click=${() => unread > 0 && void this.#try(() => this.#known.readAll())}>
          ${t('Mark all as read')}
        </button>
      </div>
      ${this.fault ? html`<p class="bell-fault" role="alert"><wa-icon name="error"></wa-icon>${this.fault}</p>` : nothing}
      ${list === undefined ? this.#waiting() : list.length === 0 ? empty() : this.#items(list)}
      ${more && list?.length
        ? html`<button type="button" class="button bell-more" data-size="small" aria-busy=${String(loading)} @click=${() => void this.#known.loadMore()}>${t('Show older ones')}</button>`
        : nothing}`;
  }

  #waiting(): TemplateResult {
    const { failure } = this.#known;
    if (failure === undefined) return html`<p class="bell-waiting" role="status"><span class="spinner" aria-hidden="true"></span>${t('Loading')}</p>`;
    return html`<div class="bell-waiting" role="alert">
      <span>${words(failure)}</span>
      <button type="button" class="button" data-size="small" @click=${() => void this.#known.load()}>${t('Try again')}</button>
    </div>`;
  }

  #items(list: Notification[]): TemplateResult {
    return html`<ul class="bell-list" role="list">
      ${repeat(list, ({ id }) => id, (one) => this.#item(one))}
    </ul>`;
  }

  #item(one: Notification): TemplateResult {
    const unread = one.read_at === null;
    const title = plain(one.title);
    return html`<li class="bell-item" ?data-unread=${unread} ?data-urgent=${one.urgent}>
      <span class="bell-sign"><wa-icon name=${one.urgent ? 'priority_high' : 'notifications'}></wa-icon></span>
      <div class="bell-words">
        <div class="bell-title">
          ${one.url ? html`<a href=${one.url} @click=${() => unread && void this.#known.mark(one, true)}>${title}</a>` : html`<span>${title}</span>`}
          ${unread ? html`<span class="visually-hidden">${t('(unread)')}</span>` : nothing}${one.urgent ? html` <span class="badge" data-tone="warning">${t('Urgent')}</span>` : nothing}
        </div>
        ${one.text ? html`<div class="bell-text">${markdown(one.text)}</div>` : nothing}
        <div class="caption">${one.source ? html`${plain(one.source)} · ` : nothing}${when(one.created_at)}</div>
      </div>
      <div class="bell-acts">
        <button
          type="button"
          class="icon-button"
          data-size="small"
          aria-label=${unread ? t('Mark as read: {title}', { title }) : t('Mark as unread: {title}', { title })}
          title=${unread ? t('Mark as read') : t('Mark as unread')}
          @click=${() => void this.#try(() => this.#known.mark(one, unread))}
        >
          <wa-icon name=${unread ? 'mark_email_read' : 'mark_email_unread'}></wa-icon>
        </button>
        <button type="button" class="icon-button" data-size="small" aria-label=${t('Delete: {title}', { title })} title=${t('Delete')} @click=${(event: Event) => void this.#remove(one, event)}>
          <wa-icon name="delete"></wa-icon>
        </button>
      </div>
    </li>`;
  }

  async #open(): Promise<void> {
    this.opened = true;
    this.fault = '';
    void this.#known.load();
    await this.updateComplete;
    this.querySelector<HTMLElement>('#bell-title')?.focus();
  }

  #close(refocus: boolean): void {
    this.opened = false;
    if (refocus) this.querySelector<HTMLElement>('#bell')?.focus();
  }

  /** The focus goes on to the next one's button, else to the heading. */
  async #remove(one: Notification, event: Event): Promise<void> {
    const row = (event.currentTarget as Element).closest('li');
    const next = (row?.nextElementSibling ?? row?.previousElementSibling)?.querySelector<HTMLElement>('.bell-acts button:last-child');
    await this.#try(() => this.#known.remove(one));
    if (!this.fault) (next ?? this.querySelector<HTMLElement>('#bell-title'))?.focus();
  }

  async #try(work: () => Promise<unknown>): Promise<void> {
    this.fault = '';
    try {
      await work();
    } catch (error) {
      this.fault = words(error);
    }
  }

  readonly #key = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || !this.opened) return;
    event.preventDefault();
    event.stopPropagation();
    this.#close(true);
  };
}

function words(error: unknown): string {
  return error instanceof ApiError ? error.message : t('Something went wrong.');
}

function empty(): TemplateResult {
  return html`<div class="empty bell-empty">
    <span class="tile"><wa-icon name="notifications"></wa-icon></span>
    <div class="empty-title">${t('No notifications')}</div>
    <p>${t('Plugins, and work in the background, tell you here what has happened.')}</p>
  </div>`;
}

/** A toast; an urgent one stays until it is closed. In a tab that nobody looks at, the bell alone counts. */
function announce(one: Notification, known: Notifications): void {
  const old = Date.now() - new Date(one.created_at).getTime() > FRESH_FOR;
  if (!one.urgent && (old || document.hidden)) return;
  // A plugin that gives no title has its own name there: its words then tell more.
  const words = one.source && one.source !== one.title ? [one.source, one.title] : [one.title, one.text.replaceAll(/[*_`#>]+/g, '')];
  const said = words.filter(Boolean).map((text) => brief(text)).join(': ');
  const open = (): void => {
    void known.mark(one, true).catch(() => undefined);
    location.assign(one.url);
  };
  const action = one.url ? { action: { label: t('Open'), run: open } } : {};
  toast(said, { kind: one.urgent ? 'warning' : 'info', ...(one.urgent ? { duration: 0 } : {}), ...action });
}

if (!customElements.get('notification-bell')) customElements.define('notification-bell', NotificationBell);
