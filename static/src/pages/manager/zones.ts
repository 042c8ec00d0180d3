/** Manager: `<manager-zones>`, where an installed app shows itself, in its settings. */
import { LitElement, html, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { t } from '../../i18n.ts';
import { ZONE_ICONS, placesOf, titleOf, zoneLabel } from '../../preview/zones.ts';
import type { Place } from '../../preview/zones.ts';
import { appAddress } from '../../sessions/places.ts';
import { message } from './element.ts';
import { server } from './server.ts';
import type { Widget } from './server.ts';

/** `<manager-zones .widget .enabled>` */
export class ManagerZones extends LitElement {
  static override properties = { widget: { attribute: false }, enabled: { attribute: false }, places: { state: true }, fault: { state: true } };
  declare widget: Widget;
  declare enabled: boolean;
  declare private places: Place[] | undefined;
  declare private fault: string;

  constructor() {
    super();
    this.enabled = true;
    this.fault = '';
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override willUpdate(changed: PropertyValues): void {
    if ((changed.has('widget') || changed.has('enabled')) && this.enabled) void this.#read();
  }

  async #read(): Promise<void> {
    try {
      this.places = placesOf(await server.widgetsOf(this.widget.id));
      this.fault = '';
    } catch (error) {
      this.fault = message(error);
    }
  }

  override render(): TemplateResult {
    return html`<section aria-labelledby="zones-title">
      <div class="drawer-section-head">
        <h3 id="zones-title">${t('Where it shows itself')}</h3>
        ${this.enabled ? html`<a class="button" data-size="small" href=${appAddress(this.widget.id)}>${t('Open the app')}</a>` : nothing}
      </div>
      ${this.#content()}
    </section>`;
  }

  #content(): TemplateResult {
    if (!this.enabled) return html`<p class="muted">${t('Nowhere while it is switched off.')}</p>`;
    if (this.fault) return html`<p class="muted">${this.fault}</p>`;
    if (!this.places) return html`<span class="skeleton" role="status" aria-label=${t('Loading')}></span>`;
    return html`<ul class="package-list" role="list">
      ${this.places.map(
        (place) => html`<li>
          <wa-icon name=${ZONE_ICONS[place.zone]}></wa-icon>${titleOf(place)}<span class="badge">${zoneLabel(place.zone)}</span>
          <span class="caption mono">${place.key}</span>
        </li>`,
      )}
    </ul>`;
  }
}
