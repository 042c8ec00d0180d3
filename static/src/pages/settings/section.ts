/** Settings: what every section does: load, show a skeleton, show what went wrong, call the server. */
import { LitElement, html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { ApiError } from '../../api.ts';
import { t } from '../../i18n.ts';
import { toast } from '../../shell/toasts.ts';

export abstract class SettingsSection extends LitElement {
  static override properties = {
    state: { state: true },
    busy: { state: true },
    faults: { state: true },
    failure: { state: true },
  };
  declare protected state: 'loading' | 'ready' | 'failed';
  declare protected busy: boolean;
  /** What is wrong with each field of the form, by the field's name in the API. */
  declare protected faults: Record<string, string>;
  declare protected failure: string;

  constructor() {
    super();
    this.state = 'loading';
    this.busy = false;
    this.faults = {};
    this.failure = '';
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.refresh();
  }

  /** Reads the section's data. */
  protected abstract load(): Promise<void>;
  protected abstract view(): TemplateResult;

  async refresh(): Promise<void> {
    try {
      await this.load();
      this.state = 'ready';
    } catch (error) {
      if (this.state === 'ready') return; // what is shown may be old, which is better than nothing
      this.failure = message(error);
      this.state = 'failed';
    }
    this.requestUpdate();
  }

  override render(): TemplateResult {
    if (this.state === 'ready') return this.view();
    if (this.state === 'failed') return this.#failed();
    return html`<div class="card" role="status" aria-label=${t('Loading')}>
      <span class="skeleton"></span><span class="skeleton"></span>
    </div>`;
  }

  #failed(): TemplateResult {
    return html`<div class="alert" data-tone="error" role="alert">
      <wa-icon name="error"></wa-icon>
      <div class="alert-body">${this.failure}</div>
      <button class="button" data-size="small" @click=${() => void this.refresh()}>${t('Try again')}</button>
    </div>`;
  }

  /**
   * Does one write. A fault of a field is shown beside it, anything else in a toast; true when it worked.
   * While it runs the section's buttons are busy.
   */
  protected async attempt(work: () => Promise<void>, fields: readonly string[] = []): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    this.faults = {};
    try {
      await work();
      return true;
    } catch (error) {
      const path = error instanceof ApiError ? error.path : undefined;
      if (path !== undefined && fields.includes(path)) this.faults = { [path]: message(error) };
      else toast(message(error), { kind: 'error' });
      return false;
    } finally {
      this.busy = false;
    }
  }

  protected fault(field: string): TemplateResult | typeof nothing {
    const text = this.faults[field];
    if (text === undefined) return nothing;
    return html`<p class="error" role="alert" id="fault-${field}"><wa-icon name="error"></wa-icon>${text}</p>`;
  }
}

function message(error: unknown): string {
  return error instanceof ApiError ? error.message : t('Something went wrong.');
}
