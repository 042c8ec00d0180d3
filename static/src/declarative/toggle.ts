/** Declarative: what checkbox and switch share: a box that is on or off, with its label beside it. */
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { truthy } from './expressions/values.ts';
import { FieldElement } from './field.ts';

export abstract class ToggleElement extends FieldElement {
  protected override emptyValue(): unknown {
    return false;
  }

  /** The control with its label; `role` is `switch` or nothing. */
  protected toggle(role: 'switch' | typeof nothing): TemplateResult {
    const label = this.shownLabel;
    return html`<div class="field">
      <label class="check">
        <input
          id=${this.uid}
          type="checkbox"
          class=${role === 'switch' ? 'switch' : nothing}
          role=${role}
          name=${this.name}
          aria-label=${this.controlLabel}
          aria-describedby=${this.describedBy}
          aria-invalid=${this.shownFault ? 'true' : nothing}
          aria-required=${this.flag('required') ? 'true' : nothing}
          ?disabled=${this.flag('disabled')}
          .checked=${live(truthy(this.value))}
          @change=${(event: Event) => this.change((event.target as HTMLInputElement).checked)}
          @blur=${this.touch}
        />
        ${label ? html`<span>${label}${this.flag('required') ? html` <span class="required" aria-hidden="true">*</span>` : nothing}</span>` : nothing}
      </label>
      ${this.notes()}
    </div>`;
  }
}
