/** Chat: what an entry of the list of conversations shows: what it is called, what was said last or found, what is new. */
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { t, tn } from '../i18n.ts';
import { isOwn, others, ownId, titleOf, unreadOf } from './people.ts';
import type { Hit } from './server.ts';
import type { Conversation } from './shapes.ts';

const MOST_COUNTED = 99;

export function entryView(one: Conversation, hit: Hit | undefined, isCurrent: boolean): TemplateResult {
  // What is open is being read: its badge would only flash.
  const unread = isCurrent ? 0 : unreadOf(one);
  return html`<span class="chat-entry-title">
      ${iconOf(one)}<span class="truncate">${titleOf(one)}</span>
      ${unread > 0
        ? html`<span class="chat-unread"><span aria-hidden="true">${unread > MOST_COUNTED ? `${MOST_COUNTED}+` : unread}</span
            ><span class="visually-hidden">${tn('{count} unread message', '{count} unread messages', unread)}</span></span>`
        : nothing}
    </span>
    ${last(one, hit)}`;
}

/** With whom it is, where that is not the assistant alone. */
function iconOf(one: Conversation): TemplateResult | typeof nothing {
  const who = others(one);
  if (who.length === 0) return nothing;
  const icon = who.length > 1 ? 'group' : who[0]!.kind === 'agent' ? 'smart_toy' : 'person';
  return html`<wa-icon name=${icon} aria-hidden="true"></wa-icon>`;
}

function last(one: Conversation, hit: Hit | undefined): TemplateResult | typeof nothing {
  if (hit) return html`<span class="chat-entry-last truncate">${hit.text}</span>`;
  const { last_message: message } = one;
  if (!message) return nothing;
  const sender = one.participants.find(({ id }) => id === message.sender_id);
  const words = message.text || (message.status === 'streaming' ? t('Writing…') : t('(no words)'));
  const who = sender && isOwn(sender, ownId()) ? t('You') : message.name;
  return html`<span class="chat-entry-last truncate">${who}: ${words}</span>`;
}
