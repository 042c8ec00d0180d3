/** Primitive `column`: stacks its children from top to bottom. */
import { Primitive } from '../primitive.ts';
import { stackStyle } from '../stacking.ts';
import { definePrimitive } from '../registry.ts';

type Name = 'gap' | 'padding' | 'align' | 'justify' | 'children';

class ColumnElement extends Primitive<Name> {
  protected override show(): unknown {
    stackStyle(this, {
      gap: this.number('gap', 8),
      padding: this.number('padding', 0),
      align: this.text('align', 'stretch'),
      justify: this.text('justify'),
    });
    return this.nodes('children');
  }
}

definePrimitive({ type: 'column', properties: ['gap', 'padding', 'align', 'justify', 'children'], element: ColumnElement });
