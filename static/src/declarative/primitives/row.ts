/** Primitive `row`: places its children side by side. */
import { Primitive, setStyle } from '../primitive.ts';
import { stackStyle } from '../stacking.ts';
import { definePrimitive } from '../registry.ts';

type Name = 'gap' | 'padding' | 'align' | 'justify' | 'wrap' | 'children';

class RowElement extends Primitive<Name> {
  protected override show(): unknown {
    stackStyle(this, {
      gap: this.number('gap', 8),
      padding: this.number('padding', 0),
      align: this.text('align', 'center'),
      justify: this.text('justify'),
    });
    setStyle(this, 'flex-wrap', this.flag('wrap', true) ? 'wrap' : 'nowrap');
    return this.nodes('children');
  }
}

definePrimitive({ type: 'row', properties: ['gap', 'padding', 'align', 'justify', 'wrap', 'children'], element: RowElement });
