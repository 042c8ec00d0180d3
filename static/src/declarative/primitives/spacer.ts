/** Primitive `spacer`: empty space, of a fixed size or (with flex) what is left over. */
import { nothing } from 'lit';
import { Primitive, px, setStyle } from '../primitive.ts';
import { definePrimitive } from '../registry.ts';

class SpacerElement extends Primitive<'size'> {
  protected override show(): unknown {
    const fills = this.node['flex'] !== undefined;
    setStyle(this, '--size', fills ? undefined : px(this.number('size', 16)));
    return nothing;
  }
}

definePrimitive({ type: 'spacer', properties: ['size'], element: SpacerElement });
