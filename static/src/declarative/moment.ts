/** Declarative: what date, time and datetime share: the browser's own picker, limits, and values in ISO 8601. */
import { html, nothing } from 'lit';
import { live } from 'lit/directives/live.js';
import { t } from '../i18n.ts';
import type { Surroundings } from './expressions/dates.ts';
import { FIELD_PROPERTIES, FieldElement } from './field.ts';

export type MomentName = 'min' | 'max' | 'step';

/** The properties that all three declare. */
export const MOMENT_PROPERTIES: readonly string[] = [...FIELD_PROPERTIES, 'min', 'max'];

export abstract class MomentElement extends FieldElement<MomentName> {
  /** The `type` of the browser's control. */
  protected abstract readonly control_type: 'date' | 'time' | 'datetime-local';

  /** The value as the control keeps it; empty for what is no moment. Two of them compare as texts. */
  protected abstract normal(value: unknown, around: Surroundings): string;

  /** The value as people write it. */
  protected abstract words(value: string, around: Surroundings): string;

  override initial(): unknown {
    return this.#normal(super.initial());
  }

  override fault(): string | undefined {
    if ((this.control as HTMLInputElement | null)?.validity.badInput) return t('This is not complete.');
    const value = this.#normal(this.value);
    return super.fault() ?? (value ? this.#rangeFault(value) : undefined);
  }

  protected override rules(): ReturnType<FieldElement['rules']> {
    return { ...super.rules(), limits: [this.#limit('min'), this.#limit('max')] };
  }

  protected override show(): unknown {
    const step = this.number('step');
    return this.field(html`<input
      id=${this.uid}
      class="input moment"
      name=${this.name}
      type=${this.control_type}
      min=${this.#limit('min') || nothing}
      max=${this.#limit('max') || nothing}
      step=${step === undefined || step <= 0 ? nothing : step * 60}
      aria-label=${this.controlLabel}
      aria-describedby=${this.describedBy}
      aria-invalid=${this.shownFault ? 'true' : nothing}
      aria-required=${this.flag('required') ? 'true' : nothing}
      ?disabled=${this.flag('disabled')}
      ?data-empty=${!this.#normal(this.value)}
      .value=${live(this.#normal(this.value))}
      @input=${(event: InputEvent) => this.change((event.target as HTMLInputElement).value)}
      @blur=${this.touch}
    />`);
  }

  #normal(value: unknown): string {
    return this.normal(value, this.scope.mount.surroundings());
  }

  #limit(name: 'min' | 'max'): string {
    return this.#normal(this.prop(name));
  }

  #rangeFault(value: string): string | undefined {
    const [min, max] = [this.#limit('min'), this.#limit('max')];
    const words = (limit: string): string => this.words(limit, this.scope.mount.surroundings());
    if (min && value < min) return t('Not before {min}.', { min: words(min) });
    return max && value > max ? t('Not after {max}.', { max: words(max) }) : undefined;
  }
}
