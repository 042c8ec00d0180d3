/** Manager: what a package would bring: how it looks, what it may do, what its agents are told, what is odd about it. */
import { LitElement, html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { ApiError, request } from '../../api.ts';
import { writtenSize } from '../../declarative/sizes.ts';
import { locale, t, tn } from '../../i18n.ts';
import { madeUpFor } from '../../preview/made_up.ts';
import { NO_VALUES } from '../../preview/values.ts';
import type { Values } from '../../preview/values.ts';
import '../../preview/zone_preview.ts';
import { placesOf } from '../../preview/zones.ts';
import type { Place, WidgetsConfig } from '../../preview/zones.ts';
import type { Decisions } from './deciding.ts';
import { pathList } from './element.ts';
import { pluginView } from './plugin.ts';
import type { PackageFile, Preview } from './server.ts';

export function packageView(preview: Preview, decisions?: Decisions): TemplateResult {
  return html`<div class="package">
    ${about(preview)} ${warnings(preview)} ${preview.plugin ? pluginView(preview.plugin, decisions) : nothing} ${preview.zones ? zones(preview.zones) : nothing} ${permissions(preview)} ${tools(preview)}
    ${agents(preview)} ${intents(preview)} ${files(preview)}
  </div>`;
}

function about({ description, slug, version, size, content_hash: hash }: Preview): TemplateResult {
  return html`<section>
    ${description ? html`<p>${description}</p>` : nothing}
    <dl class="facts">
      ${fact(t('Slug'), html`<span class="mono">${slug}</span>`)} ${fact(t('Version'), html`${version}`)} ${fact(t('Size'), html`${writtenSize(size, locale())}`)}
      ${fact(t('SHA-256'), html`<span class="mono hash">${hash}</span>`)}
    </dl>
  </section>`;
}

function fact(name: string, value: TemplateResult): TemplateResult {
  return html`<div><dt>${name}</dt><dd>${value}</dd></div>`;
}

function warnings({ warnings: found }: Preview): TemplateResult | typeof nothing {
  if (found.length === 0) return nothing;
  return html`<div class="alert" data-tone="warning">
    <wa-icon name="warning"></wa-icon>
    <div class="alert-body">
      <div class="alert-title">${tn('One thing is worth a look:', '{count} things are worth a look:', found.length)}</div>
      ${pathList(found)}
    </div>
  </div>`;
}

function zones(config: WidgetsConfig): TemplateResult {
  const { places, values } = sceneOf(config);
  return html`<section aria-labelledby="zones-title">
    <h3 id="zones-title">${t('How it will look')}</h3>
    ${places.length === 0
      ? html`<p class="muted">${t('It brings no widgets of its own.')}</p>`
      : html`<zone-preview .places=${places} .values=${values} .succeeds=${false}></zone-preview>
          <p class="caption">${t('With made-up values. Nothing is loaded, and nothing that you press here is sent.')}</p>`}
  </section>`;
}

/** The same for the same block, so that drawing anew does not begin the widgets anew. */
const scenes = new WeakMap<WidgetsConfig, { places: Place[]; values: Values }>();

function sceneOf(config: WidgetsConfig): { places: Place[]; values: Values } {
  let scene = scenes.get(config);
  if (!scene) {
    const places = placesOf(config);
    scene = { places, values: { ...NO_VALUES, ...madeUpFor(places.map(({ entry }) => entry)) } };
    scenes.set(config, scene);
  }
  return scene;
}

function permissions({ permissions: sentences }: Preview): TemplateResult {
  return html`<section aria-labelledby="permissions-title">
    <h3 id="permissions-title">${t('What it may do')}</h3>
    ${sentences.length === 0
      ? html`<p class="muted">${t('It asks for nothing.')}</p>`
      : html`<ul class="package-list" role="list">
          ${sentences.map((sentence) => html`<li><wa-icon name="key"></wa-icon>${sentence}</li>`)}
        </ul>`}
  </section>`;
}

function tools({ tools: called }: Preview): TemplateResult | typeof nothing {
  if (called.length === 0) return nothing;
  return html`<section aria-labelledby="tools-title">
    <h3 id="tools-title">${t('Tools that its widgets call')}</h3>
    <ul class="package-list" role="list">
      ${called.map(
        ({ name, served }) => html`<li>
          <wa-icon name="build"></wa-icon><span class="mono">${name}</span>
          <span class="badge" data-tone=${served ? 'success' : 'warning'}>${served ? t('Available here') : t('Nothing here serves it')}</span>
        </li>`,
      )}
    </ul>
  </section>`;
}

function agents({ agents: all }: Preview): TemplateResult | typeof nothing {
  if (all.length === 0) return nothing;
  return html`<section aria-labelledby="agents-title">
    <h3 id="agents-title">${t('What its agents are told')}</h3>
    ${all.map(
      ({ id, role, system_prompt: prompt }) => html`<details class="package-agent">
        <summary><span class="mono">${id}</span>${role ? html` <span class="badge">${role}</span>` : nothing}</summary>
        <pre tabindex="0" aria-label=${t('Instructions of {name}', { name: id })}>${prompt || t('Nothing.')}</pre>
      </details>`,
    )}
  </section>`;
}

function intents({ intents: all }: Preview): TemplateResult | typeof nothing {
  if (all.length === 0) return nothing;
  return html`<section aria-labelledby="intents-title">
    <h3 id="intents-title">${t('Chat commands')}</h3>
    <ul class="package-list" role="list">
      ${all.map(
        ({ name, description, permission }) => html`<li>
          <wa-icon name="chat"></wa-icon><span class="mono">${name}</span>
          <span class="badge">${permission === 'write' ? t('changes things') : t('reads')}</span><span class="muted">${description}</span>
        </li>`,
      )}
    </ul>
  </section>`;
}

/** The files, each to be opened where it is a text; nothing is drawn of one that is closed. */
function files({ files: all }: Preview): TemplateResult | typeof nothing {
  if (all.length === 0) return nothing;
  return html`<section>
    <details class="package-agent">
      <summary>${tn('{count} file', '{count} files', all.length)}</summary>
      ${fileList(all)}
    </details>
  </section>`;
}

/** The files of a package, each to be opened where it is a text. */
export function fileList(all: PackageFile[]): TemplateResult {
  return html`<ul class="package-files" role="list">
    ${all.map((file) => html`<li>${isText(file) ? html`<package-file .file=${file}></package-file>` : fileName(file)}</li>`)}
  </ul>`;
}

const MOST_SHOWN = 1_000_000;

function isText({ path, size, text, address }: PackageFile): boolean {
  return text !== null || (address !== undefined && size <= MOST_SHOWN && /\.(?:js|mjs|json|pie|html?|css|md|txt|ya?ml|svg|toml)$/i.test(path));
}

function fileName({ path, size }: PackageFile): TemplateResult {
  return html`<wa-icon name="description"></wa-icon> <span class="mono">${path}</span> <span class="caption">${writtenSize(size, locale())}</span>`;
}

/** `<package-file .file>`: a text with the numbers of its lines; that of an installed package is fetched when it is opened. */
export class PackageFileView extends LitElement {
  static override properties = { file: { attribute: false }, opened: { state: true }, text: { state: true }, fault: { state: true } };
  declare file: PackageFile;
  declare private opened: boolean;
  declare private text: string | undefined;
  declare private fault: string;

  constructor() {
    super();
    this.opened = false;
    this.fault = '';
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override render(): TemplateResult {
    return html`<details @toggle=${(event: Event) => void this.#toggle((event.target as HTMLDetailsElement).open)}>
      <summary>${fileName(this.file)}</summary>
      ${this.opened ? this.#shown() : nothing}
    </details>`;
  }

  #shown(): TemplateResult {
    const text = this.file.text ?? this.text;
    if (text !== undefined) return numbered(this.file.path, text);
    return this.fault ? html`<p class="muted" role="alert">${this.fault}</p>` : html`<p class="muted" role="status">${t('Loading')}</p>`;
  }

  async #toggle(open: boolean): Promise<void> {
    this.opened = open;
    const { text, address } = this.file;
    if (!open || text !== null || !address || this.text !== undefined) return;
    this.fault = '';
    try {
      this.text = await (await request('GET', address)).text();
    } catch (error) {
      this.fault = error instanceof ApiError ? error.message : t('Something went wrong.');
    }
  }
}

if (!customElements.get('package-file')) customElements.define('package-file', PackageFileView);

function numbered(path: string, shown: string): TemplateResult {
  return html`<div class="package-code" role="group" tabindex="0" aria-label=${t('Text of {name}', { name: path })}><pre
    class="line-numbers"
    aria-hidden="true"
  >${lineNumbers(shown)}</pre><pre>${shown}</pre></div>`;
}

/** The numbers of the lines of a text, a line each; a line break at its end begins no further one. */
export function lineNumbers(text: string): string {
  const lines = text.replace(/\n$/, '').split('\n').length;
  return Array.from({ length: lines }, (_, index) => index + 1).join('\n');
}
