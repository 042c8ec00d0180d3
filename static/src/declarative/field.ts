/** Declarative: what every input does: keep its value in its form, say what is wrong, be labelled. */
import { html, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import type { Field } from './forms.ts';
import { Primitive } from './primitive.ts';
import { sameJson } from './store.ts';
import { isRecord } from './tree.ts';
import { fault } from './validation.ts';
import type { Rules, Validation } from './validation.ts';
import { inWords } from './words.ts';

export type FieldName = 'name' | 'label' | 'help' | 'default' | 'required' | 'disabled' | 'on_change';

/** The properties that every input declares. */
export const FIELD_PROPERTIES: readonly FieldName[] = ['name', 'label', 'help', 'default', 'required', 'disabled', 'on_change'];

/** Sent by a field that is about to take the focus: what hides it opens at once. */
export const REVEAL = 'wm-reveal';

export abstract class FieldElement<Name extends string = never> extends Primitive<Name | FieldName> implements Field {
  /** Faults are shown once the person has left the field, or tried to send the form. */
  #touched = false;
  /** Since it went back to its first value nobody has changed it: to leave it as it is is no fault. */
  #anew = false;
  #leave: (() => void) | undefined;
  #rules = '';
  /** The first value, and the one that was last taken. */
  #initial: unknown;
  #followed: unknown;
  #refusal: { message: string; value: unknown } | undefined;

  get name(): string {
    return String(this.node['name']);
  }

  initial(): unknown {
    return this.prop('default' as Name) ?? this.emptyValue();
  }

  fault(): string | undefined {
    return fault(this.value, this.rules());
  }

  reveal(focus: boolean): void {
    this.#touched = true;
    this.requestUpdate();
    if (!focus) return;
    this.dispatchEvent(new Event(REVEAL, { bubbles: true }));
    this.focusControl();
  }

  /** Shows what the server has against the value, as long as it stays that value. */
  refuse(message: string): void {
    this.#refusal = { message, value: this.value };
    this.requestUpdate();
  }

  /** As if nobody had been in the field, and the server had said nothing about it. */
  reset(): void {
    this.#touched = false;
    this.#anew = true;
    this.#refusal = undefined;
    this.requestUpdate();
  }

  precedes(other: Field): boolean {
    return other instanceof Node && (this.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasUpdated) this.#join();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#leave?.();
    this.#leave = undefined;
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('scope') || changed.has('node')) this.#join();
  }

  protected override render(): unknown {
    this.rules(); // read while rendering, so that a change of what they depend on is heard
    this.#initial = this.initial();
    return super.render();
  }

  protected override updated(_changed: PropertyValues): void {
    this.#followInitial();
    const rules = JSON.stringify(this.rules());
    if (rules === this.#rules) return;
    this.#rules = rules;
    this.check();
  }

  /** A first value that arrives later, such as one of a binding, is taken as long as nobody has changed the field. */
  #followInitial(): void {
    const [before, initial] = [this.#followed, this.#initial];
    this.#followed = initial;
    if (before === undefined || sameJson(before, initial) || !sameJson(before, this.value)) return;
    this.scope.store.set(this.scope.fieldPath(this.name), initial);
    this.check();
  }

  /** Tells the form whether the value is right now. */
  protected check(): void {
    this.scope.mount.forms.check(this.scope.formId, [this]);
  }

  /** The value of an input that nobody has touched. */
  protected emptyValue(): unknown {
    return '';
  }

  protected get control(): HTMLElement | null {
    return this.querySelector<HTMLElement>(`#${this.uid}`);
  }

  protected focusControl(): void {
    this.control?.focus();
  }

  protected get value(): unknown {
    return this.readPath(this.scope.fieldPath(this.name));
  }

  /** The checks in force; more of them in the primitives that have more. */
  protected rules(): Rules {
    const validation = this.evaluated(this.node['validation']);
    return {
      required: this.flag('required' as Name),
      validation: isRecord(validation) ? (validation as Validation) : undefined,
    };
  }

  /** Keeps a new value and does what the tree says about changes. */
  protected change(value: unknown): void {
    this.#refusal = undefined;
    this.#anew = false;
    this.scope.store.set(this.scope.fieldPath(this.name), value);
    this.check();
    void this.act(this.node['on_change'], { value: { value } });
  }

  /** The person has left the field. */
  protected readonly touch = (): void => {
    if (this.#anew) return;
    this.#touched = true;
    this.requestUpdate();
  };

  /** What is shown as wrong, if anything. */
  protected get shownFault(): string | undefined {
    const refused = this.#refusal && sameJson(this.#refusal.value, this.value) ? this.#refusal.message : undefined;
    return (this.#touched ? this.fault() : undefined) ?? refused;
  }

  /** Ids of the texts that describe the control. */
  protected get describedBy(): string | typeof nothing {
    const ids = [this.text('help' as Name) && `${this.uid}-help`, this.shownFault && `${this.uid}-fault`].filter(Boolean);
    return ids.join(' ') || nothing;
  }

  /** The words beside the control. An author who wants none leaves `label` empty, or writes `aria_label` alone. */
  protected get shownLabel(): string {
    const silent = this.node['label'] !== undefined || this.node['aria_label'] !== undefined;
    return silent ? this.text('label' as Name) : inWords(this.name);
  }

  /** The name of a control that shows no label. */
  protected get controlLabel(): string | typeof nothing {
    return this.shownLabel ? nothing : this.label(inWords(this.name));
  }

  /** Label, control, hint and fault, one under the other. `labelable` is false where the control is no control of HTML. */
  protected field(control: TemplateResult, beside: unknown = nothing, labelable = true): TemplateResult {
    return html`<div class="field">
      <div class="field-head">${this.#heading(labelable)}${beside}</div>
      ${control}${this.notes()}
    </div>`;
  }

  #heading(labelable: boolean): TemplateResult | typeof nothing {
    const label = this.shownLabel;
    if (!label) return nothing;
    if (labelable) return html`<label for=${this.uid}>${label}${this.#star()}</label>`;
    return html`<span class="label" id="${this.uid}-label" @click=${() => this.focusControl()}>${label}${this.#star()}</span>`;
  }

  protected notes(): TemplateResult {
    const [help, wrong] = [this.text('help' as Name), this.shownFault];
    return html`${help ? html`<span class="hint" id="${this.uid}-help">${help}</span>` : nothing}
      ${wrong ? html`<span class="error" id="${this.uid}-fault"><wa-icon name="error" aria-hidden="true"></wa-icon>${wrong}</span>` : nothing}`;
  }

  #star(): TemplateResult | typeof nothing {
    return this.flag('required' as Name) ? html`<span class="required" aria-hidden="true">*</span>` : nothing;
  }

  #join(): void {
    this.#leave?.();
    this.#leave = this.scope.mount.forms.join(this.scope.formId, this);
  }

}
