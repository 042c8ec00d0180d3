/** Primitive `form`: collects the values of the inputs in it and sends them with one action. */
import { html, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { t } from '../../i18n.ts';
import { toText, truthy } from '../expressions/values.ts';
import { firstFocusable } from '../focus.ts';
import { Primitive, iconOf } from '../primitive.ts';
import type { WidgetScope } from '../primitive.ts';
import { definePrimitive } from '../registry.ts';
import { formIdOf } from '../scope.ts';
import { styles } from '../styles.ts';
import { isRecord } from '../tree.ts';

type Name = 'initial' | 'gap' | 'reset_on_success' | 'children' | 'submit';

class FormElement extends Primitive<Name> {
  #inside: WidgetScope | undefined;
  #busy = false;

  protected override willUpdate(changed: PropertyValues): void {
    if (!changed.has('scope') && !changed.has('node')) return;
    this.#inside = this.scope.inForm(formIdOf(this.node));
    this.#begin();
  }

  protected override show(): unknown {
    return html`<form class="form" novalidate aria-label=${this.label() || nothing} @submit=${this.#submit} ${styles({ gap: `${this.number('gap', 12)}px` })}>
      ${this.nodes('children', this.#inside)}${this.#button()}
    </form>`;
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
    for (const [name, value] of Object.entries(this.#initial())) {
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
    </div>`;
  }

  readonly #submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const { forms } = this.scope.mount;
    const submit = this.node['submit'];
    if (this.#busy || !isRecord(submit) || !forms.reveal(this.#id)) return;
    this.#setBusy(true);
    const outcome = await this.actAs(submit['action'], 'submit', this.#inside!);
    this.#setBusy(false);
    if (outcome?.ok && this.flag('reset_on_success', true)) this.#startAnew();
  };

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
  properties: ['initial', 'gap', 'reset_on_success', 'children', 'submit'],
  element: FormElement,
});
