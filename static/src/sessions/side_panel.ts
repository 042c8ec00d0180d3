/** Sessions: `<session-side>`, the panel beside the chat: one widget, or several behind tabs. Event `side-close`. */
import { LitElement, html, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import { repeat } from 'lit/directives/repeat.js';
import { t } from '../i18n.ts';
import { toast } from '../shell/toasts.ts';
import type { WidgetSession } from './session.ts';
import type { SideEntry } from './side.ts';
import './app_widget.ts';
import './sessions.css';

let panels = 0;
let sessionCount = 0;
/** A number per session, so that another conversation shows its widgets anew. */
const numbers = new WeakMap<WidgetSession, number>();

export class SessionSide extends LitElement {
  static override properties = { session: { attribute: false }, entries: { attribute: false }, selected: { attribute: false } };
  declare session: WidgetSession;
  declare entries: readonly SideEntry[];
  /** Key of the entry that is shown. Event `side-select` when the person chooses another. */
  declare selected: string;
  readonly #uid = `side-${(panels += 1)}`;
  /** Those that have been looked at stay as they are behind the others. */
  #visited = new Set<string>();
  /** The next tab that is shown takes the focus. */
  #takesFocus = false;

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('session')) this.#visited = new Set();
    const known = new Set(this.entries.map(({ key }) => key));
    for (const key of this.#visited) if (!known.has(key)) this.#visited.delete(key);
    if (known.has(this.selected)) this.#visited.add(this.selected);
  }

  protected override updated(changed: PropertyValues): void {
    if (!changed.has('selected') && !changed.has('entries')) return;
    const tab = this.querySelector<HTMLElement>('[role="tab"][aria-selected="true"]');
    tab?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    if (this.#takesFocus) (tab ?? this.querySelector<HTMLElement>('.side-body:not([hidden])'))?.focus();
    this.#takesFocus = false;
  }

  protected override render(): TemplateResult | typeof nothing {
    const { entries } = this;
    const shown = entries.find(({ key }) => key === this.selected) ?? entries[0];
    if (!shown) return nothing;
    return html`<div class="side-head">
        ${entries.length === 1 ? this.#heading(shown) : this.#tabs(shown)}
        ${shown.mounted && entries.length === 1 ? this.#closeButton(shown) : nothing}
        <button type="button" class="icon-button" data-size="small" data-does="hide-side" aria-label=${t('Hide the panel')} title=${t('Hide the panel')}
          @click=${() => this.dispatchEvent(new CustomEvent('side-close', { bubbles: true }))}>
          <wa-icon name="right_panel_close" aria-hidden="true"></wa-icon>
        </button>
      </div>
      ${repeat(
        entries.filter(({ key }) => this.#visited.has(key)),
        ({ key }) => `${this.#number} ${key}`,
        (entry) => this.#panel(entry, entry === shown, entries.length > 1),
      )}`;
  }

  get #number(): number {
    let number = numbers.get(this.session);
    if (number === undefined) numbers.set(this.session, (number = sessionCount += 1));
    return number;
  }

  #heading({ title, icon, accent }: SideEntry): TemplateResult {
    return html`<span class="tile side-tile" data-tone=${accent || nothing} aria-hidden="true"><wa-icon name=${icon}></wa-icon></span>
      <h2 class="side-title truncate" title=${title}>${title}</h2>`;
  }

  #tabs(shown: SideEntry): TemplateResult {
    return html`<div class="side-tabs" role="tablist" aria-label=${t('Panels')} @keydown=${(event: KeyboardEvent) => this.#onKey(event, shown)}>
      ${repeat(
        this.entries,
        ({ key }) => key,
        (entry, index) => {
          const isShown = entry === shown;
          return html`<span class="side-tab" role="presentation" data-tone=${entry.accent || nothing}>
            <button type="button" role="tab" id="${this.#uid}-tab-${index}" aria-selected=${String(isShown)} aria-controls=${isShown ? `${this.#uid}-${index}` : nothing}
              tabindex=${isShown ? 0 : -1} title=${entry.title} aria-keyshortcuts=${entry.mounted ? 'Delete' : nothing} @click=${() => this.#select(entry)}>
              <wa-icon name=${entry.icon} aria-hidden="true"></wa-icon><span class="truncate">${entry.title}</span>
            </button>
          </span>`;
        },
      )}
    </div>
    ${shown.mounted ? this.#closeButton(shown) : nothing}`;
  }

  #closeButton(entry: SideEntry): TemplateResult {
    const label = t('Close {title}', { title: entry.title });
    return html`<button type="button" class="icon-button" data-size="small" data-does="close-entry" aria-label=${label} title=${label} @click=${() => this.#close(entry)}>
      <wa-icon name="tab_close" aria-hidden="true"></wa-icon>
    </button>`;
  }

  #panel(entry: SideEntry, isShown: boolean, isTabbed: boolean): TemplateResult {
    const index = this.entries.indexOf(entry);
    return html`<div class="side-body" id="${this.#uid}-${index}" ?hidden=${!isShown} role=${isTabbed ? 'tabpanel' : 'group'}
      aria-label=${entry.title} tabindex="0" @widget-close=${(event: Event) => this.#onWidgetClose(event, entry)}>
      ${keyed(
        entry.key,
        html`<app-widget .session=${this.session} .appId=${entry.app} .widgetKey=${entry.widgetKey} .mounted=${entry.mounted}></app-widget>`,
      )}
    </div>`;
  }

  /** A pushed widget that closes itself goes; a declared one folds away. */
  #onWidgetClose(event: Event, entry: SideEntry): void {
    event.preventDefault();
    event.stopPropagation();
    if (entry.mounted) this.#close(entry);
    else this.dispatchEvent(new CustomEvent('side-close', { bubbles: true }));
  }

  #select({ key }: SideEntry): void {
    this.dispatchEvent(new CustomEvent('side-select', { bubbles: true, detail: key }));
  }

  #close(entry: SideEntry): void {
    const at = this.entries.indexOf(entry);
    const next = this.entries[at + 1] ?? this.entries[at - 1];
    this.#takesFocus = this.contains(document.activeElement);
    if (next) this.#select(next);
    this.session.close(entry.mounted!.widget_id, entry.mounted!.app).catch((error: unknown) => toast(error instanceof Error ? error.message : String(error), { kind: 'error' }));
  }

  #onKey(event: KeyboardEvent, shown: SideEntry): void {
    const { entries } = this;
    const at = entries.indexOf(shown);
    const target = { ArrowRight: (at + 1) % entries.length, ArrowLeft: (at - 1 + entries.length) % entries.length, Home: 0, End: entries.length - 1 }[event.key];
    if (target === undefined && (event.key !== 'Delete' || !shown.mounted)) return;
    event.preventDefault();
    this.#takesFocus = true;
    if (target === undefined) this.#close(shown);
    else this.#select(entries[target]!);
  }
}

if (!customElements.get('session-side')) customElements.define('session-side', SessionSide);
