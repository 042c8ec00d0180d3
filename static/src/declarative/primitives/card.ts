/** Primitive `card`: a bordered container; with an action the whole card is pressed. */
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { t } from '../../i18n.ts';
import { iconOf, px, setStyle } from '../primitive.ts';
import { PressablePrimitive } from '../pressable.ts';
import { definePrimitive } from '../registry.ts';
import { isToggled, toggledIn } from '../state.ts';
import { isAction, isRecord } from '../tree.ts';

type Name = 'title' | 'subtitle' | 'icon' | 'accent' | 'badge' | 'selected' | 'padding' | 'action' | 'children' | 'footer';

class CardElement extends PressablePrimitive<Name> {
  protected override show(): unknown {
    const accent = this.text('accent');
    if (accent) this.dataset['accent'] = accent;
    else delete this.dataset['accent'];
    this.toggleAttribute('data-edge', accent !== '');
    this.toggleAttribute('data-press', this.node['action'] !== undefined);
    this.toggleAttribute('data-busy', this.busy);
    this.toggleAttribute('data-selected', this.#chosen() ?? false);
    setStyle(this, 'padding', px(this.number('padding')));
    const footer = this.nodes('footer');
    return html`${this.#header()}${this.nodes('children')}
    ${footer.length > 0 ? html`<div class="card-footer">${footer}</div>` : nothing}`;
  }

  /** Whether it is chosen: as the tree says, else as what its action toggles stands. Undefined where it cannot be. */
  #chosen(): boolean | undefined {
    if (this.node['selected'] !== undefined) return this.flag('selected');
    const action = this.node['action'];
    const set = isAction(action) && action.action === 'set_state' ? action['set'] : undefined;
    const toggled = isRecord(set) ? toggledIn(set) : undefined;
    return toggled && isToggled(this.readPath(['state', ...toggled.path]), this.evaluated(toggled.item));
  }

  #header(): TemplateResult | typeof nothing {
    const [title, subtitle, icon, badge] = [this.text('title'), this.text('subtitle'), this.text('icon'), this.text('badge')];
    if (!title && !subtitle && !icon && !badge && !this.node['action']) return nothing;
    return html`<div class="card-header">
      ${icon ? html`<span class="tile" data-tone="accent">${iconOf(icon)}</span>` : nothing}
      <div class="card-heading">
        ${this.node['action'] ? this.#press(title) : title ? html`<div class="card-title">${title}</div>` : nothing}
        ${subtitle ? html`<div class="card-subtitle">${subtitle}</div>` : nothing}
      </div>
      ${badge ? html`<span class="badge push">${badge}</span>` : nothing}
    </div>`;
  }

  /** One button covers the card; what is pressed inside the card stays on top of it. */
  #press(title: string): TemplateResult {
    const chosen = this.#chosen();
    return html`<button
      type="button"
      class="card-press card-title"
      aria-pressed=${chosen === undefined ? nothing : String(chosen)}
      aria-label=${this.label() || (title ? nothing : t('Open'))}
      aria-busy=${this.busy ? 'true' : nothing}
      @click=${() => this.press(this.node['action'])}
    >${title}</button>`;
  }
}

definePrimitive({
  type: 'card',
  properties: ['title', 'subtitle', 'icon', 'accent', 'badge', 'selected', 'padding', 'action', 'children', 'footer'],
  element: CardElement,
});
