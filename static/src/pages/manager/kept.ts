/** Manager: data that uninstalled plugins have left behind, and a way to have it gone at once. */
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { t } from '../../i18n.ts';
import { toast } from '../../shell/toasts.ts';
import { when } from '../../times.ts';
import { ManagerElement, message } from './element.ts';
import { plugins } from './plugins.ts';
import type { Kept } from './plugins.ts';

/** `<kept-data .store>`: nothing is drawn where nothing was kept. */
export class KeptData extends ManagerElement {
  static override properties = { ...ManagerElement.properties, kept: { state: true }, asking: { state: true } };
  declare private kept: Kept[];
  /** The id that is asked about. */
  declare private asking: string;
  /** The widgets that there were when the list was read. */
  #seen = '';

  constructor() {
    super();
    this.kept = [];
    this.asking = '';
  }

  /** What comes or goes may take data up or leave it behind. */
  protected override willUpdate(): void {
    const seen = this.store.widgets.map(({ id }) => id).join();
    if (seen === this.#seen) return;
    this.#seen = seen;
    void this.#load();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#load();
  }

  override render(): TemplateResult | typeof nothing {
    if (this.kept.length === 0) return nothing;
    return html`<section aria-labelledby="kept-title">
      <h2 class="shelf-title" id="kept-title" tabindex="-1">${t('Kept data of uninstalled plugins')}</h2>
      <ul class="rows widget-rows" role="list">
        ${repeat(
          this.kept,
          ({ id }) => id,
          (one) => html`<li>${this.#row(one)}</li>`,
        )}
      </ul>
    </section>`;
  }

  #row({ id, slug, tenant_wide: wide, keep_until: until }: Kept): TemplateResult {
    return html`<div class="widget-row kept-row">
        <span class="tile" data-tone="neutral"><wa-icon name="database"></wa-icon></span>
        <div class="widget-about">
          <div class="widget-name"><span class="mono">${slug}</span> ${wide ? html`<span class="badge"><wa-icon name="group"></wa-icon>${t('Everybody')}</span>` : nothing}</div>
          <div class="widget-facts"><span>${t('It is deleted')} ${when(until)}. ${t('Install the plugin again to take it up.')}</span></div>
        </div>
        <div class="widget-end">
          <button type="button" class="button" data-size="small" data-variant="destructive" @click=${() => (this.asking = id)}>${t('Delete now')}<span class="visually-hidden"> ${slug}</span></button>
        </div>
      </div>
      ${this.asking === id
        ? html`<ask-in-place
            .question=${t('Delete the tables of {slug} with everything in them? They do not come back.', { slug })}
            .agree=${t('Delete now')}
            .busy=${this.busy}
            @agreed=${() => void this.#delete(id)}
            @called-off=${() => ((this.asking = ''), void this.focusOn('.kept-row button'))}
          ></ask-in-place>`
        : nothing}`;
  }

  async #load(): Promise<void> {
    this.kept = await plugins.kept().catch(() => this.kept);
  }

  async #delete(id: string): Promise<void> {
    if (!(await this.attempt(() => plugins.deleteKept(id)))) return void toast(message(this.fault), { kind: 'error' });
    this.asking = '';
    await this.#load();
    toast(t('The data is deleted.'), { kind: 'success' });
    if (this.kept.length > 0) await this.focusOn('#kept-title');
    else document.querySelector<HTMLElement>('#search')?.focus();
  }
}
