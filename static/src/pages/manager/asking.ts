/** Manager: a question in its own place, before something goes that cannot come back. */
import { LitElement, html } from 'lit';
import type { TemplateResult } from 'lit';
import { t } from '../../i18n.ts';

/**
 * `<ask-in-place .question .agree .busy>`: takes the focus; fires `agreed`, or `called-off` (also by Escape). With
 * `.rather`, the words of a second way to agree that destroys less, also `rather`.
 */
export class AskInPlace extends LitElement {
  static override properties = { question: {}, agree: {}, rather: {}, busy: { type: Boolean } };
  declare question: string;
  declare agree: string;
  declare rather: string;
  declare busy: boolean;

  constructor() {
    super();
    this.question = '';
    this.agree = '';
    this.rather = '';
    this.busy = false;
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override firstUpdated(): void {
    this.querySelector('button')?.focus();
  }

  override render(): TemplateResult {
    return html`<div class="asking" role="group" aria-label=${this.question} @keydown=${this.#escape}>
      <span class="asking-text"><wa-icon name="warning"></wa-icon><span role="alert">${this.question}</span></span>
      <span class="cluster">
        <button type="button" class="button" data-size="small" @click=${() => this.#tell('called-off')}>${t('Cancel')}</button>
        ${this.rather ? html`<button type="button" class="button" data-size="small" ?disabled=${this.busy} @click=${() => this.#tell('rather')}>${this.rather}</button>` : ''}
        <button
          type="button"
          class="button"
          data-size="small"
          data-variant="destructive"
          aria-busy=${String(this.busy)}
          ?disabled=${this.busy}
          @click=${() => this.#tell('agreed')}
        >
          ${this.busy ? html`<span class="spinner" aria-hidden="true"></span>` : ''}${this.agree}
        </button>
      </span>
    </div>`;
  }

  /** Escape answers the question; it must not close the drawer around it, too. */
  readonly #escape = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape') return;
    event.preventDefault();
    event.stopPropagation();
    this.#tell('called-off');
  };

  #tell(what: string): void {
    this.dispatchEvent(new CustomEvent(what));
  }
}
