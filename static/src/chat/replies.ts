/** Chat: a message that replies to another one: what it replies to, and the button that begins a reply. */
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { t } from '../i18n.ts';
import type { Message } from './shapes.ts';
import type { Talk } from './talk.ts';
import { others } from './people.ts';

/** What it replies to; pressed, it goes there where that is on the page. */
export function quoteView({ quote }: Message): TemplateResult | typeof nothing {
  if (!quote) return nothing;
  return html`<button type="button" class="chat-quote" title=${t('Go to it')} @click=${(event: Event) => goTo(event, quote.id)}>
    <b><span class="visually-hidden">${t('Reply to')} </span>${quote.name}</b><span>${quote.text || t('(no words)')}</span>
  </button>`;
}

/** Where others take part one can say what one means. */
export function replyButton(message: Message, { conversation, userId }: Talk): TemplateResult | typeof nothing {
  if (!conversation || others(conversation, userId).length === 0) return nothing;
  const reply = (event: Event): void => {
    event.target!.dispatchEvent(new CustomEvent('reply-to', { bubbles: true, detail: message }));
  };
  return html`<button type="button" class="chat-tool" aria-label=${t('Reply to {name}', { name: message.sender.name })} title=${t('Reply')} @click=${reply}>
    <wa-icon name="reply" aria-hidden="true"></wa-icon>
  </button>`;
}

function goTo(event: Event, id: string): void {
  const lines = (event.target as Element).closest('.chat-lines');
  const target = lines?.querySelector<HTMLElement>(`chat-message[data-id="${CSS.escape(id)}"]`);
  if (!target) return;
  target.scrollIntoView({ block: 'center', behavior: matchMedia('(prefers-reduced-motion: reduce)').matches ? 'auto' : 'smooth' });
  target.dataset['found'] = '';
  setTimeout(() => delete target.dataset['found'], 2_000);
}
