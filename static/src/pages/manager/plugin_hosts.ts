/** Manager: hosts that an installed plugin's code may fetch from; who manages it grants and revokes. */
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { t } from '../../i18n.ts';
import { ManagerElement, message } from './element.ts';
import { canManage } from './page.ts';
import { plugins } from './plugins.ts';
import type { Hosts } from './plugins.ts';
import type { Widget } from './server.ts';

/** `<plugin-hosts .store .widget>` */
export class PluginHosts extends ManagerElement {
  static override properties = { ...ManagerElement.properties, widget: { attribute: false }, hosts: { state: true } };
  declare widget: Widget;
  declare private hosts: Hosts | undefined;
  #version = '';

  protected override willUpdate(): void {
    if (this.widget.package_version === this.#version) return;
    this.#version = this.widget.package_version;
    void this.attempt(async () => {
      this.hosts = await plugins.hosts(this.widget.id);
    });
  }

  override render(): TemplateResult {
    const { hosts } = this;
    const manages = canManage(this.store.reader, this.widget);
    return html`<section aria-labelledby="hosts-title">
      <h3 id="hosts-title" tabindex="-1">${t('Hosts that its code may fetch from')}</h3>
      ${hosts ? this.#list(hosts, manages) : nothing} ${hosts && manages ? this.#form(hosts) : nothing}
      ${this.fault === undefined ? nothing : html`<div class="field"><p class="error" id="fault-host" role="alert"><wa-icon name="error"></wa-icon>${message(this.fault).replace(/^hosts: /, '')}</p></div>`}
    </section>`;
  }

  #list({ declared, granted, found, private: never }: Hosts, manages: boolean): TemplateResult {
    if (declared.length + granted.length + found.length + never.length === 0) return html`<p class="muted">${t('None.')}</p>`;
    return html`<ul class="package-list host-list" role="list">
      ${declared.map((host) => row(host, html`<span class="badge">${t('declared')}</span>`))}
      ${granted.map((host) => row(host, html`<span class="badge" data-tone="success">${t('allowed')}</span> ${manages ? this.#button(t('Revoke'), host, without(granted, host)) : nothing}`))}
      ${found.map((host) => row(host, html`<span class="badge" data-tone="warning">${t('only in its code, not allowed')}</span> ${manages ? this.#button(t('Allow'), host, [...granted, host]) : nothing}`))}
      ${never.map((host) => row(host, html`<span class="badge" data-tone="warning">${t('only in its code, not on the public internet')}</span>`))}
    </ul>`;
  }

  #button(words: string, host: string, next: string[]): TemplateResult {
    return html`<button type="button" class="button" data-size="small" ?disabled=${this.busy} @click=${() => void this.#set(next)}>
      ${words}<span class="visually-hidden"> ${host}</span>
    </button>`;
  }

  #form({ granted }: Hosts): TemplateResult {
    const submit = async (event: SubmitEvent): Promise<void> => {
      event.preventDefault();
      const form = event.target as HTMLFormElement;
      const host = String(new FormData(form).get('host')).trim();
      if (!host) return this.focusOn('#host');
      if (await this.#set([...granted, host])) form.reset();
      await this.focusOn('#host');
    };
    return html`<form class="field" novalidate @submit=${submit}>
      <label for="host">${t('Another host')}</label>
      <div class="inline-form">
        <input id="host" name="host" class="mono" maxlength="260" autocomplete="off" spellcheck="false" placeholder="api.example.com" aria-describedby=${this.fault ? 'fault-host' : nothing} aria-invalid=${this.fault ? 'true' : nothing} />
        <button class="button" ?disabled=${this.busy}>${t('Allow')}</button>
      </div>
    </form>`;
  }

  async #set(hosts: string[]): Promise<boolean> {
    const worked = await this.attempt(async () => {
      this.hosts = await plugins.setHosts(this.widget.id, hosts);
    });
    if (worked) await this.focusOn('#hosts-title');
    return worked;
  }
}

function row(host: string, more: TemplateResult): TemplateResult {
  return html`<li><wa-icon name="language"></wa-icon><span class="mono">${host}</span> ${more}</li>`;
}

function without(hosts: string[], gone: string): string[] {
  return hosts.filter((host) => host !== gone);
}
