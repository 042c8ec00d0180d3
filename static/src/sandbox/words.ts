/** Sandbox: what the page says about widgets with scripts of their own. No DOM here. */
import { t } from '../i18n.ts';
import { plain, plainName } from '../texts.ts';

/** A name for one line of a heading. */
export function nameOf(name: string): string {
  return plainName(name).slice(0, 80) || t('A widget');
}

/** Where a widget came from: “from widgets.example.com”. */
export function sourceWords(source: string): string {
  return /^[\w.:[\]-]+$/.test(source) ? t('from {host}', { host: source }) : t('from an uploaded file');
}

/** One argument as it is sent, to be read by a person: a text as that text, with its line breaks; else JSON. */
export function argumentText(value: unknown): string {
  return plain(typeof value === 'string' ? value : JSON.stringify(value, null, 2));
}

/** The question above everything else. */
export function questionWords(method: string, widget: string): string {
  switch (method) {
    case 'notes.updateNote':
      return t('Let {widget} change a note?', { widget });
    case 'workspace.openPanel':
      return t('Let {widget} open a panel?', { widget });
    case 'workspace.closePanel':
      return t('Let {widget} close a panel?', { widget });
    case 'chat.sendMessage':
      return t('Let {widget} send a message to the chat?', { widget });
    default:
      return t('Let {widget} use {method}?', { widget, method });
  }
}

/** What the subject of a method is. */
export function subjectWords(method: string): string {
  if (method.startsWith('notes.')) return t('Note');
  if (method.startsWith('workspace.')) return t('Panel');
  return method.startsWith('chat.') ? t('Conversation') : t('About');
}
