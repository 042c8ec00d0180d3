/** Settings: who belongs to the organisation, kept up to date while the page is open. */
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { t, tn } from '../../i18n.ts';
import { live } from '../../live/client.ts';
import { matches } from '../../shell/palette.ts';
import { toast } from '../../shell/toasts.ts';
import { mayManage, page, roleName } from './page.ts';
import { SettingsSection } from './section.ts';
import { server } from './server.ts';
import type { Member, Role } from './server.ts';

/** More members than this are searched. */
const MANY = 10;

export class SettingsMembers extends SettingsSection {
  #members: Member[] = [];
  #query = '';
  #leave: (() => void) | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    // A snapshot comes first, and again whenever the page may have missed something.
    const refresh = (): void => void this.refresh();
    this.#leave = live().subscribe(`tenant:${page.tenantId}`, { snapshot: refresh, event: refresh });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#leave?.();
  }

  protected override async load(): Promise<void> {
    this.#members = await server.members();
    // What the whole page offers depends on the reader's own role.
    const own = this.#members.find((member) => member.user.id === page.userId);
    if (own?.role !== page.role) location.reload();
  }

  protected override view(): TemplateResult {
    const many = this.#members.length > MANY;
    const shown = many ? this.#members.filter(({ user }) => matches(`${user.name} ${user.username}`, this.#query.trim())) : this.#members;
    return html`${many ? this.#search(shown.length) : nothing}
      ${shown.length === 0 ? html`<p class="caption">${t('Nobody has this name.')}</p>` : this.#list(shown)}`;
  }

  #search(count: number): TemplateResult {
    const search = (event: Event): void => {
      this.#query = (event.target as HTMLInputElement).value;
      this.requestUpdate();
    };
    return html`<div class="settings-line">
      <div class="search-field row-text">
        <wa-icon name="search"></wa-icon>
        <input class="input" type="search" autocomplete="off" aria-label=${t('Search members')} placeholder=${t('Search members')} @input=${search} />
      </div>
      <span class="caption" role="status">${tn('{count} member', '{count} members', count)}</span>
    </div>`;
  }

  #list(members: Member[]): TemplateResult {
    return html`<ul class="rows">
      ${repeat(
        members,
        (member) => member.id,
        (member) => this.#row(member),
      )}
    </ul>`;
  }

  #row(member: Member): TemplateResult {
    const self = member.user.id === page.userId;
    return html`<li>
      <span class="avatar" aria-hidden="true">${member.user.name.slice(0, 1)}</span>
      <div class="row-text">
        <div class="card-title">${member.user.name}${self ? html`<span class="badge">${t('You')}</span>` : nothing}</div>
        <div class="card-subtitle">${member.user.username}</div>
      </div>
      <div class="row-end">${this.#role(member)} ${this.#remove(member, self)}</div>
    </li>`;
  }

  #role(member: Member): TemplateResult {
    if (!mayManage(page.role, member.role)) return html`<span class="badge">${roleName(member.role)}</span>`;
    const given = page.roles().filter(([value]) => mayManage(page.role, value));
    return html`<select
      class="input role-select"
      aria-label=${t('Role of {name}', { name: member.user.name })}
      @change=${(event: Event) => void this.#changeRole(member, event.target as HTMLSelectElement)}
    >
      ${given.map(([value, name]) => html`<option value=${value} ?selected=${value === member.role}>${name}</option>`)}
    </select>`;
  }

  #remove(member: Member, self: boolean): TemplateResult | typeof nothing {
    if (!self && !mayManage(page.role, member.role)) return nothing;
    const question = self
      ? t('Leave this organisation? You lose access to everything in it.')
      : t('Remove {name}? They lose access at once.', { name: member.user.name });
    return html`<inline-confirm
      label=${self ? t('Leave') : t('Remove')}
      confirm=${self ? t('Leave') : t('Remove')}
      about=${self ? '' : member.user.name}
      question=${question}
      ?disabled=${this.busy}
      @confirmed=${() => void this.#removeMember(member, self)}
    ></inline-confirm>`;
  }

  async #changeRole(member: Member, select: HTMLSelectElement): Promise<void> {
    const role = select.value as Role;
    const worked = await this.attempt(async () => {
      const changed = await server.changeRole(member.id, role);
      this.#members = this.#members.map((one) => (one.id === changed.id ? changed : one));
    });
    if (!worked) select.value = member.role;
    else if (member.user.id === page.userId) void this.refresh();
    else toast(t('{name} is now {role}.', { name: member.user.name, role: roleName(role) }), { kind: 'success' });
  }

  async #removeMember(member: Member, self: boolean): Promise<void> {
    const worked = await this.attempt(async () => {
      await server.removeMember(member.id);
      this.#members = this.#members.filter((one) => one.id !== member.id);
    });
    if (worked && self) location.assign('/');
    else if (worked) toast(t('{name} was removed.', { name: member.user.name }), { kind: 'success' });
  }
}
