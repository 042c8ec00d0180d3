/** Primitive `textarea`: a field for several lines of text. */
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { t } from '../../i18n.ts';
import { toText } from '../expressions/values.ts';
import { FIELD_PROPERTIES, FieldElement } from '../field.ts';
import { definePrimitive } from '../registry.ts';
import type { Rules } from '../validation.ts';

type Name = 'placeholder' | 'rows' | 'max_chars' | 'validation';

/** A limit beyond this is only counted once it comes near. */
const ROOMY = 1_000;

class TextareaElement extends FieldElement<Name> {
  protected override rules(): Rules {
    return { ...super.rules(), maxChars: this.number('max_chars') };
  }

  protected override show(): unknown {
    return this.field(
      html`<textarea
        id=${this.uid}
        class="input"
        name=${this.name}
        rows=${Math.max(1, Math.min(50, Math.trunc(this.number('rows', 3))))}
        placeholder=${this.text('placeholder') || nothing}
        aria-label=${this.controlLabel}
        aria-describedby=${this.describedBy}
        aria-invalid=${this.shownFault ? 'true' : nothing}
        aria-required=${this.flag('required') ? 'true' : nothing}
        ?disabled=${this.flag('disabled')}
        .value=${live(toText(this.value))}
        @input=${(event: InputEvent) => this.change((event.target as HTMLTextAreaElement).value)}
        @blur=${this.touch}
      ></textarea>`,
      this.#counter(),
    );
  }

  #counter(): TemplateResult | typeof nothing {
    const most = this.number('max_chars');
    if (most === undefined) return nothing;
    const count = [...toText(this.value)].length;
    if (most > ROOMY && count < most * 0.8) return nothing;
    return html`<span class="counter"><span aria-hidden="true">${count} / ${most}</span><span class="visually-hidden">${t('{count} of {most} characters', { count, most })}</span></span>`;
  }
}

definePrimitive({
  type: 'textarea',
  properties: [...FIELD_PROPERTIES, 'placeholder', 'rows', 'max_chars', 'validation'],
  element: TextareaElement,
});
