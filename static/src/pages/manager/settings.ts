/** Manager: the settings drawer of a widget or built-in. */
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { repeat } from 'lit/directives/repeat.js';
import { t } from '../../i18n.ts';
import { openDialog } from '../../shell/dialogs.ts';
import { plain } from '../../texts.ts';
import { when } from '../../times.ts';
import { copyButton } from './copying.ts';
import { ManagerElement, message } from './element.ts';
import { intentTable } from './intents.ts';
import { canManage, canWrite, whyNot } from './page.ts';
import { addToDashboard } from './placing.ts';
import { fixedState, placeable } from './row.ts';
import type { Intent, Place, Widget } from './server.ts';
import { scriptSection } from './script.ts';
import { builtinRows, iconOf, isApp, isPlugin, makesPanel } from './shelves.ts';
import type { BuiltinRow } from './shelves.ts';
import type { ManagerStore } from './store.ts';

const SAVED_FOR = 2_500;

/** Opens the drawer for a widget's id or a built-in's slug. Does nothing for one that is not there. */
export function openSettings(store: ManagerStore, key: string): void {
  const title = store.widget(key)?.name ?? builtinOf(store, key)?.name;
  if (title === undefined) return;
  const { body, header, closed } = openDialog({ title, kind: 'drawer', width: 720 });
  const content = document.createElement('manager-settings') as ManagerSettings;
  content.store = store;
  content.key = key;
  body.append(content);
  const heading = header.querySelector('h2')!;
  const rename = (): void => {
    heading.textContent = plain(store.widget(key)?.name ?? heading.textContent);
  };
  store.addEventListener('change', rename);
  void closed.then(() => store.removeEventListener('change', rename));
}

function builtinOf(store: ManagerStore, key: string): BuiltinRow | undefined {
  return builtinRows(store.builtins).find((row) => row.key === key || row.members.some(({ builtin }) => builtin.slug === key));
}

/** `<manager-settings .store .key>` */
export class ManagerSettings extends ManagerElement {
  static override properties = { ...ManagerElement.properties, key: { attribute: false }, saved: { state: true }, switching: { state: true } };
  declare key: string;
  declare private saved: boolean;
  /** Why the switch went back. */
  declare private switching: string;

  constructor() {
    super();
    this.saved = false;
    this.switching = '';
  }

  override render(): TemplateResult {
    const widget = this.store.widget(this.key);
    if (widget) return this.#widget(widget);
    const builtin = builtinOf(this.store, this.key);
    return builtin ? this.#builtin(builtin) : gone();
  }

  #widget(widget: Widget): TemplateResult {
    const { description, intents = [] } = widget.manifest;
    const enabled = this.store.isEnabled(widget);
    return html`
      <section class="about">
        ${this.#intro(iconOf(widget), description ?? '', this.#switch(widget, enabled))}
        <script-problem .store=${this.store} .widget=${widget} @solved=${() => void this.focusOn('#script-title')}></script-problem>
        ${canManage(this.store.reader, widget) ? this.#nameForm(widget) : nothing} ${facts(widget, this.store)}
        <widget-versions .store=${this.store} .widget=${widget}></widget-versions>
      </section>
      ${widget.sandbox ? scriptSection(widget.sandbox) : nothing}
      ${isPlugin(widget) ? html`<plugin-settings .store=${this.store} .widget=${widget}></plugin-settings>` : nothing}
      ${isApp(widget) ? html`<manager-zones .widget=${widget} .enabled=${enabled}></manager-zones>` : nothing}
      ${makesPanel(widget) ? this.#places(this.store.placesOf(widget.id), () => this.#place(widget)) : nothing}
      ${makesPanel(widget) && !isPlugin(widget) ? commandsOf(widget, intents, enabled) : nothing} ${manifestView(widget)}
    `;
  }

  #place({ id, name }: Widget): Promise<void> {
    return addToDashboard(this.store, { name, variants: [{ letter: '', key: id, what: { widgetId: id } }] });
  }

  #builtin(row: BuiltinRow): TemplateResult {
    const slugs = row.members.map(({ builtin }) => builtin.slug);
    const places = slugs.flatMap((slug) => this.store.placesOf(slug));
    const text = row.members.length > 1 ? t('{description} There is one for each letter; the commands of each name its own.', { description: withDot(row.description) }) : row.description;
    return html`
      <section class="about">
        ${this.#intro(row.icon, text, html`<span class="badge">${t('Built in')}</span>`)}
        <p class="muted">${t('It comes with the application: it is always on, and no installed widget can take its name.')}</p>
      </section>
      ${this.#places(places, () => addToDashboard(this.store, placeable(row)))}
      <section aria-labelledby="commands-title">
        <h3 id="commands-title">${t('Chat commands')}</h3>
        ${intentTable(row.commands, row.name)}
      </section>
    `;
  }

  #intro(icon: string, description: string, end: TemplateResult): TemplateResult {
    return html`<div class="intro">
      <span class="tile" data-tone="accent"><wa-icon name=${icon}></wa-icon></span>
      <p>${description || html`<span class="muted">${t('Its manifest has no description.')}</span>`}</p>
      <div class="intro-end">${end}</div>
    </div>`;
  }

  #switch(widget: Widget, enabled: boolean): TemplateResult {
    const reason = whyNot(this.store.reader, widget);
    if (reason) return fixedState('drawer-state', enabled, reason);
    return html`<wa-switch
        .checked=${live(enabled)}
        aria-busy=${String(this.store.isSwitching(widget))}
        @change=${(event: Event) => void this.#enable(widget, (event.target as HTMLInputElement).checked)}
        >${t('Enabled')}</wa-switch
      >
      ${this.switching ? html`<div class="field"><p class="error" role="alert"><wa-icon name="error"></wa-icon>${this.switching}</p></div>` : nothing}`;
  }

  #nameForm(widget: Widget): TemplateResult {
    return html`<form class="field" novalidate @submit=${this.#rename}>
      <label for="widget-name">${t('Name')}</label>
      <div class="inline-form">
        <input
          id="widget-name"
          name="name"
          maxlength="200"
          autocomplete="off"
          .value=${widget.name}
          aria-invalid=${this.fault ? 'true' : nothing}
          aria-describedby=${this.fault ? 'fault-name' : nothing}
        />
        <button class="button" aria-busy=${String(this.busy)} ?disabled=${this.busy}>${t('Rename')}</button>
        <span class="saved" role="status">${this.saved ? html`<wa-icon name="check"></wa-icon>${t('Saved')}` : nothing}</span>
      </div>
      ${this.fault ? html`<p class="error" id="fault-name" role="alert"><wa-icon name="error"></wa-icon>${message(this.fault).replace(/^name: /, '')}</p>` : nothing}
    </form>`;
  }

  #places(places: Place[], add: () => Promise<void>): TemplateResult {
    return html`<section aria-labelledby="places-title">
      <div class="drawer-section-head">
        <h3 id="places-title">${t('On dashboards')}</h3>
        ${canWrite(this.store.reader)
          ? html`<button type="button" class="button" data-size="small" @click=${() => void add()}><wa-icon name="add"></wa-icon>${t('Add to dashboard')}</button>`
          : nothing}
      </div>
      ${places.length === 0
        ? html`<p class="muted">${t('On none that you can open.')}</p>`
        : html`<ul class="rows places" role="list">
            ${repeat(
              places,
              ({ id }) => id,
              (place) => html`<li><manager-place .store=${this.store} .place=${place}></manager-place></li>`,
            )}
          </ul>`}
    </section>`;
  }

  readonly #rename = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const widget = this.store.widget(this.key);
    const name = String(new FormData(event.target as HTMLFormElement).get('name'));
    if (!widget || name === widget.name) return;
    if (!(await this.attempt(() => this.store.rename(widget, name)))) return this.focusOn('#widget-name');
    this.saved = true;
    setTimeout(() => (this.saved = false), SAVED_FOR);
  };

  async #enable(widget: Widget, wish: boolean): Promise<void> {
    this.switching = '';
    try {
      await this.store.enable(widget, wish);
    } catch (error) {
      this.switching = message(error);
    }
  }
}

function commandsOf({ name }: Widget, intents: Intent[], enabled: boolean): TemplateResult {
  return html`<section aria-labelledby="commands-title">
    <h3 id="commands-title">${t('Chat commands')}</h3>
    ${enabled ? nothing : html`<p class="muted">${t('The widget is switched off: the chat does not know these.')}</p>`} ${intentTable(intents, name)}
  </section>`;
}

function withDot(text: string): string {
  return text && !text.endsWith('.') ? `${text}.` : text;
}

function gone(): TemplateResult {
  return html`<div class="empty">
    <span class="tile"><wa-icon name="delete"></wa-icon></span>
    <div class="empty-title">${t('This widget was uninstalled')}</div>
    <p>${t('Somebody removed it while you looked at it.')}</p>
  </div>`;
}

function facts(widget: Widget, store: ManagerStore): TemplateResult {
  const { userId } = store.reader;
  const whom = widget.user_id === null ? t('Everybody') : widget.user_id === userId ? t('You') : t('A teammate');
  return html`<dl class="facts">
    ${fact(t('Slug'), html`<span class="mono">${widget.slug}</span>`)} ${fact(t('Version'), html`${widget.version}`)}
    ${fact(t('Source'), source(widget))} ${fact(t('For'), html`${whom}`)} ${fact(t('Installed'), when(widget.created_at))}
    ${widget.content_hash
      ? fact(t('SHA-256'), html`<span class="mono hash">${widget.content_hash}</span>${copyButton(widget.content_hash, t('Copy the hash'))}`)
      : fact(t('Package'), html`<span class="mono hash">${widget.package_version}</span>${copyButton(widget.package_version, t('Copy the package’s id'))}`)}
  </dl>`;
}

function fact(name: string, value: TemplateResult): TemplateResult {
  return html`<div><dt>${name}</dt><dd>${value}</dd></div>`;
}

/** Only web addresses become links. */
function source({ source_type, source_ref }: Widget): TemplateResult {
  if (source_type === 'url' && /^https?:\/\//i.test(source_ref)) {
    return html`<a href=${source_ref} target="_blank" rel="noopener noreferrer">${source_ref}</a>`;
  }
  return html`${source_ref || t('Unknown')}`;
}

function manifestView({ manifest, name }: Widget): TemplateResult {
  const text = JSON.stringify(manifest, null, 2);
  return html`<section aria-labelledby="manifest-title">
    <details class="manifest">
      <summary><h3 id="manifest-title">${t('Manifest')}</h3></summary>
      <div class="manifest-body">
        ${copyButton(text, t('Copy the manifest'))}
        <pre tabindex="0" aria-label=${t('Manifest of {name}', { name })}><code>${text}</code></pre>
      </div>
    </details>
  </section>`;
}
