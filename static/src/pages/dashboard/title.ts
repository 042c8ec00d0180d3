/** Dashboard: `<workspace-title>`, the head of the page: name, who sees it, what can be done with it. */
import { LitElement, html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { t } from '../../i18n.ts';
import type { Workspace } from '../../panels/shapes.ts';
import { toast } from '../../shell/toasts.ts';
import { mayManage, page } from './page.ts';
import { server } from './server.ts';
import { askForWorkspace } from './workspace_form.ts';

export class WorkspaceTitle extends LitElement {
  static override properties = { workspace: { attribute: false }, asking: { state: true }, busy: { state: true } };
  declare workspace: Workspace | undefined;
  declare private asking: boolean;
  declare private busy: boolean;
  /** The workspace was changed by this page. */
  changed: (workspace: Workspace) => void = () => undefined;
  removed: () => void = () => undefined;
  add: () => void = () => undefined;

  constructor() {
    super();
    this.asking = false;
    this.busy = false;
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    this.replaceChildren(); // what the server drew in its place
    super.connectedCallback();
  }

  protected override render(): TemplateResult | typeof nothing {
    const { workspace } = this;
    if (!workspace) return nothing;
    const shared = workspace.visibility === 'tenant';
    return html`<h1 class="truncate" title=${workspace.name}>${workspace.name}</h1>
      <span class="badge"><wa-icon name=${shared ? 'groups' : 'lock'} aria-hidden="true"></wa-icon><span class="wide-only">${shared ? t('Shared') : t('Private')}</span></span>
      <span class="push"></span>
      ${mayManage(workspace) ? this.#options(shared) : nothing}
      ${page.canWrite
        ? html`<button type="button" class="button" data-variant="primary" @click=${() => this.add()}>
            <wa-icon name="add" aria-hidden="true"></wa-icon><span class="wide-only">${t('Add panel')}</span>
          </button>`
        : html`<span class="caption">${t('You can look, not change.')}</span>`}`;
  }

  #options(shared: boolean): TemplateResult {
    return html`<div class="menu-anchor">
      <button type="button" class="icon-button" data-menu="workspace-options" aria-controls="workspace-options" aria-expanded="false"
        aria-label=${t('Dashboard options')} title=${t('Dashboard options')} @click=${() => (this.asking = false)}>
        <wa-icon name="more_horiz" aria-hidden="true"></wa-icon>
      </button>
      <div class="menu" id="workspace-options" role="group" aria-label=${t('Dashboard options')} hidden>
        ${this.asking ? this.#question() : this.#menu(shared)}
      </div>
    </div>`;
  }

  #menu(shared: boolean): TemplateResult {
    return html`<button type="button" class="menu-item" @click=${() => void this.#rename()}>
        <wa-icon name="edit" aria-hidden="true"></wa-icon>${t('Rename')}
      </button>
      <button type="button" class="menu-item" @click=${() => void this.#share(!shared)}>
        <wa-icon name=${shared ? 'lock' : 'groups'} aria-hidden="true"></wa-icon>${shared ? t('Make private') : t('Share with the organisation')}
      </button>
      <hr />
      <button type="button" class="menu-item" data-stay data-variant="destructive" @click=${() => void this.#ask(true)}>
        <wa-icon name="delete" aria-hidden="true"></wa-icon>${t('Delete')}
      </button>`;
  }

  #question(): TemplateResult {
    return html`<div class="menu-question" role="alert">
        <strong>${t('Delete {name}?', { name: this.workspace!.name })}</strong>
        <span>${t('Its panels and their entries are deleted, too. Installed widgets stay.')}</span>
      </div>
      <div class="menu-answers">
        <button type="button" class="button" data-size="small" @click=${() => void this.#ask(false)}>${t('Cancel')}</button>
        <button type="button" class="button" data-size="small" data-variant="destructive" ?disabled=${this.busy} @click=${() => void this.#delete()}>${t('Delete')}</button>
      </div>`;
  }

  /** Not before the click has reached the document: it would be outside of a menu that is drawn anew meanwhile. */
  async #ask(asking: boolean): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve));
    this.asking = asking;
    await this.updateComplete;
    this.querySelector<HTMLElement>(asking ? '.menu-answers .button' : '.menu [data-stay]')?.focus();
  }

  async #rename(): Promise<void> {
    const { id, name, visibility } = this.workspace!;
    const renamed = await askForWorkspace({
      title: t('Rename the dashboard'),
      submit: t('Rename'),
      name,
      visibility,
      sharing: false,
      save: (values) => server.updateWorkspace(id, { name: values.name }),
    });
    if (renamed) this.changed(renamed);
  }

  /** Shown at once; taken back with the reason when the server refuses. */
  async #share(shared: boolean): Promise<void> {
    const before = this.workspace!;
    const visibility = shared ? 'tenant' : 'private';
    this.changed({ ...before, visibility });
    try {
      this.changed(await server.updateWorkspace(before.id, { visibility }));
      const undo = (): void => void this.#share(!shared);
      const text = shared ? t('Everybody in the organisation sees this dashboard now.') : t('Only its owner sees this dashboard now.');
      toast(text, { kind: 'success', action: { label: t('Undo'), run: undo } });
    } catch (error) {
      this.changed(before);
      toast((error as Error).message, { kind: 'error' });
    }
  }

  async #delete(): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    try {
      await server.deleteWorkspace(this.workspace!.id);
      this.removed();
    } catch (error) {
      this.busy = false;
      toast((error as Error).message, { kind: 'error' });
    }
  }
}
