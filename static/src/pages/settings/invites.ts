/** Settings: links that let people join. */
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { t } from '../../i18n.ts';
import { toast } from '../../shell/toasts.ts';
import { mayManage, page, roleName } from './page.ts';
import { SettingsSection } from './section.ts';
import { server } from './server.ts';
import type { Invite, Role } from './server.ts';
import { shownOnce } from './shown_once.ts';
import { when } from '../../times.ts';

export class SettingsInvites extends SettingsSection {
  #invites: Invite[] = [];
  #link = '';

  protected override async load(): Promise<void> {
    this.#invites = await server.invites();
  }

  protected override view(): TemplateResult {
    return html`
      <form class="card" @submit=${this.#create}>
        <div class="settings-line">
          <div class="row-text"><label for="invite-role">${t('Invite somebody as')}</label></div>
          <select class="input role-select" id="invite-role" name="role">
            ${page
              .roles()
              .filter(([value]) => mayManage(page.role, value))
              .map(([value, name]) => html`<option value=${value} ?selected=${value === 'member'}>${name}</option>`)}
          </select>
          <button class="button" data-variant="primary" ?disabled=${this.busy}>
            <wa-icon name="link"></wa-icon>${t('Create link')}
          </button>
        </div>
      </form>
      ${this.#link ? this.#newLink() : nothing} ${this.#list()}
    `;
  }

  #newLink(): TemplateResult {
    const text = t('Send it to one person. It is not shown again.');
    return shownOnce(t('The invite link'), text, this.#link, () => {
      this.#link = '';
      this.requestUpdate();
    });
  }

  #list(): TemplateResult {
    if (this.#invites.length === 0) return html`<p class="caption">${t('No open invites.')}</p>`;
    return html`<ul class="rows">
      ${repeat(
        this.#invites,
        (invite) => invite.id,
        (invite) => html`<li>
          <div class="row-text">
            <div class="card-title">${t('Link for one {role}', { role: roleName(invite.role).toLowerCase() })}</div>
            <div class="card-subtitle">${t('Made')} ${when(invite.created_at)} · ${t('ends')} ${when(invite.expires_at)}</div>
          </div>
          <div class="row-end">
            <inline-confirm
              label=${t('Revoke')}
              confirm=${t('Revoke')}
              question=${t('Revoke this link? Nobody can join with it any more.')}
              ?disabled=${this.busy}
              @confirmed=${() => void this.#revoke(invite)}
            ></inline-confirm>
          </div>
        </li>`,
      )}
    </ul>`;
  }

  readonly #create = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const role = new FormData(event.target as HTMLFormElement).get('role') as Role;
    await this.attempt(async () => {
      const { invite, link } = await server.createInvite(role);
      this.#invites = [invite, ...this.#invites];
      this.#link = link;
    });
  };

  async #revoke(invite: Invite): Promise<void> {
    const worked = await this.attempt(async () => {
      await server.revokeInvite(invite.id);
      this.#invites = this.#invites.filter((one) => one.id !== invite.id);
    });
    if (worked) toast(t('The link is revoked.'), { kind: 'success' });
  }
}
