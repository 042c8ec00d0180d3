/** Primitive of last resort: what this version does not know is named, and the rest of the tree is shown. */
import { LitElement, html } from 'lit';
import type { TemplateResult } from 'lit';
import { t } from '../../i18n.ts';

class UnknownElement extends LitElement {
  static override properties = { name: { attribute: false } };
  declare name: string;

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override render(): TemplateResult {
    return html`<div class="alert" data-tone="warning">
      <wa-icon name="extension" aria-hidden="true"></wa-icon>
      <div class="alert-body">${t('This version cannot show “{name}”.', { name: this.name })}</div>
    </div>`;
  }
}

customElements.define('wm-unknown', UnknownElement);
