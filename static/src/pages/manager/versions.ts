/** Manager: the versions that a widget has been; who manages it can go back to one. */
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { writtenSize } from '../../declarative/sizes.ts';
import { locale, t, tn } from '../../i18n.ts';
import { when } from '../../times.ts';
import { ManagerElement, message } from './element.ts';
import { canManage } from './page.ts';
import { server } from './server.ts';
import type { Version, Widget } from './server.ts';

/** `<widget-versions .store .widget>`: nothing is drawn where there is one only. */
export class WidgetVersions extends ManagerElement {
  static override properties = { ...ManagerElement.properties, widget: { attribute: false }, versions: { state: true } };
  declare widget: Widget;
  declare private versions: Version[];
  #current = '';

  constructor() {
    super();
    this.versions = [];
  }

  protected override willUpdate(): void {
    if (this.widget.package_version === this.#current) return;
    this.#current = this.widget.package_version;
    void this.#load();
  }

  override render(): TemplateResult | typeof nothing {
    const { versions } = this;
    if (versions.length < 2) return nothing;
    const manages = canManage(this.store.reader, this.widget);
    return html`<details class="package-agent">
      <summary>${tn('{count} version', '{count} versions', versions.length)}</summary>
      <ul class="package-list version-list" role="list">
        ${versions.map((one) => this.#row(one, manages))}
      </ul>
      ${this.fault === undefined ? nothing : html`<div class="field"><p class="error" role="alert"><wa-icon name="error"></wa-icon>${message(this.fault)}</p></div>`}
    </details>`;
  }

  #row({ id, version, content_hash: hash, size, created_at: made, current }: Version, manages: boolean): TemplateResult {
    const end = current
      ? html`<span class="badge" data-tone="success">${t('In use')}</span>`
      : manages
        ? html`<button type="button" class="button" data-size="small" ?disabled=${this.busy} @click=${() => void this.#goTo(id)}>
            ${t('Use this one')}<span class="visually-hidden"> ${version} ${hash.slice(0, 7)}</span>
          </button>`
        : nothing;
    return html`<li>
      <wa-icon name="history"></wa-icon><span>${version}</span><span class="mono caption" title=${hash}>${hash.slice(0, 7)}</span>
      <span class="caption">${writtenSize(size, locale())} · ${when(made)}</span> ${end}
    </li>`;
  }

  async #load(): Promise<void> {
    this.versions = await server.versions(this.widget.id).catch(() => this.versions);
  }

  async #goTo(id: string): Promise<void> {
    if (await this.attempt(async () => this.store.putWidget(await server.goTo(this.widget.id, id)))) await this.focusOn('summary');
  }
}
