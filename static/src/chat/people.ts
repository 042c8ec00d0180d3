/** Chat: who takes part in a conversation, what it is called after them, and what of it one has not read. No DOM here. */
import { t } from '../i18n.ts';
import type { Conversation, Participant, Sender } from './shapes.ts';

/** Names in a title before it says how many more there are. */
const MOST_NAMES = 3;

/** That somebody has seen everything up to a message. */
export interface ReadUpTo {
  conversation_id: string;
  participant_id: string;
  number: number;
}

type WithPeople = Pick<Conversation, 'participants'>;

/** The id of whoever is signed in on this page. */
export function ownId(): string {
  return globalThis.document?.body.dataset['signedIn'] ?? '';
}

export function isOwn({ user_id: id }: Pick<Sender, 'user_id'>, userId: string = ownId()): boolean {
  return id !== null && id === userId;
}

/** Those who take part now. */
export function present({ participants }: WithPeople): Participant[] {
  return participants.filter(({ left }) => !left);
}

/** The other people and the agents that take part now. */
export function others(conversation: WithPeople, userId: string = ownId()): Participant[] {
  return present(conversation).filter((one) => one.kind !== 'assistant' && !isOwn(one, userId));
}

export function hasAssistant(conversation: WithPeople | undefined): boolean {
  return conversation === undefined || present(conversation).some(({ kind }) => kind === 'assistant');
}

/** Its title; without one, who else takes part, or took part where nobody does any more. */
export function titleOf(conversation: Pick<Conversation, 'title'> & Partial<WithPeople>): string {
  if (conversation.title) return conversation.title;
  const all = (conversation.participants ?? []).filter((one) => one.kind !== 'assistant' && !isOwn(one));
  const now = all.filter(({ left }) => !left);
  const names = (now.length > 0 ? now : all).map(({ name }) => name);
  if (names.length === 0) return t('New conversation');
  const shown = names.slice(0, MOST_NAMES).join(', ');
  return names.length > MOST_NAMES ? t('{names} and {count} more', { names: shown, count: names.length - MOST_NAMES }) : shown;
}

/** How many messages one has not seen. */
export function unreadOf(conversation: Conversation, userId: string = ownId()): number {
  const own = conversation.participants.find((one) => isOwn(one, userId));
  return own ? Math.max(0, conversation.last_number - own.last_read_number) : 0;
}

/** The conversation once somebody has read up to a message. */
export function withReading(conversation: Conversation, participantId: string, number: number): Conversation {
  const participants = conversation.participants.map((one) =>
    one.id === participantId ? { ...one, last_read_number: Math.max(one.last_read_number, number) } : one,
  );
  return { ...conversation, participants };
}

/** The other people and agents who have seen a message of one's own. */
export function readersOf(conversation: Conversation, number: number, userId: string = ownId()): Participant[] {
  return others(conversation, userId).filter(({ last_read_number: read }) => read >= number);
}
