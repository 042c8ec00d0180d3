/** Chat: `<plugin-form>`, the arguments of a tool that a person starts, from its parameters. Event `start` with them. */
import { LitElement, html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { ApiError } from '../api.ts';
import { t } from '../i18n.ts';
import { NotAValue, configOf, draftOf, fieldsOf, same } from '../pages/manager/config.ts';
import type { ConfigField, Draft } from '../pages/manager/config.ts';
import { openDialog } from '../shell/dialogs.ts';
import type { Startable } from './plugin_shapes.ts';

type Arguments = Record<string, unknown>;
type Start = (args: Arguments) => Promise<void>;

export class PluginForm extends LitElement {
  static override properties = { tool: { attribute: false }, start: { attribute: false }, isBusy: { state: true }, faults: { state: true }, draft: { state: true } };
  declare tool: Startable;
  declare start: Start;
  declare private isBusy: boolean;
  /** What is wrong, by the name of the field; '' is the whole form. */
  declare private faults: Record<string, string>;
  declare private draft: Draft | undefined;

  constructor() {
    super();
    this.isBusy = false;
    this.faults = {};
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override render(): TemplateResult {
    const { tool } = this;
    const writes = tool.permission === 'write';
    return html`<form class="form" novalidate @submit=${this.#submit}>
      ${tool.description ? html`<p>${tool.description}</p>` : nothing} ${this.#whole()} ${this.#fields.map((field) => this.#field(field))}
      ${this.#fields.length === 0 ? html`<p class="muted">${t('It needs nothing to begin with.')}</p>` : nothing}
      <div class="form-actions">
        <button class="button" data-variant="primary" aria-disabled=${String(this.isBusy)}>
          ${this.isBusy ? html`<span class="spinner" aria-hidden="true"></span>` : nothing}${t('Run')}
        </button>
        <button type="button" class="button" data-variant="ghost" @click=${() => this.dispatchEvent(new Event('cancelled'))}>${t('Cancel')}</button>
        <span class="caption">${writes ? t('It may change things.') : t('It only reads.')}</span>
      </div>
    </form>`;
  }

  get #fields(): ConfigField[] {
    return fieldsOf(this.tool.parameters);
  }

  get #draft(): Draft {
    return (this.draft ??= draftOf(this.#fields, this.#given));
  }

  /** What the schema says a value is where nobody has set one. */
  get #given(): Arguments {
    return Object.fromEntries(this.#fields.flatMap(({ name, fallback }) => (fallback === undefined ? [] : [[name, fallback]])));
  }

  #whole(): TemplateResult | typeof nothing {
    const text = this.faults[''];
    if (text === undefined) return nothing;
    return html`<div class="alert" data-tone="error" role="alert"><wa-icon name="error" aria-hidden="true"></wa-icon><div class="alert-body">${text}</div></div>`;
  }

  #field(field: ConfigField): TemplateResult {
    const { name, label, description, required } = field;
    const id = `argument-${name}`;
    const notes = [description, field.kind === 'lines' ? t('One in each line.') : '', field.kind === 'json' ? t('Written as JSON.') : ''];
    const note = notes.filter(Boolean).join(' ');
    const fault = this.faults[name];
    const below = html`<div id="${id}-note">
      ${note && field.kind !== 'boolean' ? html`<div class="hint">${note}</div>` : nothing}
      ${fault ? html`<p class="error" role="alert"><wa-icon name="error" aria-hidden="true"></wa-icon>${fault}</p>` : nothing}
    </div>`;
    if (field.kind === 'boolean') {
      return html`<div class="field">
        <label class="check"><input type="checkbox" id=${id} .checked=${this.#draft[name] === true} @change=${(event: Event) => this.#set(name, (event.target as HTMLInputElement).checked)} />
          <span>${label}${note ? html`<span class="hint">${note}</span>` : nothing}</span></label>${below}
      </div>`;
    }
    if (field.kind === 'choices') {
      const taken = this.#draft[name] as number[];
      return html`<fieldset class="field"><legend class="label">${label}</legend>
        ${field.options.map((option, at) => html`<label class="check"><input type="checkbox" .checked=${taken.includes(at)}
          @change=${(event: Event) => this.#set(name, (event.target as HTMLInputElement).checked ? [...taken, at] : taken.filter((one) => one !== at))} /><span>${String(option)}</span></label>`)}
        ${below}</fieldset>`;
    }
    return html`<div class="field">
      <label for=${id}>${label}${required ? html`<span class="required" aria-hidden="true">*</span>` : nothing}</label>
      ${this.#control(field, id, fault !== undefined)} ${below}
    </div>`;
  }

  #control(field: ConfigField, id: string, isWrong: boolean): TemplateResult {
    const value = String(this.#draft[field.name] ?? '');
    const wrong = isWrong ? 'true' : nothing;
    const typed = (event: Event): void => this.#set(field.name, (event.target as HTMLInputElement).value);
    const required = field.required ? 'true' : nothing;
    switch (field.kind) {
      case 'choice':
        return html`<select id=${id} aria-invalid=${wrong} aria-required=${required} aria-describedby="${id}-note" @change=${typed}>
          <option value="" ?selected=${value === '' || value === '-1'}>${t('Not chosen')}</option>
          ${field.options.map((option, at) => html`<option value=${at} ?selected=${String(at) === value}>${String(option)}</option>`)}
        </select>`;
      case 'number':
        return html`<input type="number" id=${id} .value=${value} min=${field.minimum ?? nothing} max=${field.maximum ?? nothing} step=${field.step}
          aria-invalid=${wrong} aria-required=${required} aria-describedby="${id}-note" @input=${typed} />`;
      case 'long-text':
      case 'lines':
      case 'json':
        return html`<textarea id=${id} rows="4" class=${field.kind === 'json' ? 'mono' : nothing} .value=${value} aria-invalid=${wrong} aria-required=${required}
          aria-describedby="${id}-note" @input=${typed}></textarea>`;
      default:
        return html`<input id=${id} autocomplete="off" .value=${value} maxlength=${field.maxLength ?? nothing} aria-invalid=${wrong} aria-required=${required}
          aria-describedby="${id}-note" @input=${typed} />`;
    }
  }

  #set(name: string, value: Draft[string]): void {
    this.draft = { ...this.#draft, [name]: value };
  }

  readonly #submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    if (this.isBusy) return;
    const args = this.#read();
    if (!args) return this.#toFault();
    this.isBusy = true;
    try {
      await this.start(args);
      this.dispatchEvent(new Event('started'));
    } catch (error) {
      this.#refused(error);
    } finally {
      this.isBusy = false;
    }
  };

  #read(): Arguments | undefined {
    this.faults = {};
    try {
      // From nothing: what the person has emptied is not sent.
      const args = configOf(this.#fields, this.#draft, {});
      const untouched = draftOf(this.#fields, this.#given);
      for (const { name, fallback } of this.#fields) {
        if (fallback !== undefined && args[name] === undefined && same(this.#draft[name], untouched[name])) args[name] = fallback;
      }
      const missing = this.#fields.filter(({ name, required, kind }) => required && kind !== 'boolean' && args[name] === undefined);
      this.faults = Object.fromEntries(missing.map(({ name }) => [name, t('This is required.')]));
      return missing.length === 0 ? args : undefined;
    } catch (error) {
      if (!(error instanceof NotAValue)) throw error;
      const kind = this.#fields.find(({ name }) => name === error.message)?.kind;
      this.faults = { [error.message]: kind === 'number' ? t('Write a number.') : t('This is not valid JSON.') };
      return undefined;
    }
  }

  #refused(error: unknown): void {
    const faults: Record<string, string> = {};
    const listed = error instanceof ApiError ? (error.errors.length > 0 ? error.errors : [{ path: error.path ?? '', message: error.message }]) : [];
    for (const { path, message } of listed) {
      const name = path.split(/[.[]/)[0]!;
      faults[this.#fields.some((field) => field.name === name) ? name : ''] ??= message;
    }
    this.faults = listed.length > 0 ? faults : { '': t('Something went wrong.') };
    this.#toFault();
  }

  #toFault(): void {
    void this.updateComplete.then(() => this.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
  }
}

if (!customElements.get('plugin-form')) customElements.define('plugin-form', PluginForm);

/** Asks for the arguments; the dialog goes once `start` has gone well. Resolves when it has gone. */
export function askForArguments(tool: Startable, start: Start): Promise<void> {
  const { body, close, closed } = openDialog({ title: tool.name, width: 520 });
  const form = document.createElement('plugin-form') as PluginForm;
  form.tool = tool;
  form.start = start;
  form.addEventListener('started', close);
  form.addEventListener('cancelled', close);
  body.append(form);
  void form.updateComplete.then(() => form.querySelector<HTMLElement>('input, select, textarea, [data-variant="primary"]')?.focus());
  return closed;
}
