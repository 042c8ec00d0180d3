/** Primitive `form`: collects the values of the inputs in it and sends them with one action. */
import { html, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import type { FieldError } from '../../api.ts';
import { t } from '../../i18n.ts';
import { toText, truthy } from '../expressions/values.ts';
import { firstFocusable } from '../focus.ts';
import { Primitive, iconOf } from '../primitive.ts';
import type { WidgetScope } from '../primitive.ts';
import { definePrimitive } from '../registry.ts';
import { formIdOf } from '../scope.ts';
import { sameJson } from '../store.ts';
import { styles } from '../styles.ts';
import { isRecord } from '../tree.ts';

type Name = 'initial' | 'gap' | 'reset_on_success' | 'reset_label' | 'children' | 'submit';

/** What the path of a fault may begin with before the name of the field. */
const AROUND_FIELDS = /^(?:(?:payload|args|params|form|body)\.)+/;

class FormElement extends Primitive<Name> {
  #inside: WidgetScope | undefined;
  #busy = false;
  /** The first values as they are now, and as they were when they were last taken. */
  #first: Record<string, unknown> = {};
  #taken: Record<string, unknown> = {};

  protected override willUpdate(changed: PropertyValues): void {
    if (!changed.has('scope') && !changed.has('node')) return;
    this.#inside = this.scope.inForm(formIdOf(this.node));
    this.#begin();
  }

  protected override show(): unknown {
    this.#first = this.#initial(); // read while rendering, so that one that arrives later is heard
    return html`<form class="form" novalidate aria-label=${this.label() || nothing} @submit=${this.#submit} @keydown=${this.#key} ${styles({ gap: `${this.number('gap', 12)}px` })}>
      ${this.nodes('children', this.#inside)}${this.#button()}
    </form>`;
  }

  protected override updated(): void {
    const { store, forms } = this.scope.mount;
    for (const [name, value] of Object.entries(this.#first)) {
      if (value === undefined || sameJson(value, this.#taken[name])) continue;
      const path = this.#inside!.fieldPath(name);
      if (sameJson(store.get(path), this.#taken[name] ?? forms.initialOf(this.#id, name))) store.set(path, value);
    }
    if (!sameJson(this.#first, this.#taken)) forms.check(this.#id);
    this.#taken = this.#first;
  }

  /** A form that is shown anew starts anew: what was typed before it was put away has been given up. */
  protected override reappeared(): void {
    this.scope.mount.forms.reset(this.#id, this.#initial());
  }

  get #id(): string {
    return this.#inside!.formId;
  }

  /** The first values, where the form has none yet: a reload of the page or a patch must not undo what was typed. */
  #begin(): void {
    const { store, forms } = this.scope.mount;
    this.#taken = this.#initial();
    for (const [name, value] of Object.entries(this.#taken)) {
      const path = this.#inside!.fieldPath(name);
      if (store.get(path) === undefined) store.set(path, value);
    }
    forms.check(this.#id);
  }

  #initial(): Record<string, unknown> {
    const initial = this.prop('initial');
    return isRecord(initial) ? initial : {};
  }

  #button(): TemplateResult | typeof nothing {
    const submit = this.node['submit'];
    if (!isRecord(submit)) return nothing;
    const word = (name: string): string => toText(this.evaluated(submit[name], this.#inside));
    const disabled = truthy(this.evaluated(submit['disabled'] ?? '{{!form.valid}}', this.#inside));
    const label = word('label') || t('Submit');
    return html`<div class="form-actions">
      <button type="submit" class="button" data-variant=${word('variant') || 'primary'} ?disabled=${disabled && !this.#busy} aria-disabled=${this.#busy ? 'true' : nothing} aria-busy=${String(this.#busy)}>
        ${this.#busy ? html`<span class="spinner" aria-hidden="true"></span>${word('loading_label') || label}` : html`${iconOf(word('icon'))}${label}`}
      </button>
      ${this.text('reset_label') ? html`<button type="button" class="button" data-variant="ghost" ?disabled=${this.#busy} @click=${this.#reset}>${this.text('reset_label')}</button>` : nothing}
    </div>`;
  }

  readonly #reset = (): void => this.scope.mount.forms.reset(this.#id, this.#initial());

  /** Enter where the button is off says why it is off. */
  readonly #key = (event: KeyboardEvent): void => {
    const button = this.querySelector<HTMLButtonElement>(':scope > form > .form-actions > [type="submit"]');
    if (event.key !== 'Enter' || event.isComposing || event.defaultPrevented || !button?.disabled) return;
    if (event.target instanceof HTMLInputElement) this.scope.mount.forms.reveal(this.#id);
  };

  readonly #submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const { forms } = this.scope.mount;
    const submit = this.node['submit'];
    if (this.#busy || !isRecord(submit) || !forms.reveal(this.#id)) return;
    this.#setBusy(true);
    const outcome = await this.actAs(submit['action'], 'submit', this.#inside!);
    this.#setBusy(false);
    if (outcome?.ok && this.flag('reset_on_success', true)) this.#startAnew();
    else if (outcome?.error?.errors) this.#refuse(outcome.error.errors);
  };

  /** Faults of arguments belong beside the fields they came from. */
  #refuse(errors: readonly FieldError[]): void {
    const faults = errors.map(({ path, message }) => [path.replace(AROUND_FIELDS, '').split(/[.[]/)[0]!, message] as const);
    this.scope.mount.forms.refuse(this.#id, new Map(faults.reverse())); // of several of one field the first counts
  }

  /** Whoever sent it can go on with the next one. */
  #startAnew(): void {
    const inside = this.contains(document.activeElement);
    this.scope.mount.forms.reset(this.#id, this.#initial());
    if (inside) firstFocusable(this)?.focus();
  }

  #setBusy(busy: boolean): void {
    this.#busy = busy;
    this.requestUpdate();
  }
}

definePrimitive({
  type: 'form',
  properties: ['initial', 'gap', 'reset_on_success', 'reset_label', 'children', 'submit'],
  element: FormElement,
});
