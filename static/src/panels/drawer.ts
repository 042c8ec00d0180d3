/** Panels: `<panel-drawer>`, one panel large, beside the chat; the page around it stays usable. */
import { LitElement, html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { t } from '../i18n.ts';
import { plainName } from '../texts.ts';
import { panelIcon } from './icons.ts';
import { openPanel, release } from './panel.ts';
import { openPermissions } from './permissions_dialog.ts';
import type { Panel } from './panel.ts';
import { screen } from './screen.ts';
import { nameOf } from './shapes.ts';
import type { PanelInfo, SandboxInfo } from './shapes.ts';
import './view.ts';
import './panels.css';

class PanelDrawer extends LitElement {
  static override properties = { panel: { state: true } };
  declare private panel: Panel | undefined;
  #unwatch: (() => void) | undefined;
  #before: HTMLElement | null = null;

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.className = 'panel-drawer';
    this.setAttribute('role', 'dialog');
    this.setAttribute('aria-labelledby', 'panel-drawer-title');
    this.tabIndex = -1;
    this.hidden = true;
    document.addEventListener('keydown', this.#onKey);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener('keydown', this.#onKey);
    this.#drop();
  }

  get panelId(): string | undefined {
    return this.panel?.panelId;
  }

  /** Shows the panel instead of the one shown before. Whoever is typing keeps the focus. */
  async open(panelId: string): Promise<void> {
    if (this.panel?.panelId !== panelId) {
      if (this.hidden) this.#before = document.activeElement as HTMLElement | null;
      this.#drop();
      this.panel = openPanel(panelId);
      this.#unwatch = this.panel.watch({ changed: () => this.requestUpdate() });
      if (!this.panel.view && this.panel.state !== 'disabled') void this.panel.load();
      this.hidden = false;
      screen.open(panelId);
      rememberInAddress(panelId);
    }
    await this.updateComplete;
    if (!isTyping()) this.focus();
  }

  close(): void {
    if (this.hidden) return;
    const hadFocus = this.contains(document.activeElement) || document.activeElement === document.body;
    this.hidden = true;
    this.#drop();
    screen.open(undefined);
    rememberInAddress(undefined);
    if (hadFocus && this.#before?.isConnected) this.#before.focus();
    this.dispatchEvent(new CustomEvent('panel-drawer-closed', { bubbles: true }));
  }

  protected override render(): TemplateResult | typeof nothing {
    const { panel } = this;
    if (!panel) return nothing;
    const info = panel.view?.panel;
    return html`<div class="panel-drawer-header">
        <wa-icon name=${panelIcon(info?.panel_type ?? '')} aria-hidden="true"></wa-icon>
        <h2 id="panel-drawer-title" class="truncate">${info ? nameOf(info, info.builtin) : t('Panel')}</h2>
        ${info?.label && !info.builtin ? html`<span class="badge">${info.label}</span>` : nothing}
        <span class="push"></span>${info?.sandbox ? aboutFrame(info, info.sandbox) : nothing}
        <button type="button" class="icon-button" aria-label=${t('Close the panel')} title=${t('Close (Escape)')}
          @click=${() => this.close()}>
          <wa-icon name="close" aria-hidden="true"></wa-icon>
        </button>
      </div>
      <div class="panel-drawer-body" tabindex="-1"><panel-view .panel=${panel}></panel-view></div>`;
  }

  #drop(): void {
    this.#unwatch?.();
    this.#unwatch = undefined;
    if (this.panel) release(this.panel);
    this.panel = undefined;
  }

  /** Escape belongs to what lies on top: menus and dialogs first, the chat while somebody writes there. */
  readonly #onKey = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || event.defaultPrevented || this.hidden) return;
    const target = event.target as HTMLElement;
    if (document.querySelector('dialog[open], .menu[id]:not([hidden]), wa-dropdown[open]') || target.closest('.dock')) return;
    this.close();
  };
}

/** What a script may do, or what a plugin's code did. */
function aboutFrame(info: PanelInfo, sandbox: SandboxInfo): TemplateResult {
  return sandbox.plugin ? runLog(info, sandbox) : permissionsButton(info, sandbox);
}

function runLog({ title }: PanelInfo, { widget_id: id }: SandboxInfo): TemplateResult {
  return html`<a class="icon-button" href=${`/widgets/plugins/${encodeURIComponent(id)}/runs/`}
    aria-label=${t('Run log of {title}', { title: plainName(title) })} title=${t('Run log')}>
    <wa-icon name="receipt_long" aria-hidden="true"></wa-icon>
  </a>`;
}

function permissionsButton({ title, instance_id: instanceId }: PanelInfo, { widget_id: widgetId }: SandboxInfo): TemplateResult {
  const open = (): void => openPermissions({ instanceId: instanceId ?? '', widgetId, title });
  return html`<button type="button" class="icon-button" aria-label=${t('Permissions and network of {title}', { title: plainName(title) })}
    title=${t('Permissions and network')} @click=${open}>
    <wa-icon name="shield" aria-hidden="true"></wa-icon>
  </button>`;
}

/** The address names the panel, so that it can be shared and survives a reload. */
function rememberInAddress(panelId: string | undefined): void {
  const address = new URL(location.href);
  if (panelId === undefined) address.searchParams.delete('panel');
  else address.searchParams.set('panel', panelId);
  history.replaceState(history.state, '', address);
}

function isTyping(): boolean {
  const active = document.activeElement;
  return active !== null && active.closest('.dock') !== null && active.matches('textarea, input');
}

if (!customElements.get('panel-drawer')) customElements.define('panel-drawer', PanelDrawer);

/** Opens panels in the page's drawer: on `panel:open` of anybody, and for `?panel=` in the address; `panel:close` closes it. */
export function startPanelDrawer(): void {
  const drawer = document.createElement('panel-drawer') as PanelDrawer;
  document.querySelector('.shell')?.append(drawer);
  window.addEventListener('panel:open', (event) => {
    const panelId = (event as CustomEvent<{ panel_id?: unknown }>).detail?.panel_id;
    if (typeof panelId !== 'string' || !panelId) return;
    event.preventDefault(); // says that somebody shows it
    void drawer.open(panelId);
  });
  window.addEventListener('panel:close', (event) => {
    if (drawer.panelId === (event as CustomEvent<{ panel_id?: unknown }>).detail?.panel_id) drawer.close();
  });
  const wanted = new URLSearchParams(location.search).get('panel');
  if (wanted) void drawer.open(wanted);
}
