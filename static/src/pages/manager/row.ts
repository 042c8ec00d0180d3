/** Manager: the rows of the list: one installed widget, or a built-in. */
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { t, tn } from '../../i18n.ts';
import { toast } from '../../shell/toasts.ts';
import { ManagerElement, message } from './element.ts';
import { canManage, canWrite, whyNot } from './page.ts';
import { addToDashboard } from './placing.ts';
import { plugins } from './plugins.ts';
import type { ChatPlugin, Command, Widget } from './server.ts';
import { appAddress } from '../../sessions/places.ts';
import { brief, plainName } from '../../texts.ts';
import { iconOf, isApp, isPlugin, makesPanel, shortSource, spokenExamples } from './shelves.ts';
import type { BuiltinRow } from './shelves.ts';

const SHOWN_EXAMPLES = 3;

/** What the chat understands, as quotations; a dash when it understands nothing. */
export function sayings(commands: Command[], enabled: boolean): TemplateResult {
  const examples = enabled ? spokenExamples(commands) : [];
  if (examples.length === 0) {
    const why = enabled ? t('No chat commands') : t('Switched off: the chat does not know its commands');
    return html`<div class="sayings"><span class="muted" title=${why}>—<span class="visually-hidden">${why}</span></span></div>`;
  }
  const rest = examples.length - SHOWN_EXAMPLES;
  return html`<ul class="sayings" role="list" aria-label=${t('Chat commands')}>
    ${examples.slice(0, SHOWN_EXAMPLES).map((text) => html`<li class="saying truncate" title=${text}>“${text}”</li>`)}
    ${rest > 0 ? html`<li class="caption">${t('+{count} more', { count: rest })}</li>` : nothing}
  </ul>`;
}

/** An app is used by its widgets rather than by commands. */
function appWords(enabled: boolean): TemplateResult {
  return html`<div class="sayings"><span class="caption">${enabled ? t('Works beside the chat and in its own tabs') : t('Switched off')}</span></div>`;
}

/** What runs a script of its own is used by hand. */
function scriptWords(enabled: boolean): TemplateResult {
  return html`<div class="sayings"><span class="caption">${enabled ? t('Works in a frame of its own on dashboards') : t('Switched off')}</span></div>`;
}

/** What a plugin is for the chat; nothing where the chat does not know it. */
export function pluginWords({ tier, trigger, tool }: ChatPlugin, enabled: boolean): TemplateResult | undefined {
  if (tier !== 'skill' && !tool) return undefined;
  const words = tier === 'skill' ? skillWords(trigger) : trigger === 'auto' ? t('Tool of the chat:') : t('Tool that you start:');
  const name = tier === 'skill' ? '' : tool;
  return html`<div class="sayings">
    <span class="caption">${enabled ? words : t('Switched off')}</span>${enabled && name ? html`<span class="saying mono truncate" title=${name}>${name}</span>` : nothing}
  </div>`;
}

function skillWords(trigger: ChatPlugin['trigger']): string {
  if (trigger === 'always') return t('Skill in every conversation');
  return trigger === 'auto' ? t('Skill that the chat uses when it decides so') : t('Skill that you start');
}

/** `<manager-row .store .widget>`: fires `details` to have its settings opened. */
export class ManagerRow extends ManagerElement {
  static override properties = { ...ManagerElement.properties, widget: { attribute: false }, asking: { state: true }, tables: { state: true } };
  declare widget: Widget;
  declare private asking: boolean;
  /** The tables that a plugin has data in. */
  declare private tables: string[];

  constructor() {
    super();
    this.asking = false;
    this.tables = [];
  }

  override render(): TemplateResult {
    const { widget, store } = this;
    const enabled = store.isEnabled(widget);
    const name = plainName(widget.name);
    return html`<div class="widget-row" ?data-off=${!enabled}>
        <span class="tile" data-tone=${enabled ? 'accent' : 'neutral'}><wa-icon name=${iconOf(widget)}></wa-icon></span>
        <div class="widget-about">
          <div class="widget-name">
            <button type="button" class="name-button" title=${name} @click=${() => this.#details()}><span>${name}</span></button>
            ${isApp(widget) ? html`<span class="badge" data-tone="accent">${t('App')}</span>` : nothing}
            ${isPlugin(widget) ? html`<span class="badge" data-tone="accent">${t('Plugin')}</span>` : nothing} ${this.#scope()}
          </div>
          <div class="widget-facts">
            <span class="mono truncate" title=${widget.slug}>${widget.slug}</span>
            <span class="truncate" title=${t('Version {version}', { version: widget.version })}>${widget.version}</span>
            <span class="truncate" title=${widget.source_ref}>${shortSource(widget)}</span>
          </div>
        </div>
        ${this.#uses(enabled)}
        <div class="widget-end">${this.#open(enabled)} ${this.#switch(enabled)} ${this.#menu()}</div>
      </div>
      <script-problem .store=${store} .widget=${widget} @solved=${() => void this.focusOn('.name-button')}></script-problem>
      ${this.asking ? this.#question() : nothing}`;
  }

  #uses(enabled: boolean): TemplateResult {
    const { widget } = this;
    if (widget.commands.length > 0) return sayings(widget.commands, enabled);
    if (isApp(widget)) return appWords(enabled);
    const words = widget.plugin && pluginWords(widget.plugin, enabled);
    if (words) return words;
    return widget.sandbox?.status === 'ready' ? scriptWords(enabled) : sayings([], enabled);
  }

  #scope(): TemplateResult {
    const { user_id } = this.widget;
    const { userId } = this.store.reader;
    if (user_id === null) return html`<span class="badge"><wa-icon name="group"></wa-icon>${t('Everybody')}</span>`;
    if (user_id === userId) return html`<span class="badge"><wa-icon name="person"></wa-icon>${t('You')}</span>`;
    return html`<span class="badge" title=${t('It stands on a dashboard that you can open.')}>
      <wa-icon name="person"></wa-icon>${t('A teammate')}
    </span>`;
  }

  #switch(enabled: boolean): TemplateResult {
    const { widget, store } = this;
    const reason = whyNot(store.reader, widget);
    if (reason) return fixedState(`state-${widget.id}`, enabled, reason);
    return html`<wa-switch
      .checked=${live(enabled)}
      aria-busy=${String(store.isSwitching(widget))}
      @change=${(event: Event) => void this.#enable((event.target as HTMLInputElement).checked)}
      ><span class="visually-hidden">${t('{name}: enabled', { name: plainName(widget.name) })}</span></wa-switch
    >`;
  }

  #open(enabled: boolean): TemplateResult | typeof nothing {
    const { id, name } = this.widget;
    if (!enabled || !isApp(this.widget)) return nothing;
    return html`<a class="button" data-size="small" href=${appAddress(id)} aria-label=${t('Open {name}', { name: plainName(name) })}>${t('Open')}</a>`;
  }

  #menu(): TemplateResult {
    const { widget, store } = this;
    const manages = canManage(store.reader, widget);
    return html`<wa-dropdown placement="bottom-end" @wa-select=${this.#chosen}>
      <button slot="trigger" type="button" class="icon-button" aria-label=${t('Actions of {name}', { name: plainName(widget.name) })}>
        <wa-icon name="more_vert"></wa-icon>
      </button>
      ${isApp(widget) && store.isEnabled(widget)
        ? html`<wa-dropdown-item value="chat"><wa-icon slot="icon" name="chat"></wa-icon>${t('Chat with this app')}</wa-dropdown-item>`
        : nothing}
      ${canWrite(store.reader) && makesPanel(widget)
        ? html`<wa-dropdown-item value="place"><wa-icon slot="icon" name="dashboard"></wa-icon>${t('Add to dashboard')}</wa-dropdown-item>`
        : nothing}
      <wa-dropdown-item value="details">
        <wa-icon slot="icon" name=${manages ? 'settings' : 'info'}></wa-icon>${manages ? t('Settings') : t('Details')}
      </wa-dropdown-item>
      ${manages
        ? html`<wa-dropdown-item value="uninstall" variant="danger"><wa-icon slot="icon" name="delete"></wa-icon>${t('Uninstall')}</wa-dropdown-item>`
        : nothing}
    </wa-dropdown>`;
  }

  #question(): TemplateResult {
    return html`<ask-in-place
      .question=${this.#whatGoes()}
      .agree=${this.tables.length > 0 ? t('Uninstall and delete its data') : t('Uninstall')}
      .rather=${this.tables.length > 0 ? t('Uninstall, keep its data') : ''}
      .busy=${this.busy}
      @agreed=${() => void this.#uninstall(false)}
      @rather=${() => void this.#uninstall(true)}
      @called-off=${() => void this.#callOff()}
    ></ask-in-place>`;
  }

  /** What is known: panels on other people's own dashboards are not seen from here. */
  #whatGoes(): string {
    const { widget, store } = this;
    const count = store.placesOf(widget.id).length;
    const others = widget.user_id === store.reader.userId || !makesPanel(widget) ? '' : ` ${t('Panels on other people’s own dashboards go, too.')}`;
    const panels = tn('{count} panel goes with its data.', '{count} panels go with their data.', count);
    const none = makesPanel(widget) ? t('It is on no dashboard.') : t('What its widgets keep goes, too.');
    const what = count > 0 ? panels : others ? '' : none;
    const names = this.tables.join(', ');
    const kept = this.tables.length > 0 ? ` ${t('The data in its tables ({names}) can be kept for 30 days, and taken up when it is installed again.', { names })}` : '';
    return `${t('Uninstall {name}?', { name: plainName(widget.name) })} ${what}${others}${kept}`.replace('  ', ' ');
  }

  readonly #chosen = (event: CustomEvent<{ item: { value: string } }>): void => {
    const { value } = event.detail.item;
    if (value === 'details') this.#details();
    else if (value === 'chat') location.assign(`/chat/?app=${encodeURIComponent(this.widget.id)}`);
    else if (value === 'place') void this.#place();
    else void this.#ask();
  };

  /** A plugin's tables are named in the question; where they cannot be read, its data is kept without asking. */
  async #ask(): Promise<void> {
    const known = isPlugin(this.widget) ? await plugins.about(this.widget.id).catch(() => undefined) : undefined;
    this.tables = known?.tables.map(({ name }) => name) ?? [];
    this.asking = true;
  }

  #details(): void {
    this.dispatchEvent(new CustomEvent('details', { bubbles: true, detail: this.widget.id }));
  }

  async #place(): Promise<void> {
    const { id, name } = this.widget;
    await addToDashboard(this.store, { name, variants: [{ letter: '', key: id, what: { widgetId: id } }] });
  }

  async #enable(wish: boolean): Promise<void> {
    const name = brief(this.widget.name);
    try {
      await this.store.enable(this.widget, wish);
    } catch (error) {
      const reason = message(error);
      const values = { name, reason };
      toast(wish ? t('{name} stays off. {reason}', values) : t('{name} stays on. {reason}', values), { kind: 'error' });
    }
  }

  async #uninstall(keepData: boolean): Promise<void> {
    const name = brief(this.widget.name);
    const list = this.closest('manager-list');
    if (await this.attempt(() => this.store.uninstall(this.widget, keepData || this.tables.length === 0))) {
      const kept = keepData && this.tables.length > 0;
      toast(kept ? t('{name} is uninstalled. Its data is kept for 30 days.', { name }) : t('{name} is uninstalled.', { name }), { kind: 'success' });
      list?.dispatchEvent(new CustomEvent('row-gone'));
    } else {
      toast(t('{name} could not be uninstalled. {reason}', { name, reason: message(this.fault) }), { kind: 'error' });
    }
  }

  async #callOff(): Promise<void> {
    this.asking = false;
    await this.focusOn('[slot=trigger]');
  }
}

/** On or off where the reader cannot change it, with the reason in a tooltip that the keyboard reaches, too. */
export function fixedState(id: string, enabled: boolean, reason: string): TemplateResult {
  return html`<button type="button" class="badge fixed-state" id=${id} aria-labelledby=${id} data-tone=${enabled ? 'success' : 'neutral'}>
      ${enabled ? t('On') : t('Off')}<wa-icon name="lock"></wa-icon>
    </button>
    <wa-tooltip for=${id} trigger="hover focus click">${reason}</wa-tooltip>`;
}

/** `<builtin-row .store .row>`: a built-in, or several that differ by a letter; fires `details` with its slug. */
export class BuiltinRowElement extends ManagerElement {
  static override properties = { ...ManagerElement.properties, row: { attribute: false } };
  declare row: BuiltinRow;

  override render(): TemplateResult {
    const { row } = this;
    return html`<div class="widget-row">
      <span class="tile" data-tone="neutral"><wa-icon name=${row.icon}></wa-icon></span>
      <div class="widget-about">
        <div class="widget-name">
          <button type="button" class="name-button" @click=${() => this.#details()}><span>${row.name}</span></button>
          ${row.members.length > 1 ? html`<span class="badge">${letterRange(row)}</span>` : nothing}
        </div>
        <div class="widget-facts"><span class="mono truncate">${slugs(row)}</span><span class="truncate">${row.description}</span></div>
      </div>
      ${sayings(row.commands, true)}
      <div class="widget-end">${this.#menu()}</div>
    </div>`;
  }

  #menu(): TemplateResult {
    const { row, store } = this;
    const chosen = (event: CustomEvent<{ item: { value: string } }>): void =>
      event.detail.item.value === 'details' ? this.#details() : void addToDashboard(store, placeable(row));
    return html`<wa-dropdown placement="bottom-end" @wa-select=${chosen}>
      <button slot="trigger" type="button" class="icon-button" aria-label=${t('Actions of {name}', { name: row.name })}>
        <wa-icon name="more_vert"></wa-icon>
      </button>
      ${canWrite(store.reader)
        ? html`<wa-dropdown-item value="place"><wa-icon slot="icon" name="dashboard"></wa-icon>${t('Add to dashboard')}</wa-dropdown-item>`
        : nothing}
      <wa-dropdown-item value="details"><wa-icon slot="icon" name="info"></wa-icon>${t('Details')}</wa-dropdown-item>
    </wa-dropdown>`;
  }

  #details(): void {
    this.dispatchEvent(new CustomEvent('details', { bubbles: true, detail: this.row.key }));
  }
}

export function placeable(row: BuiltinRow): Parameters<typeof addToDashboard>[1] {
  const variants = row.members.map(({ letter, builtin }) => ({ letter, key: builtin.slug, what: { builtin: builtin.slug } }));
  return { name: row.name, variants };
}

function letterRange({ members }: BuiltinRow): string {
  return `${members[0]!.letter}–${members.at(-1)!.letter}`;
}

function slugs({ members }: BuiltinRow): string {
  const last = members.at(-1)!;
  return members.length > 1 ? `${members[0]!.builtin.slug} … ${last.letter.toLowerCase()}` : last.builtin.slug;
}
