/** Settings: a button that asks in its own place before it does something that cannot be undone. */
import { LitElement, html } from 'lit';
import type { TemplateResult } from 'lit';
import { t } from '../../i18n.ts';

/** `<inline-confirm label question confirm>`; fires `confirmed`. `about` completes the label for screen readers. */
export class InlineConfirm extends LitElement {
  static override properties = {
    label: {},
    question: {},
    confirm: {},
    about: {},
    disabled: { type: Boolean },
    asking: { state: true },
  };
  declare label: string;
  declare question: string;
  declare confirm: string;
  declare about: string;
  declare disabled: boolean;
  declare private asking: boolean;

  constructor() {
    super();
    this.label = '';
    this.question = '';
    this.confirm = '';
    this.about = '';
    this.disabled = false;
    this.asking = false;
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override render(): TemplateResult {
    return this.asking ? this.#question() : this.#button();
  }

  #button(): TemplateResult {
    const name = this.about ? `${this.label}: ${this.about}` : this.label;
    return html`<button
      type="button"
      class="button"
      data-size="small"
      data-variant="ghost"
      aria-label=${name}
      ?disabled=${this.disabled}
      @click=${() => void this.#show(true)}
    >
      ${this.label}
    </button>`;
  }

  #question(): TemplateResult {
    return html`<span role="alert">${this.question}</span>
      <span class="cluster" @keydown=${this.#escape}>
        <button type="button" class="button" data-size="small" @click=${() => void this.#show(false)}>${t('Cancel')}</button>
        <button type="button" class="button" data-size="small" data-variant="destructive" @click=${this.#agree}>
          ${this.confirm}
        </button>
      </span>`;
  }

  /** Either way the focus is on the first button afterwards: on Cancel, or back on the opener. */
  async #show(asking: boolean): Promise<void> {
    this.asking = asking;
    await this.updateComplete;
    this.querySelector('button')?.focus();
  }

  readonly #escape = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape') return;
    event.stopPropagation();
    void this.#show(false);
  };

  readonly #agree = (): void => {
    this.asking = false;
    this.dispatchEvent(new CustomEvent('confirmed', { bubbles: true }));
  };
}
