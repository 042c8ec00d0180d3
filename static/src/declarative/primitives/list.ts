/** Primitive `list`: a template once for each item. */
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { t } from '../../i18n.ts';
import { Primitive } from '../primitive.ts';
import type { Item } from '../primitive.ts';
import { definePrimitive } from '../registry.ts';
import { styles } from '../styles.ts';
import { skeleton } from './skeleton.ts';

type Name = 'items' | 'item' | 'empty' | 'item_key' | 'layout' | 'columns' | 'gap' | 'dividers' | 'limit';

class ListElement extends Primitive<Name> {
  #all = false;

  protected override show(): unknown {
    const items = this.items('items', this.text('item_key', 'id'));
    if (items.length === 0) return this.#nothingThere();
    const limit = this.#all ? undefined : this.number('limit');
    const shown = limit === undefined ? items : items.slice(0, limit);
    return html`<ul class="list" role="list" aria-label=${this.label() || nothing} data-layout=${this.word('layout', ['column', 'row', 'grid'])}
        ?data-dividers=${this.flag('dividers')} ${styles({ '--gap': `${this.number('gap', 8)}px`, '--columns': String(this.number('columns', 3)) })}>
      ${repeat(shown, ({ key }) => key, (item) => this.#item(item))}
    </ul>${shown.length < items.length ? this.#more(items.length - shown.length) : nothing}`;
  }

  #item({ scope }: Item): TemplateResult {
    return html`<li>${this.child(this.node['item'], scope)}</li>`;
  }

  #nothingThere(): unknown {
    const state = this.bindingState();
    if (state === 'loading') return skeleton('list', 3);
    return state === 'error' || !this.node['empty'] ? nothing : this.child(this.node['empty']);
  }

  #more(count: number): TemplateResult {
    const showAll = (): void => {
      this.#all = true;
      this.requestUpdate();
    };
    return html`<button type="button" class="button list-more" data-variant="ghost" @click=${showAll}>${t('Show {count} more', { count })}</button>`;
  }
}

definePrimitive({
  type: 'list',
  properties: ['items', 'item', 'empty', 'item_key', 'layout', 'columns', 'gap', 'dividers', 'limit'],
  element: ListElement,
});
