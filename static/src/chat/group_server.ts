/** Chat: the calls about who takes part, how far they have read, and that they are writing. */
import { api } from '../api.ts';
import type { Conversation } from './shapes.ts';

/** Who is to take part. */
export interface Wish {
  agent_ids?: string[];
  user_ids?: string[];
  assistant?: boolean;
}

export interface Member {
  user: { id: string; username: string; name: string };
}

const at = (id: string): string => `/api/conversations/${id}`;

export const groupServer = {
  members: async (): Promise<Member[]> => (await api.get<{ members: Member[] }>('/api/members')).members,
  begin: async (wish: Wish & { title?: string }): Promise<Conversation> =>
    (await api.post<{ conversation: Conversation }>('/api/conversations', wish)).conversation,
  add: async (id: string, wish: Wish): Promise<Conversation> =>
    (await api.post<{ conversation: Conversation }>(`${at(id)}/participants`, wish)).conversation,
  remove: (id: string, participantId: string): Promise<unknown> => api.delete(`${at(id)}/participants/${participantId}`),
  // Said twice these are the same: the server need not remember them.
  read: (id: string, number: number): Promise<unknown> => api.post(`${at(id)}/read`, { number }, { idempotencyKey: '' }),
  typing: (id: string): Promise<unknown> => api.post(`${at(id)}/typing`, {}, { idempotencyKey: '' }),
};
