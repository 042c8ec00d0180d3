/** Primitive `divider`: a line between two parts, with words in it if wanted. */
import { html, nothing } from 'lit';
import { Primitive } from '../primitive.ts';
import { definePrimitive } from '../registry.ts';

type Name = 'label' | 'orientation';

class DividerElement extends Primitive<Name> {
  protected override show(): unknown {
    const orientation = this.word('orientation', ['horizontal', 'vertical']);
    const label = this.text('label');
    this.setAttribute('role', 'separator');
    this.setAttribute('aria-orientation', orientation);
    return label ? html`<span>${label}</span>` : nothing;
  }
}

definePrimitive({ type: 'divider', properties: ['label', 'orientation'], element: DividerElement });
