/** Declarative: `<wm-widget>`, a mounted widget in the page. */
import { LitElement, html, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { t } from '../i18n.ts';
import { statusOf } from './data.ts';
import type { BindingHost } from './data.ts';
import type { ActionHost } from './hosts.ts';
import { Mount } from './mount.ts';
import { renderNode } from './registry.ts';
import type { WidgetDefinition } from './tree.ts';
import { inWords } from './words.ts';

/**
 * Shows a widget. Set `definition` and the hosts, then add it to the page; a new `definition` mounts anew, changes of
 * values go through `patch`, `replace` or `mount.store` and touch only what reads them.
 */
export class WidgetElement extends LitElement {
  static override properties = {
    definition: { attribute: false },
    actionHost: { attribute: false },
    dataHost: { attribute: false },
  };
  declare definition: WidgetDefinition | undefined;
  declare actionHost: ActionHost;
  declare dataHost: BindingHost | undefined;
  #mount: Mount | undefined;
  #unsubscribe: (() => void) | undefined;

  constructor() {
    super();
    this.actionHost = {};
  }

  /** The mounted widget; undefined until a definition was set and rendered. */
  get mount(): Mount | undefined {
    return this.#mount;
  }

  /** Changes values by dotted path, such as `data.sources`, `state.filter` or `ctx.path`. */
  patch(values: Record<string, unknown>): void {
    this.#mount?.store.patch(values);
  }

  /** The new value of a binding. Only what differs from the old one is shown anew. */
  replace(binding: string, value: unknown): void {
    this.#mount?.bindings.put(binding, value);
  }

  /** Shows that a binding, or with undefined the widget, failed; the values at hand stay. */
  fail(binding: string | undefined, message: string): void {
    if (binding === undefined) this.#mount?.store.set(['error'], { message });
    else this.#mount?.bindings.fail(binding, message);
  }

  /** What went wrong with the widget itself is over. */
  recover(): void {
    this.#mount?.store.set(['error'], undefined);
  }

  /** Loads bindings again. */
  async refresh(bindings?: string[]): Promise<void> {
    await this.#mount?.refresh(bindings);
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasUpdated) this.#begin(); // it was taken out of the page and put back
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#end();
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (!changed.has('definition') && !changed.has('actionHost') && !changed.has('dataHost')) return;
    this.#end();
    this.#mount = this.definition && new Mount(this.definition, this.actionHost, this.dataHost);
    this.#begin();
  }

  protected override render(): TemplateResult | typeof nothing {
    if (!this.#mount) return nothing;
    return html`${this.#faults()}${renderNode(this.#mount.definition.tree, this.#mount.scope)}`;
  }

  #begin(): void {
    if (!this.#mount || this.#unsubscribe || !this.isConnected) return;
    const watched = [['status'], ['error']].map((path) => ({ path, shallow: false }));
    this.#unsubscribe = this.#mount.store.subscribe(watched, () => this.requestUpdate());
    this.#mount.start();
  }

  #end(): void {
    this.#unsubscribe?.();
    this.#unsubscribe = undefined;
    this.#mount?.stop();
  }

  #faults(): TemplateResult[] {
    const mount = this.#mount!;
    const failed = Object.entries((mount.store.get(['status']) ?? {}) as Record<string, unknown>)
      .map(([name, status]) => ({ name, status: statusOf(status) }))
      .filter(({ status }) => status?.state === 'error');
    const shown = failed.map(({ name, status }) => fault(t('{name} could not be loaded', { name: inWords(name) }), status?.message ?? '', () => void mount.refresh([name])));
    const own = mount.store.get(['error', 'message']);
    return typeof own === 'string' ? [fault(t('Something went wrong'), own), ...shown] : shown;
  }
}

function fault(title: string, message: string, retry?: () => void): TemplateResult {
  return html`<div class="alert" data-tone="error" role="alert">
    <wa-icon name="error" aria-hidden="true"></wa-icon>
    <div class="alert-body"><div class="alert-title">${title}</div>${message}</div>
    ${retry ? html`<button type="button" class="button" data-size="small" @click=${retry}>${t('Try again')}</button>` : nothing}
  </div>`;
}

if (!customElements.get('wm-widget')) customElements.define('wm-widget', WidgetElement);

declare global {
  interface HTMLElementTagNameMap {
    'wm-widget': WidgetElement;
  }
}
