/** Primitive `file_upload`: files are sent as soon as they are chosen; the value is what the server keeps of them. */
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { t, tn } from '../../i18n.ts';
import { isLocalPath } from '../addresses.ts';
import { toText } from '../expressions/values.ts';
import { FILTERS } from '../expressions/filters.ts';
import { FIELD_PROPERTIES, FieldElement } from '../field.ts';
import type { ActionHost, UploadedFile } from '../hosts.ts';
import { iconOf } from '../primitive.ts';
import { definePrimitive } from '../registry.ts';
import { accepts, bytesOf, writtenSize } from '../sizes.ts';
import { styles } from '../styles.ts';
import { isRecord } from '../tree.ts';
import { uploadTo } from '../uploads.ts';

type Name = 'placeholder' | 'accept' | 'multiple' | 'max_files' | 'max_size' | 'url';

/** A file that is not in the value: on its way, or refused. */
interface Waiting {
  key: number;
  file: File;
  share: number;
  /** Why it is not on its way. */
  fault?: string;
  /** Whether it makes sense to send it once more. */
  again: boolean;
  running: AbortController;
}

class FileUploadElement extends FieldElement<Name> {
  #waiting: Waiting[] = [];
  #keys = 0;
  #said = '';
  /** Parts of the field that are being dragged over, because leaving one is told after entering the next. */
  #over = 0;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const { running } of this.#waiting) running.abort();
    this.#waiting = [];
  }

  override fault(): string | undefined {
    if (this.#waiting.some(({ fault }) => fault === undefined)) return t('Files are still being sent.');
    if (this.#waiting.some(({ again }) => again)) return t('A file was not sent: try again or remove it.');
    if (this.#files.length === 0) return this.flag('required') ? t('This is required.') : undefined;
    const most = this.#most;
    return this.#files.length > most ? tn('At most {count} file.', 'At most {count} files.', most) : undefined;
  }

  protected override emptyValue(): unknown {
    return [];
  }

  protected override rules(): ReturnType<FieldElement['rules']> {
    return { ...super.rules(), limits: [this.#most, this.#files.length] };
  }

  protected override show(): unknown {
    const files = this.#files;
    const full = !this.flag('multiple') && files.length + this.#waiting.length > 0;
    return this.field(
      html`<div class="dropzone upload" ?data-over=${this.#over > 0} ?data-compact=${full} ?data-invalid=${this.shownFault !== undefined}
          @dragenter=${this.#enter} @dragover=${this.#hover} @dragleave=${this.#leave} @drop=${this.#drop}>
          ${full ? nothing : iconOf('upload')}
          <div>${this.#button(full)} <span>${full ? nothing : this.text('placeholder', t('or drop it here'))}</span></div>
          ${this.#limits()}
          <input type="file" hidden accept=${this.#accept || nothing} ?multiple=${this.flag('multiple')} @change=${this.#chosen} />
        </div>
        ${files.length + this.#waiting.length > 0
          ? html`<ul class="files" role="list">
              ${repeat(files, ({ id, url, name }) => id || url || name, (file, index) => this.#done(file, index))}
              ${repeat(this.#waiting, ({ key }) => key, (one) => this.#underWay(one))}
            </ul>`
          : nothing}
        <span class="visually-hidden" role="status">${this.#said}</span>`,
      undefined,
      false,
    );
  }

  get #files(): UploadedFile[] {
    const value = this.value;
    return (Array.isArray(value) ? value.filter(isRecord) : []) as unknown as UploadedFile[];
  }

  get #most(): number {
    return this.flag('multiple') ? Math.max(1, this.number('max_files', Infinity)) : 1;
  }

  get #accept(): string {
    const accept = this.prop('accept');
    return Array.isArray(accept) ? accept.map(toText).join(',') : toText(accept);
  }

  #button(full: boolean): TemplateResult {
    const words = full ? t('Choose another file') : this.flag('multiple') ? t('Choose files') : t('Choose a file');
    const label = this.label(this.shownLabel);
    return html`<button id=${this.uid} type="button" class="button" data-size="small" aria-label=${label ? `${label}: ${words}` : nothing}
      aria-describedby=${this.describedBy} ?disabled=${this.flag('disabled')} @click=${this.#ask} @blur=${this.touch}>${words}</button>`;
  }

  #limits(): TemplateResult | typeof nothing {
    const size = bytesOf(this.prop('max_size'));
    const words = [this.#accept.replaceAll(',', ', '), size === undefined ? '' : t('up to {size}', { size: this.#size(size) })].filter(Boolean);
    return words.length > 0 && !this.text('help') ? html`<span class="caption">${words.join(' · ')}</span>` : nothing;
  }

  #size(bytes: number): string {
    return writtenSize(bytes, this.scope.mount.surroundings().locale);
  }

  #done(file: UploadedFile, index: number): TemplateResult {
    const remove = (): void => {
      this.#tell(t('{name} was removed.', { name: file.name }));
      this.change(this.#files.filter((_, at) => at !== index));
    };
    return html`<li class="file">${this.#head(file.name, file.size)}${this.#tool('close', t('Remove {name}', { name: file.name }), remove)}</li>`;
  }

  #underWay(one: Waiting): TemplateResult {
    const { file, share, fault, again } = one;
    const percent = Math.round(share * 100);
    return html`<li class="file" ?data-failed=${fault !== undefined}>
      ${this.#head(file.name, file.size)}
      ${again ? this.#tool('refresh', t('Try {name} again', { name: file.name }), () => void this.#send(one)) : nothing}
      ${this.#tool('close', fault === undefined ? t('Stop sending {name}', { name: file.name }) : t('Remove {name}', { name: file.name }), () => this.#giveUp(one))}
      ${fault === undefined
        ? html`<div class="progress file-progress" role="progressbar" aria-label=${file.name} aria-valuemin="0" aria-valuemax="100" aria-valuenow=${percent} ${styles({ '--progress': String(percent) })}><div class="progress-track"><div class="progress-fill"></div></div></div>`
        : html`<span class="error file-fault"><wa-icon name="error" aria-hidden="true"></wa-icon>${fault}</span>`}
    </li>`;
  }

  #head(name: string, size: number): TemplateResult {
    const icon = toText(FILTERS.get('source_icon')!({ name, url: name }, [], this.scope.mount.surroundings()));
    return html`${iconOf(icon || 'description')}<span class="file-name">${name}</span><span class="caption">${this.#size(size)}</span>`;
  }

  #tool(icon: string, label: string, press: () => void): TemplateResult {
    return html`<button type="button" class="icon-button" data-size="small" aria-label=${label} title=${label} @click=${press}>${iconOf(icon)}</button>`;
  }

  readonly #ask = (): void => this.querySelector<HTMLInputElement>('input[type="file"]')?.click();

  readonly #chosen = (event: Event): void => {
    const input = event.target as HTMLInputElement;
    this.#take([...(input.files ?? [])]);
    input.value = ''; // the same file can be chosen again
  };

  readonly #hover = (event: DragEvent): void => {
    if (event.dataTransfer?.types.includes('Files')) event.preventDefault();
  };

  readonly #enter = (): void => this.#setOver(this.#over + 1);
  readonly #leave = (): void => this.#setOver(Math.max(0, this.#over - 1));

  readonly #drop = (event: DragEvent): void => {
    event.preventDefault();
    this.#setOver(0);
    if (!this.flag('disabled')) this.#take([...(event.dataTransfer?.files ?? [])]);
  };

  #setOver(over: number): void {
    this.#over = this.flag('disabled') ? 0 : over;
    this.requestUpdate();
  }

  /** Sends what is allowed and says why the rest is not. A field for one file takes the new one instead of the old. */
  #take(files: File[]): void {
    if (files.length === 0) return;
    this.#waiting = this.#waiting.filter(({ fault, again }) => fault === undefined || again);
    if (!this.flag('multiple')) this.#clear();
    const room = this.#most - this.#files.length - this.#waiting.length;
    for (const [index, file] of files.entries()) {
      const fault = index >= room ? tn('At most {count} file.', 'At most {count} files.', this.#most) : this.#refusal(file);
      const one: Waiting = { key: (this.#keys += 1), file, share: 0, again: false, running: new AbortController(), ...(fault ? { fault } : {}) };
      this.#waiting.push(one);
      if (!fault) void this.#send(one);
    }
    this.#changed();
  }

  #clear(): void {
    for (const { running } of this.#waiting) running.abort();
    this.#waiting = [];
    if (this.#files.length > 0) this.change([]);
  }

  #refusal(file: File): string | undefined {
    if (!accepts(this.#accept, file)) return t('Files of this kind are not taken here.');
    const most = bytesOf(this.prop('max_size'));
    return most !== undefined && file.size > most ? t('It is larger than {size}.', { size: this.#size(most) }) : undefined;
  }

  async #send(one: Waiting): Promise<void> {
    Object.assign(one, { share: 0, again: false, running: new AbortController() });
    delete one.fault;
    this.#changed();
    try {
      const file = await this.#upload(one);
      if (!this.#waiting.includes(one)) return;
      this.#waiting = this.#waiting.filter((other) => other !== one);
      this.#tell(t('{name} was sent.', { name: file.name }));
      this.change([...this.#files, file]);
    } catch (error) {
      if (!this.#waiting.includes(one)) return; // given up
      Object.assign(one, { fault: error instanceof Error ? error.message : toText(error), again: true });
      this.#tell(t('{name} was not sent.', { name: one.file.name }));
    }
    this.#changed();
  }

  #upload(one: Waiting): Promise<UploadedFile> {
    const { host } = this.scope.mount;
    const url = this.text('url');
    const send: ActionHost['upload'] = host.upload?.bind(host) ?? (url ? (file, options) => uploadTo(url, file, options) : undefined);
    if (url && !isLocalPath(url)) return Promise.reject(new Error(t('Files can only be sent to this server.')));
    if (!send) return Promise.reject(new Error(t('Files cannot be sent from here.')));
    const progress = (share: number): void => {
      one.share = share;
      this.requestUpdate();
    };
    return send(one.file, { ...(url ? { url } : {}), progress, signal: one.running.signal });
  }

  #giveUp(one: Waiting): void {
    one.running.abort();
    this.#waiting = this.#waiting.filter((other) => other !== one);
    this.#tell(t('{name} was removed.', { name: one.file.name }));
    this.#changed();
  }

  #tell(words: string): void {
    this.#said = words;
  }

  #changed(): void {
    this.check();
    this.requestUpdate();
  }
}

definePrimitive({
  type: 'file_upload',
  properties: [...FIELD_PROPERTIES, 'placeholder', 'accept', 'multiple', 'max_files', 'max_size', 'url'],
  element: FileUploadElement,
});
