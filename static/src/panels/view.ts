/** Panels: `<panel-view>`, what a panel shows: its tree, or why there is none. Set `panel`. */
import { LitElement, html, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import type { ActionHost, WidgetDefinition, WidgetElement } from '../declarative/index.ts';
import { t } from '../i18n.ts';
import { markChanges } from './fresh.ts';
import { panelHost } from './host.ts';
import type { Panel } from './panel.ts';
import { ScriptFrames } from './script_frames.ts';
import './panels.css';
import './dense.css';

export class PanelViewElement extends LitElement {
  static override properties = { panel: { attribute: false } };
  declare panel: Panel | undefined;
  #host: ActionHost = {};
  #definition: WidgetDefinition | undefined;
  #unwatch: (() => void) | undefined;
  readonly #scripts = new ScriptFrames(this);

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasUpdated) this.#watch();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#unwatch?.();
    this.#unwatch = undefined;
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('panel')) this.#watch();
    const { panel } = this;
    this.setAttribute('aria-busy', String(panel !== undefined && (panel.state === 'loading' || panel.running > 0)));
    const shown = panel?.state === 'ready' || panel?.state === 'failed';
    if (!shown || !panel.view) this.#definition = undefined; // the next widget begins with the values of its time
    else if (this.#definition?.tree !== panel.view.tree) this.#definition = definitionOf(panel);
  }

  protected override render(): TemplateResult | typeof nothing {
    const { panel } = this;
    if (!panel) return nothing;
    const shown = panel.state === 'ready' || panel.state === 'failed';
    const script = shown ? panel.view?.panel.sandbox : undefined;
    this.toggleAttribute('data-sandbox', Boolean(script));
    // One template for both states: a frame that is drawn anew would begin anew.
    if (script) return html`${panel.state === 'failed' ? this.#stale() : nothing}${this.#scripts.show(panel, script)}`;
    switch (panel.state) {
      case 'disabled':
        return this.#switchedOff();
      case 'gone':
        return this.#gone();
      case 'loading':
        return skeleton();
      case 'failed':
        return this.#definition ? html`${this.#stale()}${this.#widget()}` : this.#failed();
      case 'ready':
        return html`${panel.running > 0 ? html`<div class="panel-progress" aria-hidden="true"></div>` : nothing}${this.#widget()}`;
    }
  }

  #watch(): void {
    this.#unwatch?.();
    const { panel } = this;
    if (!panel) return;
    this.#host = panelHost(panel);
    this.#unwatch = panel.watch({
      changed: () => this.requestUpdate(),
      data: (names, own) => this.#replace(names, own),
    });
    this.requestUpdate();
  }

  #replace(names: string[], own: boolean): void {
    const widget = this.querySelector<WidgetElement>('wm-widget');
    if (!widget || !this.panel?.view) return;
    if (!own) markChanges(widget);
    for (const name of names) widget.replace(name, this.panel.view.data[name]);
  }

  #widget(): TemplateResult {
    return html`<wm-widget .definition=${this.#definition} .actionHost=${this.#host}></wm-widget>`;
  }

  #failed(): TemplateResult {
    return html`<div class="empty panel-note" role="alert">
      <span class="tile" data-tone="error" aria-hidden="true"><wa-icon name="error"></wa-icon></span>
      <div class="empty-title">${t('This panel could not be loaded')}</div>
      <p>${this.panel!.failure}</p>
      ${this.#retry()}
    </div>`;
  }

  /** What is shown may be old, which is better than nothing. */
  #stale(): TemplateResult {
    return html`<div class="alert panel-stale" data-tone="warning" role="alert">
      <wa-icon name="warning" aria-hidden="true"></wa-icon>
      <div class="alert-body">${t('This may be out of date.')} ${this.panel!.failure}</div>
      ${this.#retry()}
    </div>`;
  }

  #retry(): TemplateResult {
    return html`<button type="button" class="button" data-size="small" @click=${() => void this.panel!.load()}>${t('Try again')}</button>`;
  }

  #switchedOff(): TemplateResult {
    return html`<div class="empty panel-note">
      <span class="tile" aria-hidden="true"><wa-icon name="power_settings_new"></wa-icon></span>
      <div class="empty-title">${t('Switched off')}</div>
      <p>${t('The widget is switched off: the chat does not know it, and its entries wait until it is on again.')}</p>
      <a class="button" data-size="small" href="/widgets/">${t('Open Widgets')}</a>
    </div>`;
  }

  #gone(): TemplateResult {
    return html`<div class="empty panel-note">
      <span class="tile" aria-hidden="true"><wa-icon name="visibility_off"></wa-icon></span>
      <div class="empty-title">${t('This panel is not there')}</div>
      <p>${t('It was removed, or its dashboard is not open to you.')}</p>
    </div>`;
  }
}

function definitionOf(panel: Panel): WidgetDefinition {
  const { tree, data } = panel.view!;
  return { widgetId: panel.panelId, tree, values: data };
}

function skeleton(): TemplateResult {
  return html`<div class="panel-skeleton" role="status" aria-label=${t('Loading')}>
    <span class="skeleton"></span><span class="skeleton"></span><span class="skeleton"></span>
  </div>`;
}

if (!customElements.get('panel-view')) customElements.define('panel-view', PanelViewElement);

declare global {
  interface HTMLElementTagNameMap {
    'panel-view': PanelViewElement;
  }
}
