/** Primitive `text_input`: a field for one line of text. */
import { html, nothing } from 'lit';
import { live } from 'lit/directives/live.js';
import { toText } from '../expressions/values.ts';
import { FIELD_PROPERTIES, FieldElement } from '../field.ts';
import { iconOf } from '../primitive.ts';
import { definePrimitive } from '../registry.ts';
import { typed } from '../validation.ts';

type Name = 'placeholder' | 'icon' | 'secret' | 'validation' | 'on_submit';

const INPUT_MODES: Record<string, string> = { email: 'email', url: 'url', phone: 'tel', number: 'decimal', integer: 'numeric' };

class TextInputElement extends FieldElement<Name> {
  #sending = false;

  protected override show(): unknown {
    const hint = this.rules().validation?.type_hint ?? 'text';
    const icon = this.text('icon');
    const control = html`<input
      id=${this.uid}
      class="input"
      name=${this.name}
      type=${this.flag('secret') ? 'password' : 'text'}
      inputmode=${INPUT_MODES[hint] ?? nothing}
      autocomplete="off"
      placeholder=${this.text('placeholder') || nothing}
      aria-label=${this.controlLabel}
      aria-describedby=${this.describedBy}
      aria-invalid=${this.shownFault ? 'true' : nothing}
      aria-required=${this.flag('required') ? 'true' : nothing}
      ?disabled=${this.flag('disabled')}
      .value=${live(toText(this.value))}
      @input=${this.#typed}
      @blur=${this.touch}
      @keydown=${this.#key}
    />`;
    return this.field(icon ? html`<span class="search-field">${iconOf(icon)}${control}</span>` : control);
  }

  readonly #typed = (event: InputEvent): void => {
    this.change(typed((event.target as HTMLInputElement).value, this.rules().validation));
  };

  readonly #key = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || event.isComposing || !this.node['on_submit'] || this.closest('form')) return;
    event.preventDefault();
    this.reveal(false);
    if (!this.fault()) void this.#send();
  };

  /** Enter twice in a row sends once. */
  async #send(): Promise<void> {
    if (this.#sending) return;
    this.#sending = true;
    await this.act(this.node['on_submit'], { value: { value: this.value } });
    this.#sending = false;
  }
}

definePrimitive({
  type: 'text_input',
  properties: [...FIELD_PROPERTIES, 'placeholder', 'icon', 'secret', 'validation', 'on_submit'],
  element: TextInputElement,
});
