/** Settings: the page's entry. */
import './settings.css';
import { InlineConfirm } from './inline_confirm.ts';
import { SettingsInvites } from './invites.ts';
import { SettingsMembers } from './members.ts';
import { SettingsOrganisation } from './organisation.ts';
import { SettingsPermissions } from './permissions.ts';
import { SettingsTokens } from './tokens.ts';

customElements.define('inline-confirm', InlineConfirm);
customElements.define('settings-organisation', SettingsOrganisation);
customElements.define('settings-members', SettingsMembers);
customElements.define('settings-invites', SettingsInvites);
customElements.define('settings-tokens', SettingsTokens);
customElements.define('settings-permissions', SettingsPermissions);
