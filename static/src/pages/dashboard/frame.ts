/** Dashboard: `<dashboard-panel>`, a panel's frame on the grid: header, menu, and what the panel shows. */
import { LitElement, html, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { t } from '../../i18n.ts';
import { panelIcon } from '../../panels/icons.ts';
import type { Panel } from '../../panels/panel.ts';
import { nameOf } from '../../panels/shapes.ts';
import type { Instance } from '../../panels/shapes.ts';
import { plainName } from '../../texts.ts';
import '../../panels/view.ts';

/** What the frame asks the dashboard to do; sent as a bubbling `panel-command` event. */
export type PanelCommand = 'open' | 'configure' | 'move' | 'remove' | 'switch' | 'permissions';

export interface CommandDetail {
  command: PanelCommand;
  instance: Instance;
}

export class DashboardPanel extends LitElement {
  static override properties = {
    instance: { attribute: false },
    panel: { attribute: false },
    editable: { type: Boolean },
    movable: { type: Boolean },
    /** Whether this person may switch the widget on and off; undefined until that is known. */
    switchable: { attribute: false },
    moving: { type: Boolean, reflect: true, attribute: 'data-moving' },
    leaving: { type: Boolean, reflect: true, attribute: 'data-leaving' },
    asking: { state: true },
  };
  declare instance: Instance;
  declare panel: Panel;
  declare editable: boolean;
  declare movable: boolean;
  declare switchable: boolean | undefined;
  declare moving: boolean;
  declare leaving: boolean;
  declare private asking: boolean;

  constructor() {
    super();
    this.editable = false;
    this.movable = false;
    this.moving = false;
    this.leaving = false;
    this.asking = false;
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.classList.add('panel');
    this.setAttribute('role', 'region');
    this.tabIndex = 0;
    this.addEventListener('keydown', this.#onKey);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.removeEventListener('keydown', this.#onKey);
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (!changed.has('instance')) return;
    this.setAttribute('aria-labelledby', this.#id('title'));
    this.toggleAttribute('data-off', !this.instance.enabled);
    this.dataset['panelId'] = this.instance.panel_id;
  }

  protected override render(): TemplateResult {
    const { instance } = this;
    const builtin = instance.builtin_slug !== '';
    return html`<header class="panel-header" @dblclick=${this.#onDoubleClick}>
        <wa-icon name=${panelIcon(instance.panel_type)} aria-hidden="true"></wa-icon>
        <h2 class="panel-title" id=${this.#id('title')} title=${this.#title}>
          <span class="truncate">${nameOf(instance, builtin)}</span> ${builtin ? nothing : html`<span class="badge">${instance.label}</span>`}
        </h2>
        ${this.moving ? this.#moveHint() : this.#controls()}
      </header>
      <div class="panel-body"><panel-view .panel=${this.panel}></panel-view></div>`;
  }

  get #title(): string {
    return plainName(this.instance.title);
  }

  #controls(): TemplateResult {
    const menuId = this.#id('menu');
    return html`<button type="button" class="icon-button" data-size="small" aria-label=${t('Open {name}', { name: this.#title })}
        title=${t('Open large')} @click=${() => this.#command('open')}>
        <wa-icon name="open_in_full" aria-hidden="true"></wa-icon>
      </button>
      ${this.editable || this.instance.sandbox || this.instance.plugin
        ? html`<div class="menu-anchor">
            <button type="button" class="icon-button" data-size="small" data-menu=${menuId} aria-controls=${menuId} aria-expanded="false"
              aria-label=${t('Menu of {name}', { name: this.#title })} @click=${this.#prepareMenu}>
              <wa-icon name="more_vert" aria-hidden="true"></wa-icon>
            </button>
            <div class="menu" id=${menuId} role="group" aria-label=${this.#title} hidden>
              ${this.asking ? this.#question() : this.#menu()}
            </div>
          </div>`
        : nothing}`;
  }

  #menu(): TemplateResult {
    const { instance } = this;
    const permissions = instance.sandbox ? this.#entry('shield', t('Permissions and network'), () => this.#command('permissions')) : nothing;
    const runs = instance.plugin ? runLog(instance) : nothing;
    if (!this.editable) return html`${permissions} ${runs}`;
    return html`${this.#entry('tune', t('Configure'), () => this.#command('configure'))}
      ${this.movable ? this.#entry('drag_indicator', t('Move or resize by keyboard'), () => this.#command('move')) : nothing}
      ${permissions} ${runs} ${instance.widget_id ? this.#switch() : nothing}
      <hr />
      <button type="button" class="menu-item" data-stay data-variant="destructive" @click=${() => void this.#ask(true)}>
        <wa-icon name="delete" aria-hidden="true"></wa-icon>${t('Remove from the dashboard')}
      </button>`;
  }

  #entry(icon: string, label: string, run: () => void, disabled = false): TemplateResult {
    return html`<button type="button" class="menu-item" ?disabled=${disabled} @click=${run}>
      <wa-icon name=${icon} aria-hidden="true"></wa-icon>${label}
    </button>`;
  }

  #switch(): TemplateResult {
    const label = this.instance.enabled ? t('Switch the widget off') : t('Switch the widget on');
    const refused = this.switchable === false;
    return html`${this.#entry('power_settings_new', label, () => this.#command('switch'), !this.switchable)}
      ${refused ? html`<div class="menu-note">${t('Only who installed it, or an admin, can do this.')}</div>` : nothing}`;
  }

  #question(): TemplateResult {
    return html`<div class="menu-question" role="alert">
        <strong>${t('Remove {name}?', { name: this.#title })}</strong>
        <span>${whatGoes(this.instance)}</span>
      </div>
      <div class="menu-answers">
        <button type="button" class="button" data-size="small" @click=${() => void this.#ask(false)}>${t('Cancel')}</button>
        <button type="button" class="button" data-size="small" data-variant="destructive" @click=${this.#remove}>${t('Remove')}</button>
      </div>`;
  }

  #moveHint(): TemplateResult {
    return html`<span class="panel-move-hint caption">${t('Arrows move, Shift resizes, Enter keeps, Escape undoes')}</span>`;
  }

  readonly #prepareMenu = (): void => {
    this.asking = false;
    this.#keepInView();
    if (this.instance.widget_id && this.switchable === undefined) this.dispatchEvent(new Event('panel-menu', { bubbles: true }));
  };

  /** A menu that would leave the page at the left opens to the right. */
  #keepInView(): void {
    const menu = this.querySelector<HTMLElement>('.menu')!;
    const left = this.closest('main')?.getBoundingClientRect().left ?? 0;
    const button = menu.parentElement!.getBoundingClientRect();
    if (button.right - left < 300) menu.dataset['side'] = 'start';
    else delete menu.dataset['side'];
  }

  /** Not before the click has reached the document: it would be outside of a menu that is drawn anew meanwhile. */
  async #ask(asking: boolean): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve));
    this.asking = asking;
    await this.updateComplete;
    this.querySelector<HTMLElement>(asking ? '.menu-answers .button' : '.menu .menu-item[data-stay]')?.focus();
  }

  readonly #remove = (): void => {
    this.#closeMenu();
    this.#command('remove');
  };

  #closeMenu(): void {
    const menu = this.querySelector<HTMLElement>('.menu');
    if (menu) menu.hidden = true;
    this.querySelector('[data-menu]')?.setAttribute('aria-expanded', 'false');
  }

  readonly #onDoubleClick = (event: MouseEvent): void => {
    if (!(event.target as Element).closest('button, .menu')) this.#command('open');
  };

  readonly #onKey = (event: KeyboardEvent): void => {
    if (event.target !== this || this.moving) return;
    if (event.key === 'Enter') {
      event.preventDefault();
      this.#command('open');
    }
  };

  #command(command: PanelCommand): void {
    const detail: CommandDetail = { command, instance: this.instance };
    this.dispatchEvent(new CustomEvent('panel-command', { bubbles: true, detail }));
  }

  #id(part: string): string {
    return `panel-${this.instance.id}-${part}`;
  }
}

/** The way to what the plugin's code did here and elsewhere. */
function runLog({ widget_id: id }: Instance): TemplateResult {
  return html`<a class="menu-item" href=${`/widgets/plugins/${encodeURIComponent(id ?? '')}/runs/`}>
    <wa-icon name="receipt_long" aria-hidden="true"></wa-icon>${t('Run log')}
  </a>`;
}

/** What becomes of what it holds when the panel is taken off the dashboard. */
function whatGoes({ sandbox, plugin, keeps, builtin_slug: builtin }: Instance): string {
  if (plugin) return t('What the plugin keeps in its tables stays; place it again to see it.');
  if (sandbox) return t('What it has stored and what people allowed it go with it, for everybody who sees this dashboard.');
  switch (keeps ?? (builtin ? 'own' : 'instance')) {
    case 'own':
      return t('Your entries stay; place it again to see them.');
    case 'workspace':
      return t('Its entries stay with this dashboard; place it again to see them.');
    case 'instance':
      return t('Its entries are deleted with it, for everybody who sees this dashboard.');
  }
}
