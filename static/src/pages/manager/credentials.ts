/** Manager: the reader's own credentials for a plugin's tables, in a dialog; a new password ends the old one. */
import { html, nothing, render } from 'lit';
import type { TemplateResult } from 'lit';
import { t } from '../../i18n.ts';
import { confirm, openDialog } from '../../shell/dialogs.ts';
import { brief } from '../../texts.ts';
import { copyButton } from './copying.ts';
import { message } from './element.ts';
import { plugins } from './plugins.ts';
import type { Credentials } from './plugins.ts';
import type { Widget } from './server.ts';

export function openCredentials(widget: Pick<Widget, 'id' | 'name'>): void {
  const { body } = openDialog({ title: t('Tables of {name}', { name: brief(widget.name) }), width: 620 });
  const view = new View(widget.id, body);
  void view.load(() => plugins.credentials(widget.id));
}

class View {
  #known: Credentials | undefined;
  #fault: unknown;
  #busy = false;
  #shown = false;

  constructor(
    private readonly id: string,
    private readonly body: HTMLElement,
  ) {}

  async load(ask: () => Promise<Credentials>): Promise<void> {
    this.#busy = true;
    this.#fault = undefined;
    this.#draw();
    try {
      this.#known = await ask();
    } catch (error) {
      this.#fault = error;
    }
    this.#busy = false;
    this.#draw();
  }

  #draw(): void {
    render(
      html`<div class="credentials">
        <p>${t('For a PostgreSQL client, such as psql. You see and write the tables as yourself, and may make tables of your own beside them.')}</p>
        ${this.#fault === undefined ? nothing : html`<div class="alert" data-tone="warning" role="alert"><wa-icon name="info"></wa-icon><div class="alert-body">${message(this.#fault)}</div></div>`}
        ${this.#known ? this.#facts(this.#known) : this.#busy ? html`<p class="muted" role="status">${t('Loading')}</p>` : nothing}
      </div>`,
      this.body,
    );
  }

  #facts(known: Credentials): TemplateResult {
    const hidden = '•'.repeat(12);
    const fact = (name: string, value: string, secret = false): TemplateResult => html`<div>
      <dt>${name}</dt>
      <dd><span class="mono">${secret && !this.#shown ? hidden : value}</span>${copyButton(value, t('Copy: {name}', { name }))}</dd>
    </div>`;
    const address = this.#shown ? known.connectionString : known.connectionString.replace(known.password, hidden);
    return html`<dl class="facts">
        ${fact(t('Host'), known.host)} ${fact(t('Port'), String(known.port))} ${fact(t('Database'), known.database)} ${fact(t('User'), known.username)}
        ${fact(t('Password'), known.password, true)} ${fact(t('Schema'), known.schemaName)}
        <div><dt>${t('Connection string')}</dt><dd><span class="mono hash">${address}</span>${copyButton(known.connectionString, t('Copy the connection string'))}</dd></div>
      </dl>
      <div class="form-actions">
        <button type="button" class="button" data-size="small" aria-pressed=${String(this.#shown)} @click=${() => ((this.#shown = !this.#shown), this.#draw())}>${this.#shown ? t('Hide the password') : t('Show the password')}</button>
        <button type="button" class="button" data-size="small" aria-busy=${String(this.#busy)} ?disabled=${this.#busy} @click=${() => void this.#rotate()}>${t('New password…')}</button>
      </div>`;
  }

  async #rotate(): Promise<void> {
    const text = t('The old one is refused at once, and its connections are ended.');
    if (await confirm({ title: t('Make a new password?'), text, confirmLabel: t('New password') })) await this.load(() => plugins.newPassword(this.id));
  }
}
