/** Primitive `link`: to a page of this server or elsewhere, or an action that looks like one. */
import { html, nothing } from 'lit';
import { t } from '../../i18n.ts';
import { isExternal, safeUrl } from '../addresses.ts';
import { iconOf } from '../primitive.ts';
import { PressablePrimitive } from '../pressable.ts';
import { definePrimitive } from '../registry.ts';

type Name = 'label' | 'url' | 'icon' | 'external' | 'action';

class LinkElement extends PressablePrimitive<Name> {
  protected override show(): unknown {
    const written = this.text('url');
    const url = safeUrl(written);
    const words = html`${this.busy ? html`<span class="spinner" aria-hidden="true"></span>` : iconOf(this.text('icon'))}<span>${this.text('label', written)}</span>`;
    const name = this.label() || nothing;
    if (this.node['action']) {
      return html`<button type="button" class="link" aria-label=${name} aria-busy=${this.busy ? 'true' : nothing} @click=${() => this.press(this.node['action'])}>${words}</button>`;
    }
    if (!url) return html`<span class="link muted">${words}</span>`;
    const outside = this.flag('external', isExternal(url));
    return html`<a class="link" href=${url} aria-label=${name} target=${outside ? '_blank' : nothing} rel=${outside ? 'noopener noreferrer' : nothing}>
      ${words}${outside ? html`<wa-icon name="open_in_new" aria-hidden="true"></wa-icon><span class="visually-hidden">${t('(opens a new tab)')}</span>` : nothing}
    </a>`;
  }
}

definePrimitive({ type: 'link', properties: ['label', 'url', 'icon', 'external', 'action'], element: LinkElement });
