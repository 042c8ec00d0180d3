/** Chat: going to the conversation with an agent alone; the newest one there is, else a new one. */
import { api } from '../api.ts';
import type { Conversation } from './shapes.ts';

/** The address of the conversation. */
export async function talkTo(agentId: string, userId: string): Promise<string> {
  const { conversations } = await api.get<{ conversations: Conversation[] }>('/api/conversations', { query: { agent: agentId } });
  const alone = conversations.find(({ participants }) => participants.every(({ left, agent_id, user_id }) => left || agent_id === agentId || user_id === userId));
  const found = alone ?? (await api.post<{ conversation: Conversation }>('/api/conversations', { agent_ids: [agentId] })).conversation;
  return `/chat/${found.id}/`;
}
