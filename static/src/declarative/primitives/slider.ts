/** Primitive `slider`: a number chosen by sliding. */
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { cell } from '../cells.ts';
import { toNumber, toText } from '../expressions/values.ts';
import { FIELD_PROPERTIES, FieldElement } from '../field.ts';
import { definePrimitive } from '../registry.ts';
import { styles } from '../styles.ts';
import { isRecord } from '../tree.ts';

type Name = 'min' | 'max' | 'step' | 'marks' | 'unit' | 'format' | 'show_value';

interface Range {
  min: number;
  max: number;
  step: number;
}

interface Mark {
  value: number;
  label: string;
}

class SliderElement extends FieldElement<Name> {
  override initial(): unknown {
    return snapped(toNumber(super.initial()), this.#range());
  }

  protected override emptyValue(): unknown {
    return this.#range().min;
  }

  protected override show(): unknown {
    const range = this.#range();
    const value = snapped(toNumber(this.value), range);
    const marks = this.#marks(range);
    const written = this.#write(value);
    const named = marks.find((mark) => mark.value === value && mark.label !== written)?.label;
    const control = html`<div class="slider" ?data-marks=${marks.length > 0} ${styles({ '--share': String(share(value, range)) })}>
      <input id=${this.uid} type="range" name=${this.name} min=${range.min} max=${range.max} step=${range.step}
        aria-label=${this.controlLabel} aria-describedby=${this.describedBy} aria-valuetext=${named ? `${named}, ${written}` : written}
        ?disabled=${this.flag('disabled')} .value=${live(String(value))} @input=${this.#slide} @change=${this.#settle} @blur=${this.touch} />
      ${marks.length > 0 ? html`<div class="slider-marks" aria-hidden="true">${marks.map((mark) => this.#mark(mark, range))}</div>` : nothing}
    </div>`;
    const output = this.flag('show_value', true) ? html`<output class="slider-value" for=${this.uid}>${written}</output>` : nothing;
    return this.field(control, output);
  }

  #mark({ value, label }: Mark, range: Range): TemplateResult {
    const at = share(value, range);
    const edge = at === 0 ? 'start' : at === 1 ? 'end' : nothing;
    return html`<span class="slider-mark" data-edge=${edge} ${styles({ '--at': String(at) })}>${label}</span>`;
  }

  #range(): Range {
    const min = this.number('min', 0);
    const max = Math.max(min, this.number('max', 100));
    const step = this.number('step', 1);
    return { min, max, step: step > 0 ? step : 1 };
  }

  #marks(range: Range): Mark[] {
    const marks = this.prop('marks');
    return (Array.isArray(marks) ? marks : []).flatMap((mark: unknown) => {
      const value = toNumber(isRecord(mark) ? mark['value'] : mark);
      if (value === undefined || value < range.min || value > range.max) return [];
      return [{ value, label: (isRecord(mark) && toText(mark['label'])) || this.#write(value) }];
    });
  }

  #write(value: number): string {
    const unit = this.text('unit');
    const text = toText(cell(value, this.word('format', ['number', 'money', 'percent', 'text']), this.scope.mount.surroundings()));
    return unit ? `${text}\u00a0${unit}` : text;
  }

  /** The value follows the thumb; what the tree does about changes waits until it rests. */
  readonly #slide = (event: InputEvent): void => {
    this.scope.store.set(this.scope.fieldPath(this.name), Number((event.target as HTMLInputElement).value));
  };

  readonly #settle = (event: Event): void => this.change(Number((event.target as HTMLInputElement).value));
}

function share(value: number, { min, max }: Range): number {
  return max > min ? (value - min) / (max - min) : 0;
}

/** The nearest value that the thumb can stand on. */
function snapped(value: number | undefined, { min, max, step }: Range): number {
  if (value === undefined) return min;
  const steps = Math.round((Math.min(max, Math.max(min, value)) - min) / step);
  const last = Math.floor((max - min) / step + 1e-9);
  return Number((min + Math.min(steps, last) * step).toFixed(10));
}

definePrimitive({
  type: 'slider',
  properties: [...FIELD_PROPERTIES, 'min', 'max', 'step', 'marks', 'unit', 'format', 'show_value'],
  element: SliderElement,
});
