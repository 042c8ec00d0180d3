/** Chat: the dialog in which one chooses agents and people for a conversation. */
import { html, nothing, render } from 'lit';
import type { TemplateResult } from 'lit';
import { t } from '../i18n.ts';
import { openDialog } from '../shell/dialogs.ts';
import { agentServer } from './agents.ts';
import type { Agent } from './agents.ts';
import { groupServer } from './group_server.ts';
import type { Member, Wish } from './group_server.ts';
import { ownId, present } from './people.ts';
import type { Conversation } from './shapes.ts';
import { wordsOf } from './faults.ts';

/** So many and more are searched rather than looked through. */
const MANY = 8;

interface Choice {
  key: string;
  name: string;
  about: string;
  icon: string;
  isOnline?: boolean;
}

export interface Asking {
  title: string;
  /** Words on the button. */
  label: string;
  /** Those who take part already are not offered. */
  conversation?: Conversation;
  /** Does what was chosen; a refusal is shown in the dialog. */
  choose(wish: Wish & { title?: string }): Promise<void>;
}

/** Asks until something was chosen and done, or the person gives up. */
export async function choosePeople({ title, label, conversation, choose }: Asking): Promise<void> {
  const open = openDialog({ title, width: 480 });
  const chosen = new Set<string>();
  let choices: Choice[] | undefined;
  let query = '';
  let fault = '';
  let busy = false;

  const load = async (): Promise<void> => {
    fault = '';
    draw();
    try {
      const [agents, members] = await Promise.all([agentServer.list(), groupServer.members()]);
      choices = choicesOf(agents, members, conversation);
    } catch (error) {
      fault = wordsOf(error);
    }
    draw();
    open.body.querySelector<HTMLElement>('input')?.focus();
  };

  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    if (busy || chosen.size === 0) return;
    busy = true;
    fault = '';
    draw();
    const name = String(new FormData(event.target as HTMLFormElement).get('title') ?? '').trim();
    try {
      await choose({ ...wishOf(chosen), ...(name ? { title: name } : {}) });
      open.close();
    } catch (error) {
      fault = wordsOf(error);
      busy = false;
      draw();
    }
  };

  const toggle = (key: string): void => {
    if (!chosen.delete(key)) chosen.add(key);
    draw();
  };

  const row = ({ key, name, about, icon, isOnline }: Choice): TemplateResult => html`<li>
    <label class="chat-choice">
      <input type="checkbox" .checked=${chosen.has(key)} @change=${() => toggle(key)} />
      <wa-icon name=${icon} aria-hidden="true"></wa-icon>
      <span class="chat-choice-name"><span class="truncate">${name}</span>${about ? html`<span class="caption truncate">${about}</span>` : nothing}</span>
      ${isOnline === undefined ? nothing : html`<span class="badge" data-dot data-tone=${isOnline ? 'success' : nothing}>${isOnline ? t('Online') : t('Offline')}</span>`}
    </label>
  </li>`;

  const list = (): TemplateResult => {
    if (!choices) return html`<div class="chat-history-wait" role="status" aria-label=${t('Loading')}><span class="skeleton"></span><span class="skeleton"></span><span class="skeleton"></span></div>`;
    const wanted = query.trim().toLowerCase();
    const shown = choices.filter(({ key, name, about }) => chosen.has(key) || `${name} ${about}`.toLowerCase().includes(wanted));
    if (choices.length === 0) return html`<p class="muted">${t('There is nobody else to choose.')}</p>`;
    return html`${choices.length >= MANY
        ? html`<div class="search-field"><wa-icon name="search" aria-hidden="true"></wa-icon>
            <input class="input" type="search" placeholder=${t('Search')} aria-label=${t('Search agents and people')} @input=${(event: Event) => {
              query = (event.target as HTMLInputElement).value;
              draw();
            }} /></div>`
        : nothing}
      ${shown.length > 0 ? html`<ul class="chat-choices-list" aria-label=${t('Agents and people')}>${shown.map(row)}</ul>` : html`<p class="muted" role="status">${t('Nobody is called that.')}</p>`}`;
  };

  const draw = (): void => {
    render(
      html`<form class="form" @submit=${submit}>
        ${list()}
        ${conversation || !choices ? nothing : html`<div class="field"><label for="chat-new-title">${t('Title')} <span class="caption">${t('(optional)')}</span></label>
          <input id="chat-new-title" class="input" name="title" maxlength="200" autocomplete="off" /></div>`}
        ${conversation ? html`<p class="caption">${t('They will see what was said before.')}</p>` : nothing}
        ${fault ? html`<p class="error" role="alert"><wa-icon name="error" aria-hidden="true"></wa-icon>${fault}</p>` : nothing}
        <div class="form-actions">
          ${fault && !choices
            ? html`<button type="button" class="button" @click=${() => void load()}>${t('Try again')}</button>`
            : html`<button class="button" data-variant="primary" ?disabled=${busy || chosen.size === 0}>${label}</button>`}
          <button type="button" class="button" data-variant="ghost" @click=${open.close}>${t('Cancel')}</button>
        </div>
      </form>`,
      open.body,
    );
  };
  void load();
  await open.closed;
}

/** Agents that one may talk to, people, and the assistant, without those who are there. */
function choicesOf(agents: Agent[], members: Member[], conversation: Conversation | undefined): Choice[] {
  const here = conversation ? present(conversation) : [];
  const me = ownId();
  const mine = agents.filter(({ id, owner, shared }) => (shared || owner.id === me) && !here.some(({ agent_id }) => agent_id === id));
  const people = members.filter(({ user }) => user.id !== me && !here.some(({ user_id }) => user_id === user.id));
  const assistant = here.some(({ kind }) => kind === 'assistant') ? [] : [{ key: 'assistant', name: t('Assistant'), about: t('Answers every message'), icon: 'wand_stars' }];
  return [
    ...mine.map(({ id, name, description, online }) => ({ key: `agent:${id}`, name, about: description, icon: 'smart_toy', isOnline: online })),
    ...people.map(({ user }) => ({ key: `user:${user.id}`, name: user.name, about: user.name === user.username ? '' : user.username, icon: 'person' })),
    ...assistant,
  ];
}

function wishOf(chosen: ReadonlySet<string>): Wish {
  const of = (kind: string): string[] => [...chosen].filter((key) => key.startsWith(`${kind}:`)).map((key) => key.slice(kind.length + 1));
  return { agent_ids: of('agent'), user_ids: of('user'), assistant: chosen.has('assistant') };
}
