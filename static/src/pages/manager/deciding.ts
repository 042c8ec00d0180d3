/** Manager: what a person decides about a plugin before it is installed: hosts beyond its manifest, and kept tables. */
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { t } from '../../i18n.ts';
import { when } from '../../times.ts';
import { plugins } from './plugins.ts';
import type { Kept } from './plugins.ts';
import type { Choices, Plugin, Preview } from './server.ts';

export class Decisions {
  readonly #hosts = new Set<string>();
  #takeUp: Kept | undefined;
  #isDecided: boolean;
  #isAsked = false;

  private constructor(
    readonly plugin: Plugin,
    /** Tables of a plugin of the same name that the person may take up. */
    private readonly kept: Kept | undefined,
    private readonly changed: () => void,
  ) {
    this.#isDecided = kept === undefined;
  }

  /** What there is to decide; undefined for what is no plugin. `changed` is called at each decision. */
  static async about({ plugin, slug }: Preview, tenantWide: boolean, changed: () => void): Promise<Decisions | undefined> {
    if (!plugin) return undefined;
    const all = plugin.tables.length > 0 ? await plugins.kept().catch(() => []) : [];
    return new Decisions(plugin, all.filter((one) => one.slug === slug && one.tenant_wide === tenantWide).at(-1), changed);
  }

  /** As the server takes them. */
  get choices(): Choices {
    const hosts = [...this.#hosts];
    const chosen = { ...(hosts.length > 0 ? { hosts } : {}), ...(this.#takeUp ? { takeUp: this.#takeUp.id } : {}) };
    return Object.keys(chosen).length > 0 ? { plugin: chosen } : {};
  }

  /** Whether the question about kept tables is still open. */
  get isOpen(): boolean {
    return !this.#isDecided;
  }

  /** Says at the open question that it needs an answer. */
  remind(): void {
    this.#isAsked = true;
    this.changed();
  }

  grants(host: string): boolean {
    return this.#hosts.has(host);
  }

  grant(host: string, granted: boolean): void {
    if (granted) this.#hosts.add(host);
    else this.#hosts.delete(host);
    this.changed();
  }

  /** The question about kept tables; nothing where there are none. */
  tables(): TemplateResult | typeof nothing {
    const { kept } = this;
    if (!kept) return nothing;
    const option = (value: Kept | undefined, label: string, more: TemplateResult): TemplateResult => html`<label class="check kept-choice">
      <input type="radio" name="kept" .checked=${this.#isDecided && this.#takeUp === value} @change=${() => this.#decide(value)} />
      <span>${label}<span class="caption">${more}</span></span>
    </label>`;
    return html`<fieldset class="kept-question">
      <legend>${t('Tables of a plugin with this name are still here')}</legend>
      ${this.#isAsked ? html`<div class="field"><p class="error" role="alert"><wa-icon name="error"></wa-icon>${t('Choose one of these before it is installed.')}</p></div>` : nothing}
      ${option(kept, t('Take them up again'), html`${t('Only if you trust this package with them as you did the one before.')}`)}
      ${option(undefined, t('Begin with empty tables'), html`${t('Those from before stay untouched, and are deleted')} ${when(kept.keep_until)}.`)}
    </fieldset>`;
  }

  #decide(value: Kept | undefined): void {
    this.#takeUp = value;
    this.#isDecided = true;
    this.#isAsked = false;
    this.changed();
  }
}
