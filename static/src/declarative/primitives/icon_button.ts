/** Primitive `icon_button`: a compact button with only an icon. */
import { html } from 'lit';
import { iconOf } from '../primitive.ts';
import { PressablePrimitive } from '../pressable.ts';
import { definePrimitive } from '../registry.ts';

type Name = 'icon' | 'label' | 'variant' | 'size' | 'disabled' | 'action';

class IconButtonElement extends PressablePrimitive<Name> {
  protected override show(): unknown {
    const variant = this.word('variant', ['ghost', 'primary', 'secondary', 'destructive']);
    const label = this.label(this.text('label'));
    return html`<button
      type="button"
      class="icon-button ${variant === 'ghost' || variant === 'destructive' ? '' : 'button'}"
      data-variant=${variant}
      data-size=${this.word('size', ['medium', 'small', 'large'])}
      aria-label=${label}
      title=${label}
      aria-busy=${String(this.busy)}
      ?disabled=${this.flag('disabled')}
      @click=${() => this.press(this.node['action'])}
    >
      ${this.busy ? html`<span class="spinner" aria-hidden="true"></span>` : iconOf(this.text('icon', 'widgets'))}
    </button>`;
  }
}

definePrimitive({
  type: 'icon_button',
  properties: ['icon', 'label', 'variant', 'size', 'disabled', 'action'],
  element: IconButtonElement,
});
