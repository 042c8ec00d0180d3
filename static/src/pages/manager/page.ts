/** Manager: who reads the page, and what they may do. */
import { t } from '../../i18n.ts';
import type { Widget } from './server.ts';

export type Role = 'owner' | 'admin' | 'member' | 'viewer';

/** The reader, as the shell wrote them into the page. */
export interface Reader {
  userId: string;
  tenantId: string;
  role: Role;
}

export function reader(): Reader {
  const { signedIn = '', tenant = '', role = 'viewer' } = document.body.dataset;
  return { userId: signedIn, tenantId: tenant, role: role as Role };
}

export const isAdmin = ({ role }: Reader): boolean => role === 'owner' || role === 'admin';
export const canWrite = ({ role }: Reader): boolean => role !== 'viewer';

/** The rule of the server's `can_manage`, which live events do not carry: the installer for themself, an admin always. */
export function canManage(who: Reader, widget: Pick<Widget, 'user_id'>): boolean {
  return isAdmin(who) || (canWrite(who) && widget.user_id === who.userId);
}

/** Why the reader cannot switch, rename or uninstall a widget; empty when they can. */
export function whyNot(who: Reader, widget: Pick<Widget, 'user_id'>): string {
  if (canManage(who, widget)) return '';
  if (!canWrite(who)) return t('You are a viewer here. Members and admins change widgets.');
  if (widget.user_id === null) return t('Installed for everybody: only an admin can change it.');
  return t('A teammate installed it: only they or an admin can change it.');
}

/** The address that the server takes for its own; the page's where it does not say. */
export function publicOrigin(): string {
  return document.querySelector<HTMLElement>('[data-public-origin]')?.dataset['publicOrigin'] || location.origin;
}
