/** Dashboard: `<panel-settings>`, the form of a panel's name and of what its widget lets people choose. */
import { LitElement, html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { ApiError } from '../../api.ts';
import { t } from '../../i18n.ts';
import type { Instance } from '../../panels/shapes.ts';
import { openDialog } from '../../shell/dialogs.ts';
import { fieldsOf, readField, showValue } from './config_fields.ts';
import type { ConfigField } from './config_fields.ts';
import { server } from './server.ts';

export class PanelSettings extends LitElement {
  static override properties = { instance: { attribute: false }, busy: { state: true }, faults: { state: true } };
  declare instance: Instance;
  declare private busy: boolean;
  /** What is wrong, by the name of the field; '' is the whole form. */
  declare private faults: Record<string, string>;

  constructor() {
    super();
    this.busy = false;
    this.faults = {};
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override render(): TemplateResult {
    const fields = fieldsOf(this.instance.config_schema);
    return html`<form class="form" novalidate @submit=${this.#submit}>
      ${this.#fault('')} ${this.#titleField()} ${fields.map((field) => this.#field(field))}
      <div class="form-actions">
        <button class="button" data-variant="primary" ?disabled=${this.busy}>${this.busy ? t('Saving…') : t('Save')}</button>
        <button type="button" class="button" data-variant="ghost" @click=${() => this.dispatchEvent(new Event('cancelled'))}>${t('Cancel')}</button>
      </div>
    </form>`;
  }

  #titleField(): TemplateResult {
    const value = this.instance.config['title'];
    return this.#shell('title', t('Name'), t('How this panel is called here and in the chat. Empty: the widget’s own name.'), html`
      <input id="config-title" name="title" maxlength="200" autocomplete="off" .value=${typeof value === 'string' ? value : ''}
        aria-invalid=${this.faults['title'] ? 'true' : nothing} aria-describedby="config-title-note" />`);
  }

  #field(field: ConfigField): TemplateResult {
    const { name, label, description, required } = field;
    const value = showValue(field, this.instance.config[name]);
    const id = `config-${name}`;
    const invalid = this.faults[name] ? 'true' : nothing;
    const described = `${id}-note`;
    switch (field.kind) {
      case 'boolean':
        return html`<div class="field"><label class="check"><input type="checkbox" id=${id} name=${name} .checked=${value === 'true'} /><span>${label}${
          description ? html`<span class="hint">${description}</span>` : nothing}</span></label>${this.#fault(name)}</div>`;
      case 'choice':
        return this.#shell(name, label, description, html`<select id=${id} name=${name} aria-invalid=${invalid} aria-describedby=${described}>
          ${required ? nothing : html`<option value="">${t('Not chosen')}</option>`}
          ${field.choices.map((choice, index) => html`<option value=${index} ?selected=${String(index) === value}>${String(choice)}</option>`)}
        </select>`, required);
      case 'number':
        return this.#shell(name, label, description, html`<input type="number" id=${id} name=${name} .value=${value} min=${field.minimum ?? nothing}
          max=${field.maximum ?? nothing} step=${field.whole ? 1 : 'any'} aria-invalid=${invalid} aria-describedby=${described} />`, required);
      case 'lines':
        return this.#shell(name, label, [description, t('One in each line.')].filter(Boolean).join(' '), html`<textarea id=${id} name=${name} rows="4"
          .value=${value} aria-invalid=${invalid} aria-describedby=${described}></textarea>`, required);
      case 'json':
        return this.#shell(name, label, [description, t('Written as JSON.')].filter(Boolean).join(' '), html`<textarea id=${id} name=${name} rows="4"
          class="mono" spellcheck="false" .value=${value} aria-invalid=${invalid} aria-describedby=${described}></textarea>`, required);
      case 'text':
        return this.#shell(name, label, description, html`<input id=${id} name=${name} .value=${value} maxlength=${field.longest ?? nothing}
          aria-invalid=${invalid} aria-describedby=${described} />`, required);
    }
  }

  #shell(name: string, label: string, description: string, control: TemplateResult, required = false): TemplateResult {
    return html`<div class="field">
      <label for="config-${name}">${label}${required ? html`<span class="required" aria-hidden="true">*</span>` : nothing}</label>
      ${control}
      <div id="config-${name}-note">${description ? html`<div class="hint">${description}</div>` : nothing}${this.#fault(name)}</div>
    </div>`;
  }

  #fault(name: string): TemplateResult | typeof nothing {
    const text = this.faults[name];
    if (text === undefined) return nothing;
    if (name === '') return html`<div class="alert" data-tone="error" role="alert"><wa-icon name="error" aria-hidden="true"></wa-icon><div class="alert-body">${text}</div></div>`;
    return html`<p class="error" role="alert"><wa-icon name="error" aria-hidden="true"></wa-icon>${text}</p>`;
  }

  readonly #submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    if (this.busy) return;
    this.faults = {};
    const config = this.#read(event.target as HTMLFormElement);
    if (!config) return;
    this.busy = true;
    try {
      const detail = await server.configure(this.instance.id, config);
      this.dispatchEvent(new CustomEvent<Instance>('saved', { detail }));
    } catch (error) {
      this.#refused(error);
    } finally {
      this.busy = false;
    }
  };

  /** The whole config: what the form does not show stays as it is. Undefined when a field cannot be read. */
  #read(form: HTMLFormElement): Record<string, unknown> | undefined {
    const config: Record<string, unknown> = { ...this.instance.config };
    const title = (form.elements.namedItem('title') as HTMLInputElement).value.trim();
    const faults: Record<string, string> = {};
    for (const field of fieldsOf(this.instance.config_schema)) {
      const input = form.elements.namedItem(field.name) as HTMLInputElement;
      try {
        const value = readField(field, input.type === 'checkbox' ? String(input.checked) : input.value);
        if (value === undefined) delete config[field.name];
        else config[field.name] = value;
      } catch (error) {
        faults[field.name] = (error as Error).message;
      }
    }
    if (title) config['title'] = title;
    else delete config['title'];
    this.faults = faults;
    return Object.keys(faults).length === 0 ? config : undefined;
  }

  #refused(error: unknown): void {
    const message = error instanceof Error ? error.message : t('Something went wrong.');
    const path = error instanceof ApiError ? error.path : undefined;
    const name = path?.startsWith('config.') ? path.slice('config.'.length).split(/[.[]/)[0]! : '';
    const known = name === 'title' || fieldsOf(this.instance.config_schema).some((field) => field.name === name);
    this.faults = { [known ? name : '']: message };
  }
}

/** Asks for the panel's configuration; `saved` is called with the place as it is then. */
export function configurePanel(instance: Instance, saved: (instance: Instance) => void): void {
  const { body, close } = openDialog({ title: t('Configure {name}', { name: instance.title }), width: 480 });
  const settings = document.createElement('panel-settings') as PanelSettings;
  settings.instance = instance;
  settings.addEventListener('saved', (event) => {
    close();
    saved((event as CustomEvent<Instance>).detail);
  });
  settings.addEventListener('cancelled', close);
  body.append(settings);
  void settings.updateComplete.then(() => settings.querySelector<HTMLElement>('input')?.focus());
}
