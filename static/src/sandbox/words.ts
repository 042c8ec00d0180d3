/** Sandbox: what the page says about widgets with scripts of their own. No DOM here. */
import { t } from '../i18n.ts';

/**
 * Letters that turn, hide or join what stands around them, and halves of letters: a name or an argument made of these
 * would read as another one. So would those that are drawn as nothing: fillers, the empty Braille pattern. Line breaks,
 * tabs, and what makes a sign an emoji are none of them.
 */
const HIDDEN = /(?![\n\t\ufe0e\ufe0f])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/gu;

/** The text with every letter that cannot be seen written as its code. */
export function plain(text: string): string {
  return text.replace(HIDDEN, (letter) => `\\u${letter.codePointAt(0)!.toString(16).padStart(4, '0')}`);
}

/** A name for one line of a heading. */
export function nameOf(name: string): string {
  return plain(name).replace(/\s+/g, ' ').trim().slice(0, 80) || t('A widget');
}

/** Where a widget came from: “from widgets.example.com”. */
export function sourceWords(source: string): string {
  return /^[\w.:[\]-]+$/.test(source) ? t('from {host}', { host: source }) : t('from an uploaded file');
}

/** Arguments as they are sent, to be read by a person. */
export function argumentsText(params: Record<string, unknown>): string {
  return plain(JSON.stringify(params, null, 2));
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
