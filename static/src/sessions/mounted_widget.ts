/** Sessions: `<mounted-widget>`, the place of a pushed widget among the messages; says so when it was closed. */
import { LitElement, html, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { t } from '../i18n.ts';
import type { WidgetSession } from './session.ts';
import { titleText } from './titles.ts';
import './app_widget.ts';

export class MountedWidget extends LitElement {
  static override properties = {
    session: { attribute: false },
    widgetId: { attribute: false },
    appId: { attribute: false },
    label: { attribute: false },
  };
  declare session: WidgetSession;
  declare widgetId: string;
  declare appId: string | null;
  /** What the message calls it: said when the widget is there no more. */
  declare label: string;
  #watched: WidgetSession | undefined;
  #leave: (() => void) | undefined;

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasUpdated) this.requestUpdate();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#watch(undefined);
  }

  protected override willUpdate(_changed: PropertyValues): void {
    this.#watch(this.isConnected ? this.session : undefined);
  }

  protected override render(): TemplateResult {
    const { session, widgetId, appId } = this;
    const mounted = session.widget(widgetId, appId);
    if (mounted) {
      const title = titleText(mounted.title, { ctx: mounted.ctx, state: session.stateOf(appId) });
      return html`<section class="widget-bubble" aria-label=${title || t('Widget')}>
        ${title ? html`<h3 class="widget-bubble-title">${title}</h3>` : nothing}
        <app-widget .session=${session} .appId=${appId} .mounted=${mounted}></app-widget>
      </section>`;
    }
    if (session.state === 'loading') return html`<div class="widget-bubble" role="status" aria-label=${t('Loading')}><span class="skeleton"></span></div>`;
    if (session.state === 'failed') return this.#failed();
    return html`<p class="widget-closed"><wa-icon name="tab_close" aria-hidden="true"></wa-icon>${this.label ? t('{title} was closed', { title: this.label }) : t('This widget was closed')}</p>`;
  }

  #failed(): TemplateResult {
    return html`<p class="widget-closed" role="alert">
      <wa-icon name="cloud_off" aria-hidden="true"></wa-icon>${t('The widget could not be loaded')}
      <button type="button" class="button" data-size="small" @click=${() => void this.session.reload()}>${t('Try again')}</button>
    </p>`;
  }

  #watch(session: WidgetSession | undefined): void {
    if (session === this.#watched) return;
    this.#leave?.();
    this.#watched = session;
    this.#leave = session?.watch(() => this.requestUpdate());
  }
}

if (!customElements.get('mounted-widget')) customElements.define('mounted-widget', MountedWidget);
