/** Primitive `select`: a choice of one from a drop-down list. */
import { html, nothing } from 'lit';
import { t } from '../../i18n.ts';
import { toText, truthy } from '../expressions/values.ts';
import { FIELD_PROPERTIES, FieldElement } from '../field.ts';
import { definePrimitive } from '../registry.ts';
import { sameJson } from '../store.ts';
import { isRecord } from '../tree.ts';

type Name = 'placeholder' | 'options' | 'value_key' | 'label_key' | 'clearable';

interface Option {
  value: unknown;
  label: string;
  disabled: boolean;
}

class SelectElement extends FieldElement<Name> {
  protected override emptyValue(): unknown {
    return null;
  }

  protected override show(): unknown {
    const options = this.#options();
    const chosen = options.findIndex(({ value }) => sameJson(value, this.value));
    const clearable = this.flag('clearable') && chosen >= 0;
    return this.field(html`<select
      id=${this.uid}
      class="input"
      name=${this.name}
      aria-label=${this.controlLabel}
      aria-describedby=${this.describedBy}
      aria-invalid=${this.shownFault ? 'true' : nothing}
      aria-required=${this.flag('required') ? 'true' : nothing}
      ?disabled=${this.flag('disabled')}
      @change=${(event: Event) => this.#choose(options[Number((event.target as HTMLSelectElement).value)])}
      @blur=${this.touch}
    >
      ${chosen < 0 || clearable
        ? html`<option value="-1" ?disabled=${!clearable && chosen >= 0} .selected=${chosen < 0}>${this.text('placeholder', clearable ? t('None') : t('Choose…'))}</option>`
        : nothing}
      ${options.map(({ label, disabled }, index) => html`<option value=${index} ?disabled=${disabled} .selected=${index === chosen}>${label}</option>`)}
    </select>`);
  }

  #options(): Option[] {
    const [valueKey, labelKey] = [this.text('value_key', 'value'), this.text('label_key', 'label')];
    const options = this.prop('options');
    return (Array.isArray(options) ? options : []).map((option: unknown) => {
      if (!isRecord(option)) return { value: option, label: toText(option), disabled: false };
      const value = option[valueKey];
      return { value, label: toText(option[labelKey]) || toText(value), disabled: truthy(option['disabled']) };
    });
  }

  #choose(option: Option | undefined): void {
    this.change(option ? option.value : null);
  }
}

definePrimitive({
  type: 'select',
  properties: [...FIELD_PROPERTIES, 'placeholder', 'options', 'value_key', 'label_key', 'clearable'],
  element: SelectElement,
});
