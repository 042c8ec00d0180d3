/** Manager: a look at a package before it is installed: in a drawer, with Install and Cancel. */
import { html, nothing, render } from 'lit';
import type { TemplateResult } from 'lit';
import { ApiError } from '../../api.ts';
import { t } from '../../i18n.ts';
import { openDialog } from '../../shell/dialogs.ts';
import { brief } from '../../texts.ts';
import { Decisions } from './deciding.ts';
import { faultList } from './element.ts';
import { packageView } from './package.ts';
import { server } from './server.ts';
import type { Installed, Preview, Source, Widget } from './server.ts';

/** Where a package keeps the script that it runs. */
const SCRIPT = 'sandbox/entrypoint.js';

export interface Wishes {
  tenantWide: boolean;
  /** Look also at what is no app. */
  look: boolean;
  /** The widget that the package would be another version of, where the person may move it. */
  installed(preview: Preview): Widget | undefined;
}

/** What was installed, or updated to another version. */
export type Outcome = Installed & { updated: boolean };

/**
 * An app or a plugin is shown first, and so is what runs a script of its own; anything else is installed at once unless a look was
 * asked for. Undefined when it is called off.
 */
export async function lookAndInstall(source: Source, { tenantWide, look, installed }: Wishes): Promise<Outcome | undefined> {
  const preview = await server.preview(source);
  const there = installed(preview);
  if (!look && !there && preview.zones === null && !preview.plugin && !bringsScript(preview)) {
    return { ...(await server.install(source, tenantWide, preview.content_hash)), updated: false };
  }
  return Look.open(source, tenantWide, preview, there);
}

/** Whether a script comes with it, or would if it could be had. */
function bringsScript({ sandbox, files, warnings }: Preview): boolean {
  return Boolean(sandbox) || files.some(({ path }) => path === SCRIPT) || warnings.some(({ path }) => path === 'sandbox.entrypoint');
}

function about(there: Widget, preview: Preview): TemplateResult {
  const same = there.content_hash === preview.content_hash;
  return html`<div class="alert update-about" data-tone="info">
    <wa-icon name="info"></wa-icon>
    <div class="alert-body">
      ${same
        ? t('This very version is installed already.')
        : t('Version {version} is installed. Its panels, its data and what was allowed stay; you can go back in its settings.', { version: there.version })}
    </div>
  </div>`;
}

/** One open drawer. What was changed at its source meanwhile is not installed but shown anew. */
class Look {
  #busy = false;
  #fault: unknown;
  #outcome: Outcome | undefined;
  readonly #drawer;
  readonly #footer = document.createElement('div');
  #decisions: Decisions | undefined;
  /** Until it is known what there is to decide. */
  #deciding: Promise<void> | undefined;

  private constructor(
    readonly source: Source,
    readonly tenantWide: boolean,
    private preview: Preview,
    /** What it would be another version of. */
    private readonly there: Widget | undefined,
  ) {
    const names = { name: brief(there?.name ?? preview.name) };
    this.#drawer = openDialog({ title: there ? t('Update {name}?', names) : t('Install {name}?', names), kind: 'drawer', width: 860 });
    this.#drawer.dialog.classList.add('package-drawer');
    this.#footer.className = 'dialog-footer';
    this.#drawer.dialog.append(this.#footer);
  }

  /** What was installed, once the drawer is closed. */
  static async open(source: Source, tenantWide: boolean, preview: Preview, there?: Widget): Promise<Outcome | undefined> {
    const look = new Look(source, tenantWide, preview, there);
    await look.#begin();
    await look.#drawer.closed;
    return look.#outcome;
  }

  async #begin(): Promise<void> {
    this.#deciding = this.#decide();
    this.#draw();
    this.#footer.querySelector<HTMLElement>('[data-variant=primary]')?.focus();
    await this.#deciding;
    this.#draw();
  }

  /** What there is to decide at an install; an update takes no answers: the settings have them. */
  async #decide(): Promise<void> {
    if (!this.there) this.#decisions = await Decisions.about(this.preview, this.tenantWide, () => this.#draw());
  }

  #draw(): void {
    render(html`${this.there ? about(this.there, this.preview) : nothing}${packageView(this.preview, this.#decisions)}`, this.#drawer.body);
    render(this.#actions(), this.#footer);
  }

  #actions(): TemplateResult {
    const changed = this.#fault instanceof ApiError && this.#fault.code === 'CONTENT_CHANGED';
    return html`
      ${this.#fault === undefined ? nothing : html`<div class="field package-fault">${faultList(this.#fault, 'fault-package')}</div>`}
      <span class="caption package-whom">${this.tenantWide ? t('For everybody in the organisation') : t('Only for you')}</span>
      <button type="button" class="button" @click=${() => this.#drawer.close()}>${t('Cancel')}</button>
      <button type="button" class="button" data-variant="primary" aria-busy=${String(this.#busy)} ?disabled=${this.#busy} @click=${() => void (changed ? this.#again() : this.#install())}>
        ${this.#busy ? html`<span class="spinner" aria-hidden="true"></span>` : nothing}${changed ? t('Look again') : this.there ? t('Update') : t('Install')}
      </button>
    `;
  }

  async #install(): Promise<void> {
    await this.#deciding;
    if (this.#decisions?.isOpen) {
      this.#decisions.remind();
      return this.#drawer.body.querySelector<HTMLElement>('.kept-question input')?.focus();
    }
    await this.#attempt(async () => {
      const { source, tenantWide, preview, there } = this;
      const answer = there
        ? await server.update(there.id, source, preview.content_hash)
        : await server.install(source, tenantWide, preview.content_hash, this.#decisions?.choices);
      this.#outcome = { ...answer, updated: there !== undefined };
      this.#drawer.close();
    });
  }

  async #again(): Promise<void> {
    await this.#attempt(async () => {
      this.preview = await server.preview(this.source);
      await this.#decide();
    });
    this.#drawer.body.scrollTo({ top: 0 });
  }

  async #attempt(work: () => Promise<void>): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    this.#fault = undefined;
    this.#draw();
    try {
      await work();
    } catch (error) {
      this.#fault = error;
    }
    this.#busy = false;
    this.#draw();
    this.#footer.querySelector<HTMLElement>('[data-variant=primary]')?.focus();
  }
}
