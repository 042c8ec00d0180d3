/** Manager: one place of a widget on a dashboard: open, configure, remove. */
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { ApiError } from '../../api.ts';
import { t } from '../../i18n.ts';
import { openPermissions } from '../../panels/permissions_dialog.ts';
import { plainName } from '../../texts.ts';
import { NotAValue, configOf, draftOf, fieldAt, fieldsOf, same } from './config.ts';
import type { Config, ConfigField, Draft } from './config.ts';
import { controlOf } from './controls.ts';
import { ManagerElement, message } from './element.ts';
import { canWrite } from './page.ts';
import { dashboardUrl, visibilityName } from './placing.ts';
import type { Place } from './server.ts';

const SAVED_FOR = 2_500;

/** `<manager-place .store .place>` */
export class ManagerPlace extends ManagerElement {
  static override properties = {
    ...ManagerElement.properties,
    place: { attribute: false },
    open: { state: true },
    asking: { state: true },
    draft: { state: true },
    saved: { state: true },
  };
  declare place: Place;
  declare private open: boolean;
  declare private asking: boolean;
  /** What is typed; undefined as long as nothing is. */
  declare private draft: Draft | undefined;
  declare private saved: boolean;
  /** The config that the typing began with. */
  #base: Config = {};

  constructor() {
    super();
    this.open = false;
    this.asking = false;
    this.saved = false;
  }

  override render(): TemplateResult {
    const { place } = this;
    const workspace = this.store.workspace(place.workspace_id);
    return html`<div class="place">
      <div class="place-head">
        <span class="badge place-label" title=${t('People and the chat tell places apart by this letter.')}>${place.label}</span>
        <div class="place-text">
          <span class="card-title">${plainName(place.title)}</span>
          <span class="caption">${workspace ? `${workspace.name} · ${visibilityName(workspace)}` : t('A dashboard that is gone')}</span>
        </div>
        <div class="place-end">
          <a class="button" data-size="small" data-variant="ghost" href=${dashboardUrl(place)}>
            <wa-icon name="open_in_new"></wa-icon>${t('Open')}<span class="visually-hidden"> ${plainName(place.title)}</span>
          </a>
          ${this.#buttons()}
        </div>
      </div>
      ${this.asking ? this.#question() : nothing} ${this.open ? this.#form() : nothing}
    </div>`;
  }

  #buttons(): TemplateResult {
    const may = canWrite(this.store.reader);
    return html`<button
        type="button"
        class="button toggle-config"
        data-size="small"
        data-variant="ghost"
        aria-expanded=${String(this.open)}
        @click=${() => void this.#toggle()}
      >
        <wa-icon name="tune"></wa-icon>${may ? t('Configure') : t('Configuration')}<span class="visually-hidden"> ${plainName(this.place.title)}</span>
      </button>
      ${this.place.sandbox ? this.#permissions() : nothing}
      ${may
        ? html`<button
            type="button"
            class="icon-button remove"
            data-size="small"
            data-variant="destructive"
            aria-label=${t('Remove {title}', { title: plainName(this.place.title) })}
            title=${t('Remove from the dashboard')}
            @click=${() => (this.asking = true)}
          >
            <wa-icon name="delete"></wa-icon>
          </button>`
        : nothing}`;
  }

  #permissions(): TemplateResult {
    const { id, widget_id: widgetId, title } = this.place;
    return html`<button
      type="button"
      class="icon-button"
      data-size="small"
      aria-label=${t('Permissions and network of {title}', { title })}
      title=${t('Permissions and network')}
      @click=${() => openPermissions({ instanceId: id, widgetId: widgetId!, title })}
    >
      <wa-icon name="shield"></wa-icon>
    </button>`;
  }

  #question(): TemplateResult {
    const refused = this.fault === undefined ? '' : ` ${message(this.fault)}`;
    return html`<ask-in-place
      .question=${t('Remove {title}? Its data goes with it.', { title: plainName(this.place.title) }) + refused}
      .agree=${t('Remove')}
      .busy=${this.busy}
      @agreed=${() => void this.#remove()}
      @called-off=${() => void this.#callOff()}
    ></ask-in-place>`;
  }

  /** The name of this place, which every config may have, before what the manifest asks for. */
  #fields(): ConfigField[] {
    const own = fieldsOf(this.place.config_schema);
    if (own.some(({ name }) => name === 'title')) return own;
    const description = t('What people and the chat call it here. The letter stays.');
    const title: ConfigField = { name: 'title', kind: 'text', label: t('Name of this place'), description, required: false, options: [], fallback: this.#widgetName(), step: 'any', maxLength: 200 };
    return [title, ...own];
  }

  /** What it is called where the config says nothing: the placeholder. */
  #widgetName(): string | undefined {
    const { widget_id, builtin_slug } = this.place;
    if (widget_id) return this.store.widget(widget_id)?.name;
    return this.store.builtins.find(({ slug }) => slug === builtin_slug)?.name;
  }

  #form(): TemplateResult {
    const fields = this.#fields();
    const may = canWrite(this.store.reader);
    const draft = this.draft ?? draftOf(fields, this.place.config);
    const stale = this.draft !== undefined && !same(this.#base, this.place.config);
    return html`<form class="form place-form" novalidate @submit=${this.#save}>
      ${fields.map((field) =>
        controlOf(field, draft[field.name]!, {
          id: `${this.place.id}-${field.name}`,
          disabled: !may,
          fault: this.#faultAt(field.name),
          change: (value) => this.#change(fields, field.name, value),
        }),
      )}
      ${this.#faultElsewhere(fields)} ${stale ? this.#changedElsewhere() : nothing}
      ${may
        ? html`<div class="form-actions">
            <button class="button" data-variant="primary" data-size="small" aria-busy=${String(this.busy)} ?disabled=${this.busy || !this.draft}>
              ${this.busy ? html`<span class="spinner" aria-hidden="true"></span>` : nothing}${t('Save')}
            </button>
            <button type="button" class="button" data-variant="ghost" data-size="small" @click=${() => void this.#toggle()}>
              ${this.draft ? t('Cancel') : t('Close')}
            </button>
            <span class="saved" role="status">${this.saved ? html`<wa-icon name="check"></wa-icon>${t('Saved')}` : nothing}</span>
          </div>`
        : nothing}
    </form>`;
  }

  #changedElsewhere(): TemplateResult {
    return html`<div class="alert" data-tone="warning" role="status">
      <wa-icon name="sync_problem"></wa-icon>
      <div class="alert-body">${t('Somebody changed this place meanwhile. Saving keeps what you changed here and takes the rest from them.')}</div>
      <button type="button" class="button" data-size="small" @click=${() => (this.draft = undefined)}>${t('Show theirs')}</button>
    </div>`;
  }

  #faultAt(name: string): string {
    const { fault } = this;
    if (fault instanceof NotAValue) return fault.message === name ? t('This is no valid value.') : '';
    if (!(fault instanceof ApiError) || fieldAt(fault.path ?? '') !== name) return '';
    const prefix = `${fault.path}: `;
    return fault.message.startsWith(prefix) ? `${itemOf(fault.path!)}${fault.message.slice(prefix.length)}` : fault.message;
  }

  #faultElsewhere(fields: ConfigField[]): TemplateResult | typeof nothing {
    if (this.fault === undefined || this.asking || fields.some(({ name }) => this.#faultAt(name))) return nothing;
    return html`<div class="field"><p class="error" role="alert"><wa-icon name="error"></wa-icon>${message(this.fault)}</p></div>`;
  }

  #change(fields: ConfigField[], name: string, value: Draft[string]): void {
    if (!this.draft) this.#base = this.place.config;
    this.draft = { ...(this.draft ?? draftOf(fields, this.place.config)), [name]: value };
    this.saved = false;
  }

  readonly #save = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const { draft } = this;
    if (!draft) return;
    const worked = await this.attempt(async () => {
      const fields = this.#fields();
      // Only what was changed here is laid over what the place has by now.
      const next = configOf(fields, { ...draftOf(fields, this.place.config), ...changed(draft, draftOf(fields, this.#base)) }, this.place.config);
      await this.store.configure(this.place, next);
    });
    if (!worked) return this.focusOn('[aria-invalid=true]');
    this.draft = undefined;
    this.saved = true;
    setTimeout(() => (this.saved = false), SAVED_FOR);
  };

  async #toggle(): Promise<void> {
    this.open = !this.open;
    this.draft = undefined;
    this.fault = undefined;
    await this.focusOn(this.open ? '.place-form :is(input, select, textarea)' : '.toggle-config');
  }

  async #remove(): Promise<void> {
    await this.attempt(() => this.store.remove(this.place));
  }

  async #callOff(): Promise<void> {
    this.asking = false;
    this.fault = undefined;
    await this.focusOn('.remove');
  }
}

function changed(draft: Draft, base: Draft): Draft {
  return Object.fromEntries(Object.entries(draft).filter(([name, value]) => !same(value, base[name])));
}

/** `config.columns[1]` → “2nd line” in words: which of the lines is meant. */
function itemOf(path: string): string {
  const at = /\[(\d+)\]/.exec(path)?.[1];
  return at === undefined ? '' : `${t('Line {number}', { number: Number(at) + 1 })}: `;
}
