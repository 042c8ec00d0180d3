/** Primitive `badge`: a compact label, such as a status. */
import { html } from 'lit';
import { Primitive, iconOf } from '../primitive.ts';
import { definePrimitive } from '../registry.ts';
import { toneOf } from '../tones.ts';

type Name = 'text' | 'color' | 'icon' | 'variant';

class BadgeElement extends Primitive<Name> {
  protected override show(): unknown {
    return html`<span class="badge" data-tone=${toneOf(this.text('color'))} data-variant=${this.word('variant', ['soft', 'solid', 'outline'])}>
      ${iconOf(this.text('icon'))}<span class="truncate">${this.text('text')}</span>
    </span>`;
  }
}

definePrimitive({ type: 'badge', properties: ['text', 'color', 'icon', 'variant'], element: BadgeElement });
