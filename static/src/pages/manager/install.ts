/** Manager: the one place to install from: an address, a file (dropped or chosen), pasted text, a sample. */
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { ApiError } from '../../api.ts';
import { t } from '../../i18n.ts';
import { ManagerElement, faultList } from './element.ts';
import { canManage, isAdmin, publicOrigin } from './page.ts';
import { lookAndInstall } from './looking.ts';
import type { Outcome } from './looking.ts';
import { server } from './server.ts';
import type { Preview, Samples, Source, Widget } from './server.ts';

type Way = 'url' | 'file' | 'text';

const NO_SAMPLES: Samples = { samples: [], apps: [], plugins: [] };
const KINDS = '.json,.yaml,.yml,.zip,.pie,application/json,application/zip';

/** `<manager-install .store>`: fires `installed` with the answer. */
export class ManagerInstall extends ManagerElement {
  static override properties = {
    ...ManagerElement.properties,
    way: { state: true },
    pasting: { state: true },
    over: { state: true },
    samples: { state: true },
  };
  /** Which way was taken last: its fault is shown beside it. */
  declare private way: Way;
  declare private pasting: boolean;
  declare private over: boolean;
  declare private samples: Samples;
  #leaveDocument: AbortController | undefined;

  constructor() {
    super();
    this.way = 'url';
    this.pasting = false;
    this.over = false;
    this.samples = NO_SAMPLES;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#leaveDocument = new AbortController();
    const { signal } = this.#leaveDocument;
    document.addEventListener('dragover', this.#dragOver, { signal });
    document.addEventListener('dragleave', (event) => event.relatedTarget === null && (this.over = false), { signal });
    document.addEventListener('drop', this.#drop, { signal });
    void this.#loadSamples();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#leaveDocument?.abort();
  }

  /** Without the list of samples there is nothing to offer, which is no fault of the page. */
  async #loadSamples(): Promise<void> {
    this.samples = await server.samples().catch(() => NO_SAMPLES);
  }

  /** Takes the focus, for the empty state's button. */
  focusAddress(): void {
    this.querySelector<HTMLElement>('#install-url')?.focus();
  }

  override render(): TemplateResult {
    return html`<section class="card install" aria-label=${t('Install a widget')} ?data-over=${this.over}>
      ${this.#address()}
      <div class="install-ways">
        ${this.#dropZone()}
        <button
          type="button"
          class="button"
          aria-expanded=${String(this.pasting)}
          aria-controls="paste"
          @click=${() => void this.#togglePaste()}
        >
          <wa-icon name="content_paste"></wa-icon>${t('Paste JSON or YAML')}
        </button>
        ${this.samples.samples.length + this.samples.apps.length + this.samples.plugins.length > 0 ? this.#sampleMenu() : nothing}
      </div>
      ${this.pasting ? this.#paste() : nothing}
    </section>`;
  }

  #address(): TemplateResult {
    return html`<form class="field" novalidate @submit=${this.#submitAddress}>
      <label for="install-url">${t('Widget address')}</label>
      <div class="install-line">
        <input
          id="install-url"
          name="url"
          type="url"
          inputmode="url"
          autocomplete="off"
          spellcheck="false"
          maxlength="2000"
          placeholder="https://example.com/my-app.zip"
          aria-invalid=${this.#hasFault('url') ? 'true' : nothing}
          aria-describedby=${this.#hasFault('url') ? 'fault-url' : nothing}
        />
        ${isAdmin(this.store.reader) ? this.#forEverybody() : nothing}
        <button type="button" class="button" ?disabled=${this.busy} title=${t('See what it brings before it is installed')} @click=${() => void this.#takeAddress(true)}>
          ${t('Preview')}
        </button>
        <button class="button" data-variant="primary" aria-busy=${String(this.#isBusy('url'))} ?disabled=${this.busy}>
          ${this.#sign('url', 'add')}${t('Add')}
        </button>
      </div>
      ${this.#faultOf('url')}
    </form>`;
  }

  #forEverybody(): TemplateResult {
    return html`<label class="check for-everybody" title=${t('Everybody in the organisation gets it. Else only you.')}>
      <input type="checkbox" id="for-everybody" /><span>${t('For everybody')}</span>
    </label>`;
  }

  #dropZone(): TemplateResult {
    return html`<div class="install-drop" ?data-over=${this.over}>
      ${this.#isBusy('file') ? html`<span class="spinner"></span>` : html`<wa-icon name="upload"></wa-icon>`}
      <span class="drop-text">${this.over ? t('Let go to install') : t('Drop a .json, .yaml, .pie or .zip file here, or')}</span>
      <button type="button" class="link-button" ?disabled=${this.busy} ?hidden=${this.over} @click=${this.#openFiles}>
        ${t('choose a file')}
      </button>
      <input type="file" accept=${KINDS} hidden @change=${this.#fileChosen} />
      <div class="field drop-fault">${this.#faultOf('file')}</div>
    </div>`;
  }

  #sampleMenu(): TemplateResult {
    const chosen = (event: CustomEvent<{ item: { value: string } }>): void => void this.#installSample(event.detail.item.value);
    return html`<wa-dropdown placement="bottom-end" @wa-select=${chosen}>
      <button slot="trigger" type="button" class="button" ?disabled=${this.busy}>
        <wa-icon name="science"></wa-icon>${t('Try a sample')}<wa-icon name="keyboard_arrow_down"></wa-icon>
      </button>
      ${this.samples.apps.map((name) => html`<wa-dropdown-item value=${name}><wa-icon slot="icon" name="apps"></wa-icon>${sampleTitle(name)}</wa-dropdown-item>`)}
      ${this.samples.plugins.map((name) => html`<wa-dropdown-item value=${name}><wa-icon slot="icon" name="extension"></wa-icon>${sampleTitle(name)}</wa-dropdown-item>`)}
      ${this.samples.samples.map((name) => html`<wa-dropdown-item value=${name}>${sampleTitle(name)}</wa-dropdown-item>`)}
    </wa-dropdown>`;
  }

  #paste(): TemplateResult {
    return html`<form class="field" id="paste" novalidate @submit=${this.#submitText} @keydown=${this.#pasteKey}>
      <label for="install-text">${t('Manifest, app or plugin, as text')}</label>
      <textarea
        id="install-text"
        name="text"
        class="mono"
        rows="8"
        spellcheck="false"
        placeholder='{ "panelId": "my-widget", "panelType": "list", "title": "My widget", "version": "1.0", "intents": [] }'
        aria-invalid=${this.#hasFault('text') ? 'true' : nothing}
        aria-describedby=${this.#hasFault('text') ? 'fault-text' : nothing}
      ></textarea>
      ${this.#faultOf('text')}
      <div class="form-actions">
        <button class="button" data-variant="primary" aria-busy=${String(this.#isBusy('text'))} ?disabled=${this.busy}>
          ${this.#sign('text', 'add')}${t('Install')}
        </button>
        <button class="button" name="look" ?disabled=${this.busy}>${t('Preview')}</button>
        <button type="button" class="button" data-variant="ghost" @click=${() => void this.#togglePaste()}>${t('Cancel')}</button>
      </div>
    </form>`;
  }

  #sign(way: Way, icon: string): TemplateResult {
    return this.#isBusy(way) ? html`<span class="spinner" aria-hidden="true"></span>` : html`<wa-icon name=${icon}></wa-icon>`;
  }

  #isBusy(way: Way): boolean {
    return this.busy && this.way === way;
  }

  #hasFault(way: Way): boolean {
    return this.way === way && this.fault !== undefined;
  }

  #faultOf(way: Way): TemplateResult | typeof nothing {
    return this.#hasFault(way) ? faultList(this.fault, `fault-${way}`) : nothing;
  }

  /** No second button that submits: the Enter key would take the first of them. */
  readonly #submitAddress = (event: SubmitEvent): void => {
    event.preventDefault();
    void this.#takeAddress(false);
  };

  async #takeAddress(look: boolean): Promise<void> {
    const field = this.querySelector<HTMLInputElement>('#install-url')!;
    const url = field.value.trim();
    if (!url) return this.#refuse('url', t('Type the address of a manifest or an app, such as https://example.com/widget.json.'), field);
    if (await this.#install({ url }, look)) field.value = '';
    else if (this.fault !== undefined) field.focus();
  }

  readonly #submitText = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const field = this.querySelector<HTMLTextAreaElement>('#install-text')!;
    if (!field.value.trim()) return this.#refuse('text', t('Paste a manifest or an app first.'), field);
    if (await this.#install({ text: field.value }, wantsLook(event))) await this.#togglePaste();
    else if (this.fault !== undefined) field.focus();
  };

  #refuse(way: Way, text: string, field: HTMLElement): void {
    this.way = way;
    this.fault = new ApiError('MISSING', text, 0);
    field.focus();
  }

  async #togglePaste(): Promise<void> {
    this.pasting = !this.pasting;
    this.fault = undefined;
    await this.focusOn(this.pasting ? '#install-text' : '[aria-controls=paste]');
  }

  /** Ctrl/Cmd-Enter installs, Escape closes. */
  readonly #pasteKey = (event: KeyboardEvent): void => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void this.#submitText(event as unknown as SubmitEvent);
    else if (event.key === 'Escape') void this.#togglePaste();
  };

  readonly #openFiles = (): void => this.querySelector<HTMLInputElement>('input[type=file]')?.click();

  readonly #fileChosen = async (event: Event): Promise<void> => {
    const input = event.target as HTMLInputElement;
    const file = input.files?.[0];
    if (file) await this.#install({ file });
    input.value = ''; // the same file can be chosen again once it is mended
  };

  readonly #dragOver = (event: DragEvent): void => {
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = this.busy ? 'none' : 'copy';
    this.over = true;
  };

  /** Anywhere on the page: a file dropped beside the zone would replace the page otherwise. */
  readonly #drop = (event: DragEvent): void => {
    const files = event.dataTransfer?.files;
    if (!files || files.length === 0) return;
    event.preventDefault();
    this.over = false;
    if (files.length === 1) void this.#install({ file: files[0]! });
    else this.#refuse('file', t('Drop one file at a time.'), this);
  };

  /** By its address, as any other; where the server does not know its own address, as a file. */
  async #installSample(name: string): Promise<void> {
    const url = `${publicOrigin()}/api/widgets/sample-manifest?name=${encodeURIComponent(name)}`;
    const suffix = this.samples.apps.includes(name) ? 'zip' : this.samples.plugins.includes(name) ? 'pie' : 'json';
    await this.#install({ url }, false, async (error) => {
      if (!(error instanceof ApiError) || error.code !== 'FETCH_FAILED') throw error;
      return { file: await server.sample(name, `${name}.${suffix}`) };
    });
  }

  #tenantWide(): boolean {
    return this.querySelector<HTMLInputElement>('#for-everybody')?.checked ?? false;
  }

  /** True when something was installed; false also when it was called off. An app is always looked at first. */
  async #install(source: Source, look = false, otherwise?: (error: unknown) => Promise<Source>): Promise<boolean> {
    if (this.busy) return false;
    this.way = 'url' in source ? 'url' : 'file' in source ? 'file' : 'text';
    let answer: Outcome | undefined;
    const tenantWide = this.#tenantWide();
    const wishes = { tenantWide, look, installed: ({ slug }: Preview) => this.#installed(slug, tenantWide) };
    const worked = await this.attempt(async () => {
      const call = lookAndInstall(source, wishes);
      answer = await (otherwise ? call.catch(async (error: unknown) => lookAndInstall(await otherwise(error), wishes)) : call);
    });
    if (!worked || !answer) return false;
    this.store.putWidget(answer.widget);
    this.dispatchEvent(new CustomEvent<Outcome>('installed', { detail: answer }));
    return true;
  }

  /** The widget of that slug where it would be installed, which the reader may move to another version. */
  #installed(slug: string, tenantWide: boolean): Widget | undefined {
    const { reader, widgets } = this.store;
    return widgets.find((widget) => widget.slug === slug && widget.user_id === (tenantWide ? null : reader.userId) && canManage(reader, widget));
  }
}

/** Whether a form was sent by its Preview button. */
function wantsLook({ submitter }: SubmitEvent): boolean {
  return submitter?.getAttribute('name') === 'look';
}

/** `task-board` → “Task board”. */
export function sampleTitle(name: string): string {
  const text = name.replaceAll('-', ' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}
