/** Primitive `multi_select`: a choice of several from a drop-down list; what is chosen stands in the field. */
import { html, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { t, tn } from '../../i18n.ts';
import { isMissing, toText } from '../expressions/values.ts';
import { FIELD_PROPERTIES, FieldElement } from '../field.ts';
import { readOptions } from '../options.ts';
import type { Option } from '../options.ts';
import { iconOf } from '../primitive.ts';
import { definePrimitive } from '../registry.ts';
import { sameJson } from '../store.ts';
import { inWords } from '../words.ts';
import '@awesome.me/webawesome/dist/components/popup/popup.js';

type Name = 'placeholder' | 'options' | 'value_key' | 'label_key' | 'searchable' | 'validation';

/** Choices shown at a time; who looks for another one types. */
const MOST = 200;

class MultiSelectElement extends FieldElement<Name> {
  #open = false;
  #query = '';
  /** The choice that Enter takes; its place among those shown. */
  #at = -1;

  constructor() {
    super();
    this.addEventListener('focusout', ({ relatedTarget }) => {
      if (!this.contains(relatedTarget as Node | null)) this.#left();
    });
  }

  override initial(): unknown {
    return listOf(super.initial());
  }

  override fault(): string | undefined {
    const { required, validation: { min = 0, max = Infinity, message } = {} } = this.rules();
    const count = this.#chosen.length;
    if (count === 0) return required ? t('This is required.') : undefined;
    const found = count < min ? tn('Choose at least {count}.', 'Choose at least {count}.', min) : count > max ? tn('Choose at most {count}.', 'Choose at most {count}.', max) : undefined;
    return found && (toText(message) || found);
  }

  protected override emptyValue(): unknown {
    return [];
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    if (this.#open) this.querySelector('.choice[data-active]')?.scrollIntoView({ block: 'nearest' });
  }

  protected override show(): unknown {
    const options = readOptions(this.prop('options'), this.text('value_key', 'value'), this.text('label_key', 'label'));
    const shown = this.#matching(options);
    this.#at = Math.min(this.#at, shown.length - 1);
    const chosen = this.#chosen.map((value) => options.find((option) => sameJson(option.value, value)) ?? unlisted(value));
    const disabled = this.flag('disabled');
    return this.field(html`<wa-popup class="choices-popup" placement="bottom-start" sync="width" distance="4" flip shift .active=${this.#open && !disabled}>
      <div slot="anchor" class="input choices" ?data-disabled=${disabled} ?data-invalid=${this.shownFault !== undefined} @pointerdown=${this.#pressed}>
        ${chosen.map((option) => this.#chip(option, disabled))}${this.#control(chosen.length, shown, options)}
        <wa-icon class="choices-chevron" name="keyboard_arrow_down" aria-hidden="true"></wa-icon>
      </div>
      ${this.#list(shown, options.length)}
    </wa-popup>`);
  }

  get #chosen(): unknown[] {
    return listOf(this.value);
  }

  get #full(): boolean {
    return this.#chosen.length >= (this.rules().validation?.max ?? Infinity);
  }

  #isChosen({ value }: Option): boolean {
    return this.#chosen.some((chosen) => sameJson(chosen, value));
  }

  #matching(options: Option[]): Option[] {
    const query = this.#query.trim().toLowerCase();
    const found = query ? options.filter(({ label, description }) => `${label} ${description}`.toLowerCase().includes(query)) : options;
    return found.slice(0, MOST);
  }

  #chip({ value, label }: Option, disabled: boolean): TemplateResult {
    return html`<span class="chip"><span class="chip-text">${label}</span>${disabled
      ? nothing
      : html`<button type="button" class="chip-remove" aria-label=${t('Remove {name}', { name: label })} tabindex="-1" @click=${() => this.#toggle(value, true)}>
          <wa-icon name="close" aria-hidden="true"></wa-icon>
        </button>`}</span>`;
  }

  /** A text field where people may type to search; else a button that the same keys work on. */
  #control(count: number, shown: Option[], options: Option[]): TemplateResult {
    const placeholder = count === 0 ? this.text('placeholder', t('Choose…')) : '';
    const active = this.#open && this.#at >= 0 ? this.#idOf(this.#at) : nothing;
    const key = (event: KeyboardEvent): void => this.#key(event, shown, options);
    if (!this.flag('searchable', true)) {
      return html`<button id=${this.uid} type="button" class="choices-search" role="combobox" aria-label=${this.controlLabel} aria-haspopup="listbox"
        aria-expanded=${String(this.#open)} aria-controls="${this.uid}-list" aria-activedescendant=${active} aria-describedby=${this.#describedBy(count)}
        aria-invalid=${this.shownFault ? 'true' : nothing} aria-required=${this.flag('required') ? 'true' : nothing} ?disabled=${this.flag('disabled')}
        @keydown=${key}>${placeholder}</button>${this.#summary(count)}`;
    }
    return html`<input id=${this.uid} class="choices-search" role="combobox" type="text" autocomplete="off" aria-label=${this.controlLabel} aria-haspopup="listbox"
      aria-autocomplete="list" aria-expanded=${String(this.#open)} aria-controls="${this.uid}-list" aria-activedescendant=${active}
      aria-describedby=${this.#describedBy(count)} aria-invalid=${this.shownFault ? 'true' : nothing} aria-required=${this.flag('required') ? 'true' : nothing}
      ?disabled=${this.flag('disabled')} placeholder=${placeholder || nothing} .value=${live(this.#query)} @input=${this.#typed} @keydown=${key} />${this.#summary(count)}`;
  }

  #summary(count: number): TemplateResult | typeof nothing {
    return count > 0 ? html`<span class="visually-hidden" id="${this.uid}-count">${tn('{count} chosen', '{count} chosen', count)}</span>` : nothing;
  }

  #describedBy(count: number): string | typeof nothing {
    const texts = [count > 0 ? `${this.uid}-count` : '', this.describedBy === nothing ? '' : String(this.describedBy)];
    return texts.filter(Boolean).join(' ') || nothing;
  }

  #list(shown: Option[], all: number): TemplateResult {
    const groups = Map.groupBy(shown, ({ group }) => group);
    return html`<div class="choices-list" role="listbox" id="${this.uid}-list" aria-multiselectable="true" aria-label=${this.shownLabel || this.label(inWords(this.name))}>
      ${[...groups].map(([group, options]) =>
        group
          ? html`<div role="group" aria-label=${group}><div class="choices-group" aria-hidden="true">${group}</div>${options.map((option) => this.#choice(option, shown.indexOf(option)))}</div>`
          : options.map((option) => this.#choice(option, shown.indexOf(option))),
      )}
      ${shown.length === 0 ? html`<div class="choices-none" role="option" aria-disabled="true" aria-selected="false">${all === 0 ? t('There is nothing to choose.') : t('Nothing matches.')}</div>` : nothing}
    </div>`;
  }

  #choice(option: Option, place: number): TemplateResult {
    const chosen = this.#isChosen(option);
    const out = option.disabled || (this.#full && !chosen);
    return html`<div class="choice" role="option" id=${this.#idOf(place)} aria-selected=${String(chosen)} aria-disabled=${out ? 'true' : nothing}
        ?data-active=${place === this.#at} @pointerdown=${(event: Event) => event.preventDefault()} @click=${() => !out && this.#take(option)}>
      <wa-icon class="choice-check" name="check" aria-hidden="true"></wa-icon>${iconOf(option.icon)}
      <span class="choice-text">${option.label}${option.description ? html`<span class="hint">${option.description}</span>` : nothing}</span>
    </div>`;
  }

  #idOf(place: number): string {
    return `${this.uid}-choice-${place}`;
  }

  /** Anywhere in the field but on a chip's button. */
  readonly #pressed = (event: PointerEvent): void => {
    if ((event.target as Element).closest('.chip-remove') || event.button !== 0 || this.flag('disabled')) return;
    if (event.target !== this.control || !(this.control instanceof HTMLInputElement)) event.preventDefault();
    this.control?.focus();
    this.#setOpen(event.target === this.control && this.control instanceof HTMLInputElement ? true : !this.#open);
  };

  readonly #typed = (event: InputEvent): void => {
    this.#query = (event.target as HTMLInputElement).value;
    this.#at = 0;
    this.#setOpen(true);
  };

  #key(event: KeyboardEvent, shown: Option[], options: Option[]): void {
    if (event.isComposing || event.ctrlKey || event.metaKey) return;
    const place = this.#placeAfter(event.key, shown.length);
    if (place !== undefined) this.#goTo(place);
    else if (event.key === 'Enter' || (event.key === ' ' && !(this.control instanceof HTMLInputElement))) this.#enter(shown);
    else if (event.key === 'Escape' && this.#open) this.#setOpen(false);
    else if (event.key === 'Backspace' && this.#query === '' && this.#chosen.length > 0) this.#toggle(this.#chosen.at(-1), true);
    else return this.#spell(event, options);
    event.preventDefault();
    event.stopPropagation();
  }

  /** Home and End move in the text where there is one. */
  #placeAfter(key: string, count: number): number | undefined {
    const inText = this.control instanceof HTMLInputElement && this.#query !== '';
    if (key === 'ArrowDown') return this.#open ? (this.#at + 1) % Math.max(1, count) : Math.max(0, this.#at);
    if (key === 'ArrowUp') return this.#open ? (Math.max(0, this.#at) - 1 + count) % Math.max(1, count) : Math.max(0, count - 1);
    if (!this.#open || inText) return undefined;
    return key === 'Home' ? 0 : key === 'End' ? count - 1 : undefined;
  }

  #goTo(place: number): void {
    this.#at = place;
    this.#setOpen(true);
  }

  #enter(shown: Option[]): void {
    const option = this.#open ? shown[this.#at] : undefined;
    if (!this.#open) this.#goTo(Math.max(0, this.#at));
    else if (option && !option.disabled && (!this.#full || this.#isChosen(option))) this.#take(option);
  }

  /** Letters lead to the next choice that begins with them, where they cannot be typed. */
  #spell({ key }: KeyboardEvent, options: Option[]): void {
    if (this.control instanceof HTMLInputElement || [...key].length !== 1) return;
    const from = this.#at + 1;
    const round = [...options.slice(from), ...options.slice(0, from)];
    const found = round.find(({ label }) => label.toLowerCase().startsWith(key.toLowerCase()));
    if (found) this.#goTo(options.indexOf(found));
  }

  #take(option: Option): void {
    this.#at = this.#query ? 0 : this.#at;
    this.#query = '';
    this.#toggle(option.value, this.#isChosen(option));
  }

  #toggle(value: unknown, remove: boolean): void {
    const rest = this.#chosen.filter((chosen) => !sameJson(chosen, value));
    this.change(remove ? rest : [...rest, value]);
    this.control?.focus();
  }

  #setOpen(open: boolean): void {
    this.#open = open;
    if (!open) this.#at = -1;
    this.requestUpdate();
  }

  #left(): void {
    this.#query = '';
    this.#setOpen(false);
    this.touch();
  }
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : isMissing(value) || value === '' ? [] : [value];
}

/** A value that is none of the choices still is one that is kept, and can be taken out. */
function unlisted(value: unknown): Option {
  return { value, label: toText(value), description: '', icon: '', group: '', disabled: false };
}

definePrimitive({
  type: 'multi_select',
  properties: [...FIELD_PROPERTIES, 'placeholder', 'options', 'value_key', 'label_key', 'searchable', 'validation'],
  element: MultiSelectElement,
});
