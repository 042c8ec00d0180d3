/** Primitive `text`: plain text with a style; after the filter `markdown`, Markdown. */
import { html } from 'lit';
import { Primitive, setStyle } from '../primitive.ts';
import { definePrimitive } from '../registry.ts';
import { endsIn } from '../expressions/parser.ts';
import { markdown } from '../markdown.ts';

type Name = 'text' | 'variant' | 'weight' | 'color' | 'align' | 'lines' | 'strikethrough';

class TextElement extends Primitive<Name> {
  protected override show(): unknown {
    const variant = this.word('variant', ['body', 'title', 'heading', 'subheading', 'caption', 'label', 'code']);
    this.dataset['variant'] = variant;
    this.dataset['weight'] = this.text('weight');
    this.dataset['color'] = this.text('color', 'default');
    this.toggleAttribute('data-strikethrough', this.flag('strikethrough'));
    setStyle(this, 'text-align', this.text('align') || undefined);
    setStyle(this, '--lines', this.number('lines')?.toString());
    this.toggleAttribute('data-clamped', this.number('lines') !== undefined);
    const words = this.text('text');
    if (endsIn(this.node['text'], 'markdown')) return markdown(words);
    if (variant === 'title') return html`<h2>${words}</h2>`;
    if (variant === 'heading') return html`<h3>${words}</h3>`;
    return variant === 'code' ? html`<code>${words}</code>` : words;
  }
}

definePrimitive({
  type: 'text',
  properties: ['text', 'variant', 'weight', 'color', 'align', 'lines', 'strikethrough'],
  element: TextElement,
});
