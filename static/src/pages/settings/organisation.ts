/** Settings: the organisation's name and its chat policy. */
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { t } from '../../i18n.ts';
import { toast } from '../../shell/toasts.ts';
import { page } from './page.ts';
import { SettingsSection } from './section.ts';
import { server } from './server.ts';
import type { Organisation } from './server.ts';

export class SettingsOrganisation extends SettingsSection {
  #tenant: Organisation | undefined;

  protected override async load(): Promise<void> {
    this.#tenant = await server.organisation();
  }

  protected override view(): TemplateResult {
    const tenant = this.#tenant!;
    return html`<div class="card">
      ${page.isAdmin ? this.#nameForm(tenant) : html`<div class="card-title">${tenant.name}</div>`}
      <hr />
      <label class="check">
        <input
          type="checkbox"
          class="switch"
          role="switch"
          .checked=${tenant.confirm_writes}
          ?disabled=${!page.isAdmin}
          @change=${this.#toggle}
        />
        <span>
          ${t('Ask before the chat changes anything')}
          <span class="hint caption">
            ${t('Each write shows its exact arguments and waits for the person’s yes.')}
            ${page.isAdmin ? nothing : t('Only admins change this.')}
          </span>
        </span>
      </label>
    </div>`;
  }

  #nameForm(tenant: Organisation): TemplateResult {
    return html`<form class="form" @submit=${this.#rename}>
      <div class="field">
        <label for="tenant-name">${t('Name')}</label>
        <div class="settings-line">
          <input
            id="tenant-name"
            class="row-text"
            name="name"
            maxlength="200"
            required
            autocomplete="off"
            .value=${tenant.name}
            aria-invalid=${this.faults['name'] ? 'true' : nothing}
          />
          <button class="button" ?disabled=${this.busy}>${t('Rename')}</button>
        </div>
        ${this.fault('name')}
      </div>
    </form>`;
  }

  readonly #rename = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const name = String(new FormData(event.target as HTMLFormElement).get('name'));
    if (name === this.#tenant?.name) return;
    const worked = await this.attempt(async () => {
      this.#tenant = await server.updateOrganisation({ name });
    }, ['name']);
    if (worked) toast(t('The organisation is now called {name}.', { name: this.#tenant!.name }), { kind: 'success' });
  };

  /** Shown at once; put back when the server refuses. */
  readonly #toggle = async (event: Event): Promise<void> => {
    const input = event.target as HTMLInputElement;
    const worked = await this.attempt(async () => {
      this.#tenant = await server.updateOrganisation({ confirmWrites: input.checked });
    });
    if (!worked) input.checked = this.#tenant!.confirm_writes;
  };
}
