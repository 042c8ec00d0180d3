/** Chat: the calls that the page and the dock make. */
import { api } from '../api.ts';
import type { Conversation, Message, Provider, Why } from './shapes.ts';

/** What is sent with a question: the words, and what was on the screen. */
export interface Asking {
  text: string;
  /** Ids of files that were uploaded for it. */
  attachments?: string[];
  /** Id of the message that it replies to. */
  reply_to?: string;
  visiblePanelIds?: string[];
  focusedPanelId?: string;
  /** The skill that counts for this message. */
  skillId?: string;
}

/** A message in which the words stand, with some of what is around them. */
export interface Hit {
  message_id: string;
  number: number;
  text: string;
}

export interface MessagePage {
  messages: Message[];
  has_more: boolean;
}

const at = (conversationId: string): string => `/api/conversations/${conversationId}`;
const atMessage = (message: Pick<Message, 'id' | 'conversation_id'>): string =>
  `${at(message.conversation_id)}/messages/${message.id}`;

export const server = {
  conversations: (q: string, signal?: AbortSignal): Promise<{ conversations: Conversation[]; hits?: Record<string, Hit> }> =>
    api.get('/api/conversations', { query: { q: q || undefined }, ...(signal ? { signal } : {}) }),
  create: async (idempotencyKey: string): Promise<Conversation> =>
    (await api.post<{ conversation: Conversation }>('/api/conversations', {}, { idempotencyKey })).conversation,
  rename: async (id: string, title: string): Promise<Conversation> =>
    (await api.patch<{ conversation: Conversation }>(at(id), { title })).conversation,
  remove: (id: string): Promise<unknown> => api.delete(at(id)),
  messages: (id: string, before?: number): Promise<MessagePage> => api.get(`${at(id)}/messages`, { query: { before } }),
  message: async (message: Pick<Message, 'id' | 'conversation_id'>): Promise<Message> =>
    (await api.get<{ message: Message }>(atMessage(message))).message,
  ask: (id: string, asking: Asking, idempotencyKey: string): Promise<{ message: Message; answer: Message | null }> =>
    api.post(`${at(id)}/messages`, asking, { idempotencyKey }),
  stop: async (message: Message): Promise<Message> => (await api.post<{ message: Message }>(`${atMessage(message)}/stop`)).message,
  retry: async (message: Message): Promise<Message> => (await api.post<{ answer: Message }>(`${atMessage(message)}/retry`)).answer,
  choose: async (message: Message, index: number): Promise<Message> =>
    (await api.post<{ answer: Message }>(`${atMessage(message)}/choose`, { index })).answer,
  confirm: async (message: Message, accept: boolean): Promise<Message> =>
    (await api.post<{ answer: Message }>(`${atMessage(message)}/confirm`, { accept })).answer,
  why: async (message: Message): Promise<Why> => (await api.get<{ why: Why }>(`${atMessage(message)}/why`)).why,
  provider: async (): Promise<Provider> => (await api.get<{ provider: Provider }>('/api/chat/provider')).provider,
};
