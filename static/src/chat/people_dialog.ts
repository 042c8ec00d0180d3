/** Chat: the dialog that shows who takes part in the open conversation, brings others in, takes them out, and leaves it. */
import { html, nothing, render } from 'lit';
import type { TemplateResult } from 'lit';
import { t } from '../i18n.ts';
import { confirm, openDialog } from '../shell/dialogs.ts';
import { toast } from '../shell/toasts.ts';
import type { AgentPresence } from './agent_presence.ts';
import { choosePeople } from './choosing.ts';
import { groupServer } from './group_server.ts';
import { isOwn, others, present, titleOf } from './people.ts';
import type { Conversation, Participant } from './shapes.ts';
import { wordsOf } from './faults.ts';
import type { Talk } from './talk.ts';

const ICONS = { user: 'person', agent: 'smart_toy', assistant: 'wand_stars' };

/** Shows them, and which of the agents are there; it follows what others change. Nothing while the conversation is not known. */
export async function showPeople(talk: Talk, presence: AgentPresence): Promise<void> {
  if (!talk.conversation) return;
  const open = openDialog({ title: t('Who takes part'), width: 480 });
  const draw = (): void => {
    const { conversation } = talk;
    if (!conversation || talk.state === 'gone') return open.close();
    render(view(conversation, talk, presence, open.close), open.body);
  };
  talk.addEventListener('change', draw);
  presence.addEventListener('change', draw);
  draw();
  await open.closed;
  talk.removeEventListener('change', draw);
  presence.removeEventListener('change', draw);
}

function view(conversation: Conversation, { userId }: Talk, presence: AgentPresence, close: () => void): TemplateResult {
  const mayAdd = document.body.dataset['role'] !== 'viewer';
  return html`<ul class="chat-people">${present(conversation).map((one) => row(conversation, one, userId, presence))}</ul>
    <div class="cluster chat-people-end">
      ${mayAdd ? html`<button type="button" class="button" @click=${() => void add(conversation)}><wa-icon name="person_add" aria-hidden="true"></wa-icon>${t('Add')}</button>` : nothing}
      ${others(conversation, userId).some(({ kind }) => kind === 'user')
        ? html`<button type="button" class="button" data-variant="ghost" @click=${() => void leave(conversation, userId, close)}><wa-icon name="logout" aria-hidden="true"></wa-icon>${t('Leave')}</button>`
        : nothing}
    </div>`;
}

function row(conversation: Conversation, one: Participant, userId: string, presence: AgentPresence): TemplateResult {
  const own = isOwn(one, userId);
  const online = one.agent_id === null ? undefined : presence.isOnline(one.agent_id);
  const mayGo = !own && (one.kind !== 'user' || isHost(conversation, userId));
  return html`<li>
    <span class="tile" data-tone="neutral"><wa-icon name=${ICONS[one.kind]} aria-hidden="true"></wa-icon></span>
    <span class="chat-choice-name"><span class="truncate">${own ? t('{name} (you)', { name: one.name }) : one.name}</span><span class="caption">${kindOf(one)}</span></span>
    ${online === undefined ? nothing : html`<span class="badge" data-dot data-tone=${online ? 'success' : nothing}>${online ? t('Online') : t('Offline')}</span>`}
    ${mayGo
      ? html`<button type="button" class="icon-button" data-size="small" aria-label=${t('Take out {name}', { name: one.name })} title=${t('Take out')} @click=${() => void takeOut(conversation, one)}>
          <wa-icon name="close" aria-hidden="true"></wa-icon>
        </button>`
      : nothing}
  </li>`;
}

function kindOf({ kind }: Participant): string {
  return kind === 'user' ? t('Person') : kind === 'agent' ? t('Agent') : t('Answers every message');
}

/** Whoever has been here longest, or an admin, decides about people. */
function isHost(conversation: Conversation, userId: string): boolean {
  const role = document.body.dataset['role'] ?? '';
  const first = present(conversation).find(({ kind }) => kind === 'user');
  return role === 'admin' || role === 'owner' || (first !== undefined && isOwn(first, userId));
}

async function add(conversation: Conversation): Promise<void> {
  await choosePeople({
    title: t('Add to this conversation'),
    label: t('Add'),
    conversation,
    choose: async ({ title: _, ...wish }) => void (await groupServer.add(conversation.id, wish)),
  });
}

async function takeOut(conversation: Conversation, one: Participant): Promise<void> {
  const agreed = await confirm({
    title: t('Take {name} out?', { name: one.name }),
    text: one.kind === 'user' ? t('They will not see this conversation any more. What they said stays.') : t('It hears nothing of this conversation any more. What it said stays.'),
    confirmLabel: t('Take out'),
    destructive: true,
  });
  if (agreed) await groupServer.remove(conversation.id, one.id).catch(say);
}

async function leave(conversation: Conversation, userId: string, close: () => void): Promise<void> {
  if (await leaveConversation(conversation, userId)) close();
}

/** Leaves a conversation once the person agrees; true when it was left. */
export async function leaveConversation(conversation: Conversation, userId: string): Promise<boolean> {
  const own = present(conversation).find((one) => isOwn(one, userId));
  const agreed = await confirm({
    title: t('Leave “{title}”?', { title: titleOf(conversation) }),
    text: t('It goes on without you. Somebody in it can bring you in again.'),
    confirmLabel: t('Leave'),
    destructive: true,
  });
  if (!agreed || !own) return false;
  try {
    await groupServer.remove(conversation.id, own.id);
    return true;
  } catch (error) {
    say(error);
    return false;
  }
}

function say(error: unknown): void {
  toast(wordsOf(error), { kind: 'error' });
}
