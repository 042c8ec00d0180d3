/** Primitive `stat`: one figure with its label and trend. */
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { toNumber, toText } from '../expressions/values.ts';
import { FILTERS } from '../expressions/filters.ts';
import { iconOf } from '../primitive.ts';
import { PressablePrimitive } from '../pressable.ts';
import { definePrimitive } from '../registry.ts';

type Name = 'label' | 'value' | 'trend' | 'trend_label' | 'icon' | 'accent' | 'unit' | 'format' | 'action';

class StatElement extends PressablePrimitive<Name> {
  protected override show(): unknown {
    this.dataset['accent'] = this.text('accent', 'blue');
    this.toggleAttribute('data-press', this.node['action'] !== undefined);
    this.toggleAttribute('data-busy', this.busy);
    const icon = this.text('icon');
    const value = this.#value();
    return html`<div class="stat-label">${icon ? iconOf(icon) : nothing}${this.#label()}</div>
      <div class="stat-value">${value}${this.text('unit') && value ? html`<span class="stat-unit">${this.text('unit')}</span>` : nothing}</div>
      ${this.#trend()}`;
  }

  #label(): unknown {
    const label = this.text('label');
    if (!this.node['action']) return label;
    return html`<button type="button" class="card-press" aria-busy=${this.busy ? 'true' : nothing} @click=${() => this.press(this.node['action'])}>${label}</button>`;
  }

  #value(): unknown {
    const value = this.prop('value');
    if (value === undefined && this.bindingState() === 'loading') return html`<span class="skeleton stat-skeleton"></span>`;
    const format = this.word('format', ['text', 'number', 'money', 'percent']);
    return format === 'text' ? toText(value) || '–' : FILTERS.get(format)!(value, [], this.scope.mount.surroundings());
  }

  #trend(): TemplateResult | typeof nothing {
    const trend = this.prop('trend');
    const words = toText(trend);
    const label = this.text('trend_label');
    if (!words) return nothing;
    const amount = toNumber(trend) ?? (words.startsWith('-') || words.startsWith('−') ? -1 : words.startsWith('+') ? 1 : 0);
    const [tone, icon] = amount > 0 ? ['success', 'trending_up'] : amount < 0 ? ['error', 'trending_down'] : ['neutral', 'trending_flat'];
    const written = typeof trend === 'number' && trend > 0 ? `+${words}` : words;
    return html`<div class="stat-trend"><span class="badge" data-tone=${tone}>${iconOf(icon)}${written}</span>${label ? html`<span>${label}</span>` : nothing}</div>`;
  }
}

definePrimitive({
  type: 'stat',
  properties: ['label', 'value', 'trend', 'trend_label', 'icon', 'accent', 'unit', 'format', 'action'],
  element: StatElement,
});
