/** Dashboard: `<panel-chooser>`, what can be placed: installed widgets and built-in panels. */
import { LitElement, html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { t } from '../../i18n.ts';
import { panelIcon } from '../../panels/icons.ts';
import type { Instance } from '../../panels/shapes.ts';
import { openDialog } from '../../shell/dialogs.ts';
import { choicesOf, found } from './choices.ts';
import type { Choice } from './choices.ts';
import { server } from './server.ts';
import type { Available, NewPanel } from './server.ts';

export class PanelChooser extends LitElement {
  static override properties = {
    available: { state: true },
    failure: { state: true },
    query: { state: true },
    busy: { state: true },
    notes: { state: true },
  };
  /** The workspace that panels are placed on. */
  workspaceId = '';
  /** How many panels of a choice stand there already. */
  count: (choice: Choice) => number = () => 0;
  placed: (instance: Instance) => void = () => undefined;
  declare private available: Available | undefined;
  declare private failure: string;
  declare private query: string;
  declare private busy: string;
  /** What happened to a choice, by its key. */
  declare private notes: Record<string, { text: string; tone: 'success' | 'error' }>;
  #badge = 'quick-links-a';

  constructor() {
    super();
    this.failure = '';
    this.query = '';
    this.busy = '';
    this.notes = {};
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#load();
  }

  async #load(): Promise<void> {
    this.failure = '';
    try {
      this.available = await server.available();
    } catch (error) {
      this.failure = messageOf(error);
    }
  }

  protected override render(): TemplateResult {
    return html`<div class="chooser-search search-field">
        <wa-icon name="search" aria-hidden="true"></wa-icon>
        <input class="input" type="search" placeholder=${t('Search widgets')} aria-label=${t('Search widgets')} .value=${this.query}
          @input=${(event: Event) => (this.query = (event.target as HTMLInputElement).value)} />
      </div>
      <div class="chooser-lists">${this.failure ? this.#failed() : this.available ? this.#lists(this.available) : loading()}</div>
      <a class="chooser-install" href="/widgets/"><wa-icon name="add" aria-hidden="true"></wa-icon>${t('Install another…')}</a>`;
  }

  #lists(available: Available): TemplateResult {
    const choices = choicesOf(available).filter((choice) => found(choice, this.query));
    const installed = choices.filter(({ builtin }) => !builtin);
    const builtin = choices.filter((choice) => choice.builtin);
    if (choices.length === 0) return this.#nothingFound();
    return html`${this.#group(t('Installed'), installed, this.query ? nothing : this.#nothingInstalled())}
      ${this.#group(t('Built in'), builtin, nothing)}`;
  }

  #group(title: string, choices: Choice[], empty: TemplateResult | typeof nothing): TemplateResult | typeof nothing {
    if (choices.length === 0 && empty === nothing) return nothing;
    return html`<section>
      <h3 class="chooser-heading">${title}</h3>
      ${choices.length === 0 ? empty : html`<ul class="rows">${choices.map((choice) => this.#row(choice))}</ul>`}
    </section>`;
  }

  #row(choice: Choice): TemplateResult {
    const note = this.notes[choice.key];
    const count = choice.badges ? 0 : this.count(choice);
    return html`<li>
      <span class="tile" aria-hidden="true"><wa-icon name=${choice.icon || panelIcon(choice.panelType)}></wa-icon></span>
      <div class="rows-text">
        <div class="card-title">${choice.name}${choice.enabled ? nothing : html` <span class="badge">${t('Off')}</span>`}${
          choice.chatOnly ? html` <span class="badge" data-tone="warning" title=${t('Its script is not here: its panel stays empty. See Widgets.')}>${t('No script')}</span>` : nothing}</div>
        ${choice.description ? html`<div class="card-subtitle">${choice.description}</div>` : nothing}
        <div class="chooser-note" role="status" data-tone=${note?.tone ?? 'neutral'}
          >${note ? note.text : count > 0 ? t('{count} on this dashboard', { count }) : nothing}</div>
      </div>
      ${choice.badges ? this.#badges(choice) : nothing}
      <button type="button" class="button" data-size="small" aria-label=${t('Add {name}', { name: choice.name })} aria-busy=${this.busy === choice.key}
        ?disabled=${this.busy !== ''} @click=${() => void this.#place(choice)}>
        <wa-icon name="add" aria-hidden="true"></wa-icon>${t('Add')}
      </button>
    </li>`;
  }

  #badges({ badges = [] }: Choice): TemplateResult {
    const choose = (event: Event): void => {
      this.#badge = (event.target as HTMLSelectElement).value;
    };
    return html`<select class="input chooser-badge" aria-label=${t('Badge')} @change=${choose}>
      ${badges.map(({ slug, letter }) => html`<option value=${slug} ?selected=${slug === this.#badge}>${letter}</option>`)}
    </select>`;
  }

  async #place(choice: Choice): Promise<void> {
    const panel: NewPanel = choice.widgetId ? { widgetId: choice.widgetId } : { builtin: choice.badges ? this.#badge : choice.key };
    this.busy = choice.key;
    try {
      const instance = await server.place(panel, this.workspaceId);
      this.placed(instance);
      this.#note(choice, { text: t('Added: {title}', { title: instance.title }), tone: 'success' });
    } catch (error) {
      this.#note(choice, { text: messageOf(error), tone: 'error' });
    } finally {
      this.busy = '';
    }
  }

  #note(choice: Choice, note: { text: string; tone: 'success' | 'error' }): void {
    this.notes = { ...this.notes, [choice.key]: note };
  }

  #nothingInstalled(): TemplateResult {
    return html`<p class="muted chooser-empty">${t('No widgets are installed yet.')} <a href="/widgets/">${t('Install one')}</a></p>`;
  }

  #nothingFound(): TemplateResult {
    return html`<div class="empty"><div class="empty-title">${t('Nothing found')}</div>
      <p>${t('No widget here is called “{query}”. Install another one, or search for something else.', { query: this.query })}</p></div>`;
  }

  #failed(): TemplateResult {
    return html`<div class="alert" data-tone="error" role="alert">
      <wa-icon name="error" aria-hidden="true"></wa-icon>
      <div class="alert-body">${this.failure}</div>
      <button type="button" class="button" data-size="small" @click=${() => void this.#load()}>${t('Try again')}</button>
    </div>`;
  }
}

function loading(): TemplateResult {
  return html`<div class="panel-skeleton" role="status" aria-label=${t('Loading')}>
    <span class="skeleton"></span><span class="skeleton"></span><span class="skeleton"></span>
  </div>`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : t('Something went wrong.');
}

export interface AddPanelOptions {
  workspaceId: string;
  instances: () => Iterable<Instance>;
  placed: (instance: Instance) => void;
}

/** Opens the list of what can be placed; it stays open, so that several panels can be added. Resolves when it is closed. */
export async function addPanels({ workspaceId, instances, placed }: AddPanelOptions): Promise<void> {
  const { body, closed } = openDialog({ title: t('Add a panel'), kind: 'drawer', width: 480 });
  const chooser = document.createElement('panel-chooser') as PanelChooser;
  chooser.workspaceId = workspaceId;
  chooser.placed = placed;
  chooser.count = (choice) =>
    [...instances()].filter((one) => (choice.widgetId ? one.widget_id === choice.widgetId : one.builtin_slug === choice.key)).length;
  body.classList.add('chooser-body');
  body.append(chooser);
  await chooser.updateComplete;
  chooser.querySelector<HTMLInputElement>('input')?.focus();
  await closed;
}
