/** Primitive `progress`: a bar or circle that shows how far something is. */
import { html, nothing } from 'lit';
import { t } from '../../i18n.ts';
import { Primitive } from '../primitive.ts';
import { definePrimitive } from '../registry.ts';
import { styles } from '../styles.ts';

type Name = 'value' | 'max' | 'kind' | 'label' | 'show_value' | 'accent';

class ProgressElement extends Primitive<Name> {
  protected override show(): unknown {
    const label = this.text('label');
    const percent = this.#percent();
    const shown = percent === undefined || !this.flag('show_value') ? '' : `${Math.round(percent)} %`;
    this.dataset['accent'] = this.text('accent', 'blue');
    const circular = this.word('kind', ['bar', 'circular']) === 'circular';
    return html`<div class="progress" data-tone="accent" ?data-circular=${circular} ?data-indeterminate=${percent === undefined} role="progressbar"
        aria-label=${this.label(label) || t('Progress')} aria-valuemin="0" aria-valuemax="100" aria-valuenow=${percent === undefined ? nothing : Math.round(percent)}
        ${styles({ '--progress': percent?.toFixed(2) })}>
      ${label || shown ? html`<div class="progress-label"><span>${label}</span><span class="progress-value">${shown}</span></div>` : nothing}
      ${circular
        ? html`<svg class="progress-ring" viewBox="0 0 36 36" aria-hidden="true"><circle cx="18" cy="18" r="15.9155"></circle><circle cx="18" cy="18" r="15.9155"></circle></svg>`
        : html`<div class="progress-track"><div class="progress-fill"></div></div>`}
    </div>`;
  }

  /** 0 to 100; undefined while it is unknown. */
  #percent(): number | undefined {
    const value = this.number('value');
    const max = this.number('max', 100);
    return value === undefined || max <= 0 ? undefined : Math.max(0, Math.min(100, (value / max) * 100));
  }
}

definePrimitive({ type: 'progress', properties: ['value', 'max', 'kind', 'label', 'show_value', 'accent'], element: ProgressElement });
