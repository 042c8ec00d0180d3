/** Primitive `markdown`: text in Markdown; HTML in it is shown as text. */
import { Primitive } from '../primitive.ts';
import { definePrimitive } from '../registry.ts';
import { markdown } from '../markdown.ts';

class MarkdownElement extends Primitive<'text'> {
  protected override show(): unknown {
    return markdown(this.text('text'), this.scope.mount.definition.showsPicturesOf);
  }
}

definePrimitive({ type: 'markdown', properties: ['text'], element: MarkdownElement });
