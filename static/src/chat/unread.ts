/** Chat: how many conversations have something new, at the rail's entry and the dock's button of every page. */
import { html, render } from 'lit';
import { tn } from '../i18n.ts';
import { live } from '../live/client.ts';
import { ownId, unreadOf } from './people.ts';
import type { ReadUpTo } from './people.ts';
import type { Conversation } from './shapes.ts';

/** Milliseconds: what is open is read within that time, and its count would only flash. */
const PAUSE = 1_500;
const MOST_SHOWN = 99;
const PLACES = '.rail-link[href="/chat/"], .dock-toggle';

/** The number of the newest message of each conversation in which one has not read it. */
type Unread = Record<string, number>;

/** Follows the person's own stream for as long as the page is there. */
export function startUnread(): void {
  const unread = new Map<string, number>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  live().subscribe(`user:${ownId()}`, {
    snapshot: ({ data }) => {
      unread.clear();
      for (const [id, number] of Object.entries((data as { unread: Unread }).unread)) unread.set(id, number);
      show(unread.size);
    },
    event: ({ event, data }) => {
      const before = unread.size;
      hear(unread, event, data);
      clearTimeout(timer);
      timer = setTimeout(() => show(unread.size), unread.size > before ? PAUSE : 0);
    },
  });
}

function hear(unread: Map<string, number>, event: string, data: unknown): void {
  if (event === 'conversation.put') {
    const { conversation } = data as { conversation: Conversation };
    if (unreadOf(conversation) > 0) unread.set(conversation.id, conversation.last_number);
    else unread.delete(conversation.id);
  } else if (event === 'conversation.read') {
    const { conversation_id: id, number } = data as ReadUpTo;
    if (number >= (unread.get(id) ?? 0)) unread.delete(id);
  } else if (event === 'conversation.removed') {
    unread.delete((data as { conversation_id: string }).conversation_id);
  }
}

function show(count: number): void {
  for (const place of document.querySelectorAll(PLACES)) {
    place.querySelector('.icon-count')?.remove();
    if (count === 0) continue;
    const sign = document.createElement('span');
    sign.className = 'icon-count';
    const words = tn('{count} unread conversation', '{count} unread conversations', count);
    render(html`<span aria-hidden="true">${count > MOST_SHOWN ? `${MOST_SHOWN}+` : count}</span><span class="visually-hidden">${words}</span>`, sign);
    place.append(sign);
  }
}
