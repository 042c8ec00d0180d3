/** Primitive `section`: a titled group that can be folded. */
import { html, nothing } from 'lit';
import type { PropertyValues } from 'lit';
import { REVEAL } from '../field.ts';
import { Primitive, iconOf } from '../primitive.ts';
import { definePrimitive } from '../registry.ts';
import { styles } from '../styles.ts';

type Name = 'title' | 'subtitle' | 'icon' | 'collapsible' | 'collapsed' | 'gap' | 'children';

class SectionElement extends Primitive<Name> {
  /** What the person chose; until then the tree decides. */
  #folded: boolean | undefined;

  constructor() {
    super();
    this.addEventListener(REVEAL, (event) => this.#reveal(event));
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('node')) this.#folded = undefined;
  }

  protected override show(): unknown {
    const folded = this.#folded ?? this.flag('collapsed');
    const subtitle = this.text('subtitle');
    const heading = html`${iconOf(this.text('icon'))}<span class="section-title">${this.text('title')}</span>`;
    return html`
      <h3 class="section-heading">
        ${this.flag('collapsible', true)
          ? html`<button type="button" aria-expanded=${String(!folded)} aria-controls=${this.uid} @click=${() => this.#fold(!folded)}>
              <wa-icon class="section-chevron" name="keyboard_arrow_down" aria-hidden="true"></wa-icon>${heading}
            </button>`
          : heading}
      </h3>
      ${subtitle ? html`<p class="section-subtitle">${subtitle}</p>` : nothing}
      <div id=${this.uid} class="section-body" ?hidden=${folded} ${styles({ gap: `${this.number('gap', 8)}px` })}>
        ${this.nodes('children')}
      </div>
    `;
  }

  /** What is about to take the focus must not be folded away. */
  #reveal(event: Event): void {
    if (event.target === this || !this.querySelector(':scope > .section-body[hidden]')?.contains(event.target as Node)) return;
    this.#fold(false);
    this.performUpdate();
  }

  #fold(folded: boolean): void {
    this.#folded = folded;
    this.requestUpdate();
  }
}

definePrimitive({
  type: 'section',
  properties: ['title', 'subtitle', 'icon', 'collapsible', 'collapsed', 'gap', 'children'],
  element: SectionElement,
});
