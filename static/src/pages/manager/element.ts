/** Manager: what its elements share: light DOM, the store, one write at a time with its fault kept. */
import { LitElement, html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { ApiError } from '../../api.ts';
import type { FieldError } from '../../api.ts';
import { t, tn } from '../../i18n.ts';
import type { ManagerStore } from './store.ts';

export abstract class ManagerElement extends LitElement {
  static override properties = { store: { attribute: false }, busy: { state: true }, fault: { state: true } };
  declare store: ManagerStore;
  declare protected busy: boolean;
  /** Why the last write was refused. */
  declare protected fault: unknown;
  readonly #redraw = (): void => this.requestUpdate();

  constructor() {
    super();
    this.busy = false;
    this.fault = undefined;
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.store?.addEventListener('change', this.#redraw);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.store?.removeEventListener('change', this.#redraw);
  }

  /** Does one write; true when it worked, else its fault is in `fault`. */
  protected async attempt(work: () => Promise<unknown>): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    this.fault = undefined;
    try {
      await work();
      return true;
    } catch (error) {
      this.fault = error;
      return false;
    } finally {
      this.busy = false;
    }
  }

  protected async focusOn(selector: string): Promise<void> {
    await this.updateComplete;
    this.querySelector<HTMLElement>(selector)?.focus();
  }
}

export function message(error: unknown): string {
  return error instanceof ApiError ? error.message : t('Something went wrong.');
}

/** What is wrong, with the path and message of every fault that the server found. */
export function faultList(error: unknown, id: string): TemplateResult | typeof nothing {
  if (error === undefined) return nothing;
  const faults = error instanceof ApiError ? error.errors : [];
  const title = faults.length > 0 ? countOf(error as ApiError) : message(error);
  return html`<div class="fault" id=${id} role="alert">
    <p class="error"><wa-icon name="error"></wa-icon>${title}</p>
    ${pathList(faults)}
  </div>`;
}

function countOf({ code, errors }: ApiError): string {
  if (code === 'INVALID_APP') return tn('The app has a fault:', 'The app has {count} faults:', errors.length);
  if (code === 'INVALID_PLUGIN') return tn('The plugin has a fault:', 'The plugin has {count} faults:', errors.length);
  return tn('The manifest has a fault:', 'The manifest has {count} faults:', errors.length);
}

/** Paths with their messages, and where that was written; the path is not said twice. */
export function pathList(faults: FieldError[]): TemplateResult | typeof nothing {
  if (faults.length === 0) return nothing;
  return html`<ul class="path-list">
    ${faults.map((fault) => html`<li>${fault.path ? html`<code>${fault.path}</code> ` : nothing}${withoutPath(fault.path, fault.message)}${whereOf(fault)}</li>`)}
  </ul>`;
}

function whereOf({ file, line }: FieldError): TemplateResult | typeof nothing {
  const parts = [file ?? '', line ? t('line {line}', { line }) : ''].filter(Boolean);
  return parts.length > 0 ? html` <span class="caption">(${parts.join(', ')})</span>` : nothing;
}

function withoutPath(path: string, text: string): string {
  return path && text.startsWith(`${path}: `) ? text.slice(path.length + 2) : text;
}
