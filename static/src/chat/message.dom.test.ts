/** Chat: a message that a widget sent in somebody's name. */
import { expect, it } from 'vitest';
import { axeFaults } from '../declarative/testing.ts';
import './chat.css';
import { ChatMessage } from './message.ts';
import type { Message } from './shapes.ts';
import type { Talk } from './talk.ts';

if (!customElements.get('chat-message')) customElements.define('chat-message', ChatMessage);

async function shown(payload: unknown, userId = 'me'): Promise<ChatMessage> {
  document.documentElement.lang = 'en';
  const element = document.createElement('chat-message') as ChatMessage;
  element.talk = { userId } as unknown as Talk;
  element.message = {
    id: 'm1',
    conversation_id: 'c1',
    number: 1,
    sender: { id: 'p1', kind: 'user', user_id: 'me', agent_id: null, name: 'Alice' },
    text: 'Rain in Bern?',
    text_length: 13,
    payload,
    status: 'complete',
    reply_to: null,
    quote: null,
    attachments: [],
    created_at: '2026-01-01T10:31:00Z',
    updated_at: '2026-01-01T10:31:00Z',
  } as Message;
  element.text = element.message.text;
  const main = document.createElement('main');
  main.append(element);
  document.body.replaceChildren(main);
  await element.updateComplete;
  return element;
}

it('test_it_works', async () => {
  const element = await shown({ type: 'widget_message', widget: 'Weather A', instance_id: 'i1' });
  expect(element.querySelector('.chat-sent-by')!.textContent.trim()).toBe('sent by Weather A');
  expect(element.getAttribute('aria-label')).toMatch(/^You, sent by Weather A, /);
  expect(element.dataset['from']).toBe('own');
  expect(await axeFaults()).toEqual([]);
  const theirs = await shown({ type: 'widget_message', widget: 'Weather A', instance_id: 'i1' }, 'bob');
  expect(theirs.getAttribute('aria-label')).toMatch(/^Alice, sent by Weather A, /);
});

it('is not said of what the person wrote', async () => {
  const element = await shown({});
  expect(element.querySelector('.chat-sent-by')).toBeNull();
  expect(element.getAttribute('aria-label')).toMatch(/^You, \d/);
});

it('long names stay beside the time', async () => {
  const element = await shown({ type: 'widget_message', widget: 'W'.repeat(300), instance_id: 'i1' });
  document.querySelector('main')!.style.width = '320px';
  expect(element.scrollWidth).toBeLessThanOrEqual(320);
  const [name, time] = [element.querySelector('.chat-sent-by')!, element.querySelector('time')!].map((each) => each.getBoundingClientRect());
  expect(Math.abs(name!.top + name!.height / 2 - time!.top - time!.height / 2)).toBeLessThan(4);
  expect(time!.right).toBeLessThanOrEqual(321);
});
