/** Primitive `alert`: a banner with a message. */
import { html, nothing } from 'lit';
import type { PropertyValues } from 'lit';
import { t } from '../../i18n.ts';
import { cta } from '../cta.ts';
import { iconOf } from '../primitive.ts';
import { PressablePrimitive } from '../pressable.ts';
import { definePrimitive } from '../registry.ts';

type Name = 'kind' | 'title' | 'text' | 'icon' | 'dismissible' | 'cta';

const ICONS = { info: 'info', warning: 'warning', error: 'error', success: 'check_circle' };

class AlertElement extends PressablePrimitive<Name> {
  #dismissed = false;

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('node')) this.#dismissed = false;
  }

  protected override show(): unknown {
    if (this.#dismissed) return nothing;
    const kind = this.word('kind', ['info', 'warning', 'error', 'success']);
    const title = this.text('title');
    return html`<div class="alert" data-tone=${kind} role=${kind === 'error' ? 'alert' : 'status'}>
      ${iconOf(this.text('icon', ICONS[kind]))}
      <div class="alert-body">
        ${title ? html`<div class="alert-title">${title}</div>` : nothing}
        <div>${this.text('text')}</div>
        ${cta(this.node['cta'], (value) => this.evaluated(value), (action) => this.press(action))}
      </div>
      ${this.flag('dismissible')
        ? html`<button type="button" class="icon-button" aria-label=${t('Dismiss')} @click=${this.#dismiss}><wa-icon name="close" aria-hidden="true"></wa-icon></button>`
        : nothing}
    </div>`;
  }

  readonly #dismiss = (): void => {
    this.#dismissed = true;
    this.requestUpdate();
  };
}

definePrimitive({ type: 'alert', properties: ['kind', 'title', 'text', 'icon', 'dismissible', 'cta'], element: AlertElement });
