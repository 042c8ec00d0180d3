/** Primitive `empty_state`: says that there is nothing yet, and what to do next. */
import { html, nothing } from 'lit';
import { cta } from '../cta.ts';
import { iconOf } from '../primitive.ts';
import { PressablePrimitive } from '../pressable.ts';
import { definePrimitive } from '../registry.ts';

type Name = 'icon' | 'title' | 'subtitle' | 'cta';

class EmptyStateElement extends PressablePrimitive<Name> {
  protected override show(): unknown {
    const subtitle = this.text('subtitle');
    return html`<div class="empty">
      <span class="tile" data-tone="neutral">${iconOf(this.text('icon', 'inbox'))}</span>
      <p class="empty-title">${this.text('title')}</p>
      ${subtitle ? html`<p>${subtitle}</p>` : nothing}
      ${cta(this.node['cta'], (value) => this.evaluated(value), (action) => this.press(action))}
    </div>`;
  }
}

definePrimitive({ type: 'empty_state', properties: ['icon', 'title', 'subtitle', 'cta'], element: EmptyStateElement });
