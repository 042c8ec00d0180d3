/** Primitive `button`. */
import { html, nothing } from 'lit';
import { iconOf } from '../primitive.ts';
import { PressablePrimitive } from '../pressable.ts';
import { definePrimitive } from '../registry.ts';

type Name = 'label' | 'icon' | 'variant' | 'size' | 'disabled' | 'loading_label' | 'action';

class ButtonElement extends PressablePrimitive<Name> {
  protected override show(): unknown {
    const label = this.text('label');
    return html`<button
      type="button"
      class="button"
      data-variant=${this.word('variant', ['secondary', 'primary', 'ghost', 'destructive'])}
      data-size=${this.word('size', ['medium', 'small', 'large'])}
      aria-label=${this.label() || nothing}
      aria-busy=${String(this.busy)}
      ?disabled=${this.flag('disabled')}
      @click=${() => this.press(this.node['action'])}
    >
      ${this.busy
        ? html`<span class="spinner" aria-hidden="true"></span>${this.text('loading_label', label)}`
        : html`${iconOf(this.text('icon'))}${label}`}
    </button>`;
  }
}

definePrimitive({
  type: 'button',
  properties: ['label', 'icon', 'variant', 'size', 'disabled', 'loading_label', 'action'],
  element: ButtonElement,
});
