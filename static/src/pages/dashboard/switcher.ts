/** Dashboard: `<workspace-switcher>` in the top bar: the workspaces, and a new one. */
import { LitElement, html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { t } from '../../i18n.ts';
import type { Workspace } from '../../panels/shapes.ts';
import { addressOf, page } from './page.ts';
import { askForWorkspace } from './workspace_form.ts';
import { server } from './server.ts';

export class WorkspaceSwitcher extends LitElement {
  static override properties = { current: { attribute: false }, workspaces: { attribute: false } };
  declare current: Workspace | undefined;
  declare workspaces: Workspace[];

  constructor() {
    super();
    this.workspaces = [];
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    this.replaceChildren(); // what the server drew in its place
    super.connectedCallback();
  }

  protected override render(): TemplateResult | typeof nothing {
    const { current } = this;
    if (!current) return nothing;
    return html`<div class="menu-anchor">
      <button type="button" class="bar-chip" data-menu="workspace-menu" aria-controls="workspace-menu" aria-expanded="false">
        <span class="visually-hidden">${t('Dashboard:')}</span><span class="truncate">${current.name}</span>
        <wa-icon name="unfold_more" aria-hidden="true"></wa-icon>
      </button>
      <div class="menu" id="workspace-menu" data-side="start" role="group" aria-label=${t('Dashboards')} hidden>
        <div class="menu-label">${t('Dashboards')}</div>
        ${this.workspaces.map((workspace) => this.#entry(workspace, workspace.id === current.id))}
        ${page.canWrite ? this.#new() : nothing}
      </div>
    </div>`;
  }

  #entry(workspace: Workspace, current: boolean): TemplateResult {
    const shared = workspace.visibility === 'tenant';
    return html`<a class="menu-item" href=${addressOf(workspace)} aria-current=${current ? 'true' : nothing}>
      <wa-icon name=${shared ? 'groups' : 'lock'} label=${shared ? t('Shared') : t('Private')}></wa-icon>
      <span class="truncate">${workspace.name}</span>
      <span class="check-mark" aria-hidden="true"><wa-icon name="check"></wa-icon></span>
    </a>`;
  }

  #new(): TemplateResult {
    return html`<hr />
      <button type="button" class="menu-item" @click=${() => void newWorkspace()}>
        <wa-icon name="add" aria-hidden="true"></wa-icon>${t('New dashboard')}
      </button>`;
  }
}

/** Asks for a name, makes the workspace and goes there. */
export async function newWorkspace(): Promise<void> {
  const made = await askForWorkspace({
    title: t('New dashboard'),
    submit: t('Create'),
    name: '',
    visibility: 'private',
    save: ({ name, visibility }) => server.createWorkspace(name, visibility),
  });
  if (made) location.assign(addressOf(made));
}
