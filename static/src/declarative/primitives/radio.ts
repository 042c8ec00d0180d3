/** Primitive `radio`: a choice of one, with all choices in view. */
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { FIELD_PROPERTIES, FieldElement } from '../field.ts';
import { readOptions } from '../options.ts';
import type { Option } from '../options.ts';
import { iconOf } from '../primitive.ts';
import { definePrimitive } from '../registry.ts';
import { sameJson } from '../store.ts';

type Name = 'options' | 'value_key' | 'label_key' | 'orientation' | 'variant';

class RadioElement extends FieldElement<Name> {
  protected override emptyValue(): unknown {
    return null;
  }

  /** What is chosen has the focus, else the first that can be. */
  protected override get control(): HTMLElement | null {
    return this.querySelector<HTMLElement>('input:checked') ?? this.querySelector<HTMLElement>('input:not(:disabled)');
  }

  protected override show(): unknown {
    const options = readOptions(this.prop('options'), this.text('value_key', 'value'), this.text('label_key', 'label'));
    const label = this.shownLabel;
    return html`<fieldset class="field radio" role="radiogroup" aria-label=${this.controlLabel} aria-describedby=${this.describedBy}
        aria-invalid=${this.shownFault ? 'true' : nothing} aria-required=${this.flag('required') ? 'true' : nothing}
        ?disabled=${this.flag('disabled')} @focusout=${this.#left}>
      ${label
        ? html`<legend class="label">${label}${this.flag('required') ? html`<span class="required" aria-hidden="true">*</span>` : nothing}</legend>`
        : nothing}
      <div class="radio-options" data-orientation=${this.word('orientation', ['vertical', 'horizontal'])} data-variant=${this.word('variant', ['plain', 'cards'])}>
        ${options.map((option, index) => this.#option(option, index))}
      </div>
      ${this.notes()}
    </fieldset>`;
  }

  #option({ value, label, description, icon, disabled }: Option, index: number): TemplateResult {
    const hint = `${this.uid}-${index}`;
    return html`<label class="check radio-option">
      <input type="radio" name=${this.uid} value=${index} ?disabled=${disabled} aria-describedby=${description ? hint : nothing}
        .checked=${live(sameJson(value, this.value))} @change=${() => this.change(value)} />
      ${iconOf(icon)}<span class="radio-text"><span>${label}</span>${description ? html`<span class="hint" id=${hint}>${description}</span>` : nothing}</span>
    </label>`;
  }

  readonly #left = (event: FocusEvent): void => {
    if (!this.contains(event.relatedTarget as Node | null)) this.touch();
  };
}

definePrimitive({
  type: 'radio',
  properties: [...FIELD_PROPERTIES, 'options', 'value_key', 'label_key', 'orientation', 'variant'],
  element: RadioElement,
});
