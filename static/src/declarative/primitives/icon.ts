/** Primitive `icon`: a Material icon. */
import { html, nothing } from 'lit';
import { Primitive, px, setStyle } from '../primitive.ts';
import { definePrimitive } from '../registry.ts';

type Name = 'name' | 'size' | 'color';

class IconElement extends Primitive<Name> {
  protected override show(): unknown {
    const label = this.label();
    setStyle(this, '--icon', px(this.number('size', 20)));
    this.dataset['color'] = this.text('color', 'default');
    return html`<wa-icon name=${this.text('name', 'widgets')} label=${label || nothing} aria-hidden=${label ? nothing : 'true'}></wa-icon>`;
  }
}

definePrimitive({ type: 'icon', properties: ['name', 'size', 'color'], element: IconElement });
