/** Panels: what a widget's script may ask for, in words. No DOM here. */
import { locale, t } from '../i18n.ts';

/** Icons by permission. */
const ICONS: Record<string, string> = {
  'read:workspace': 'dashboard',
  'write:workspace': 'open_in_full',
  'read:notes': 'sticky_note_2',
  'write:notes': 'edit_note',
  'write:chat': 'forum',
  'network:fetch': 'language',
};

/** What a permission lets a widget do, without a full stop: “Change the notes of this dashboard”. */
export function permissionWords(permission: string, allowlist: readonly string[] = []): string {
  switch (permission) {
    case 'read:workspace':
      return t('See which panels stand on this dashboard');
    case 'write:workspace':
      return t('Open and close panels');
    case 'read:notes':
      return t('Read the notes of this dashboard');
    case 'write:notes':
      return t('Change the notes of this dashboard');
    case 'write:chat':
      return t('Send messages to the chat in your name');
    case 'network:fetch':
      return allowlist.length > 0 ? t('Fetch from {hosts}', { hosts: hostsOf(allowlist) }) : t('Fetch from servers that it names');
    default:
      return permission; // of a later version than this page
  }
}

export function permissionIcon(permission: string): string {
  return ICONS[permission] ?? 'key';
}

/** Whether the person is asked before it is done. */
export function isAsked(permission: string): boolean {
  return permission.startsWith('write:');
}

/** Hosts of origins as a list in words: “api.example.com and localhost:8000”. */
export function hostsOf(origins: readonly string[]): string {
  return new Intl.ListFormat(locale(), { type: 'conjunction' }).format(origins.map(hostOf));
}

function hostOf(origin: string): string {
  try {
    return new URL(origin).host || origin;
  } catch {
    return origin;
  }
}
