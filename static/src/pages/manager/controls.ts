/** Manager: the control of one config field. */
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { t } from '../../i18n.ts';
import type { ConfigField, Draft } from './config.ts';

export interface ControlOptions {
  id: string;
  disabled: boolean;
  /** What is wrong with it; empty when nothing is. */
  fault: string;
  change: (value: Draft[string]) => void;
}

/** The field with its label, description and fault. */
export function controlOf(field: ConfigField, value: Draft[string], options: ControlOptions): TemplateResult {
  if (field.kind === 'boolean') return html`<div class="field">${box(field, value === true, options)} ${faultOf(options)}</div>`;
  if (field.kind === 'choices') return choices(field, value as number[], options);
  return html`<div class="field">
    <label for=${options.id}>${field.label}${field.required ? html`<span class="required" aria-hidden="true">*</span>` : nothing}</label>
    ${control(field, String(value), options)}
    ${hint(field, options)} ${faultOf(options)}
  </div>`;
}

function control(field: ConfigField, value: string, options: ControlOptions): TemplateResult {
  if (field.kind === 'choice') return choice(field, value, options);
  if (field.kind === 'text' || field.kind === 'number') return line(field, value, options);
  return html`<textarea
    id=${options.id}
    class=${field.kind === 'json' ? 'mono' : ''}
    rows=${field.kind === 'lines' ? Math.min(10, Math.max(3, value.split('\n').length + 1)) : 5}
    spellcheck=${field.kind === 'json' ? 'false' : nothing}
    ?disabled=${options.disabled}
    aria-invalid=${options.fault ? 'true' : nothing}
    aria-describedby=${describedBy(options)}
    .value=${live(value)}
    @input=${(event: Event) => options.change((event.target as HTMLTextAreaElement).value)}
  ></textarea>`;
}

/** Numbers are typed as text: what is no number is then kept and said, where a number field would forget it. */
function line(field: ConfigField, value: string, options: ControlOptions): TemplateResult {
  return html`<input
    id=${options.id}
    type="text"
    inputmode=${field.kind === 'number' ? (field.step === 1 ? 'numeric' : 'decimal') : nothing}
    maxlength=${field.maxLength ?? nothing}
    autocomplete="off"
    placeholder=${field.fallback === undefined ? nothing : String(field.fallback)}
    ?disabled=${options.disabled}
    aria-required=${field.required ? 'true' : nothing}
    aria-invalid=${options.fault ? 'true' : nothing}
    aria-describedby=${describedBy(options)}
    .value=${live(value)}
    @input=${(event: Event) => options.change((event.target as HTMLInputElement).value)}
  />`;
}

function choice(field: ConfigField, value: string, options: ControlOptions): TemplateResult {
  const none = field.fallback === undefined ? t('Not set') : t('Default ({value})', { value: String(field.fallback) });
  return html`<select
    id=${options.id}
    ?disabled=${options.disabled}
    aria-invalid=${options.fault ? 'true' : nothing}
    aria-describedby=${describedBy(options)}
    @change=${(event: Event) => options.change((event.target as HTMLSelectElement).value)}
  >
    ${field.required ? nothing : html`<option value="" ?selected=${value === ''}>${none}</option>`}
    ${field.options.map((option, at) => html`<option value=${at} ?selected=${value === String(at)}>${String(option)}</option>`)}
  </select>`;
}

function choices(field: ConfigField, chosen: number[], options: ControlOptions): TemplateResult {
  const toggle = (at: number, on: boolean): void =>
    options.change(field.options.flatMap((_, each) => ((each === at ? on : chosen.includes(each)) ? [each] : [])));
  return html`<fieldset class="field choices" aria-describedby=${describedBy(options)}>
    <legend>${field.label}</legend>
    ${field.options.map(
      (option, at) => html`<label class="check">
        <input
          type="checkbox"
          .checked=${live(chosen.includes(at))}
          ?disabled=${options.disabled}
          @change=${(event: Event) => toggle(at, (event.target as HTMLInputElement).checked)}
        /><span>${String(option)}</span>
      </label>`,
    )}
    ${hint(field, options)} ${faultOf(options)}
  </fieldset>`;
}

function box(field: ConfigField, on: boolean, options: ControlOptions): TemplateResult {
  return html`<label class="check">
    <input
      type="checkbox"
      id=${options.id}
      .checked=${live(on)}
      ?disabled=${options.disabled}
      aria-describedby=${options.fault ? `${options.id}-fault` : nothing}
      @change=${(event: Event) => options.change((event.target as HTMLInputElement).checked)}
    />
    <span>${field.label}${field.description ? html`<span class="hint caption">${field.description}</span>` : nothing}</span>
  </label>`;
}

function describedBy({ id, fault }: ControlOptions): string {
  return fault ? `${id}-hint ${id}-fault` : `${id}-hint`;
}

function hint(field: ConfigField, { id }: ControlOptions): TemplateResult {
  const parts = [field.description, field.kind === 'lines' ? t('One per line.') : '', field.kind === 'json' ? t('As JSON.') : '', range(field)];
  return html`<div class="hint" id="${id}-hint">${parts.filter(Boolean).join(' ')}</div>`;
}

function range({ minimum, maximum }: ConfigField): string {
  if (minimum !== undefined && maximum !== undefined) return t('From {minimum} to {maximum}.', { minimum, maximum });
  if (minimum !== undefined) return t('At least {minimum}.', { minimum });
  return maximum === undefined ? '' : t('At most {maximum}.', { maximum });
}

function faultOf({ id, fault }: ControlOptions): TemplateResult | typeof nothing {
  if (!fault) return nothing;
  return html`<p class="error" id="${id}-fault" role="alert"><wa-icon name="error"></wa-icon>${fault}</p>`;
}
