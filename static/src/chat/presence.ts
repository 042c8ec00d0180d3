/** Chat: what the others are doing: who has seen one's last message, who is writing. */
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { t, tn } from '../i18n.ts';
import { others, readersOf } from './people.ts';
import type { Message } from './shapes.ts';
import type { Talk } from './talk.ts';

type Part = TemplateResult | typeof nothing;

const MOST_NAMES = 3;

/** Under the last message of one's own: who has seen it. */
export function seenView({ conversation, transcript, userId }: Talk, message: Message): Part {
  if (!conversation || message.sender.user_id !== userId) return nothing;
  const last = transcript.messages.findLast(({ sender }) => sender.user_id === userId);
  if (last?.id !== message.id) return nothing;
  const readers = readersOf(conversation, message.number, userId).map(({ name }) => name);
  if (readers.length === 0) return nothing;
  const all = others(conversation, userId).length;
  const words = all === 1 ? t('Seen') : readers.length === all ? t('Seen by all') : t('Seen by {names}', { names: listed(readers) });
  return html`<div class="chat-seen" title=${readers.join(', ')}><wa-icon name="done_all" aria-hidden="true"></wa-icon>${words}</div>`;
}

export function typingView(names: readonly string[]): Part {
  if (names.length === 0) return nothing;
  const words = names.length === 1 ? t('{name} is writing', { name: names[0]! }) : t('{names} are writing', { names: listed(names) });
  return html`<div class="chat-typing" role="status">
    <span class="chat-writing" aria-hidden="true"><i></i><i></i><i></i></span>${words}
  </div>`;
}

/** What a message on its way carries. */
export function filesNote(ids: readonly string[] | undefined): Part {
  if (!ids || ids.length === 0) return nothing;
  return html`<div class="caption"><wa-icon name="attach_file" aria-hidden="true"></wa-icon>${tn('{count} file', '{count} files', ids.length)}</div>`;
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, MOST_NAMES).join(', ');
  return names.length > MOST_NAMES ? t('{names} and {count} more', { names: shown, count: names.length - MOST_NAMES }) : shown;
}
