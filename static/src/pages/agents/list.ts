/** Agents: `<agent-list>`, a card for each agent that the person may talk to; who manages one also has a menu. */
import { LitElement, html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { Agents, agentServer } from '../../chat/agents.ts';
import type { Agent } from '../../chat/agents.ts';
import { talkTo } from '../../chat/talking.ts';
import { wordsOf } from '../../chat/faults.ts';
import { t, tn } from '../../i18n.ts';
import { confirm } from '../../shell/dialogs.ts';
import { toast } from '../../shell/toasts.ts';
import { when } from '../../times.ts';
import { editAgent, newAgent, showCredentials } from './dialogs.ts';

/** Moments that are told as “3 minutes ago” grow old. Milliseconds. */
const MINUTE = 60_000;

export class AgentList extends LitElement {
  static override properties = { busy: { state: true } };
  /** Id of the agent with which something is being done. */
  declare private busy: string | undefined;
  readonly #userId = document.body.dataset['signedIn'] ?? '';
  readonly #role = document.body.dataset['role'] ?? 'viewer';
  readonly #agents = new Agents(this.#userId, document.body.dataset['tenant'] ?? '');
  #clock: ReturnType<typeof setInterval> | undefined;

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#agents.addEventListener('change', this.#redraw);
    this.#agents.start();
    this.#clock = setInterval(this.#grow, MINUTE);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#agents.removeEventListener('change', this.#redraw);
    this.#agents.stop();
    clearInterval(this.#clock);
  }

  readonly #redraw = (): void => this.requestUpdate();
  /** Times grow old; of the agents of others, which only admins see, nothing comes by itself. */
  readonly #grow = (): void => (this.#isAdmin ? void this.#agents.load() : this.requestUpdate());

  get #isAdmin(): boolean {
    return this.#role === 'admin' || this.#role === 'owner';
  }

  get #mayMake(): boolean {
    return this.#role !== 'viewer';
  }

  override render(): TemplateResult {
    const { state, items } = this.#agents;
    if (state === 'failed') return this.#failed();
    if (state === 'loading') return skeleton();
    if (items.length === 0) return this.#empty();
    return html`${this.#mayMake ? html`<div>${this.#newButton()}</div>` : nothing}
      <ul class="agent-cards" role="list">
        ${repeat(
          items,
          ({ id }) => id,
          (agent) => html`<li>${this.#card(agent)}</li>`,
        )}
      </ul>`;
  }

  #newButton(): TemplateResult {
    return html`<button type="button" class="button" data-variant="primary" data-does="new" @click=${() => void this.#make()}>
      <wa-icon name="add" aria-hidden="true"></wa-icon>${t('New agent')}
    </button>`;
  }

  #empty(): TemplateResult {
    return html`<div class="card">
      <div class="empty">
        <span class="tile" data-tone="accent"><wa-icon name="smart_toy"></wa-icon></span>
        <div class="empty-title">${t('No agents yet')}</div>
        <p>${t('An agent is a program of yours that takes part in conversations. Make one, copy its credentials, and start a few lines of Python or JavaScript anywhere.')}</p>
        ${this.#mayMake ? this.#newButton() : nothing}
      </div>
    </div>`;
  }

  #failed(): TemplateResult {
    return html`<div class="alert" data-tone="error" role="alert">
      <wa-icon name="error" aria-hidden="true"></wa-icon>
      <div class="alert-body"><div class="alert-title">${t('The agents could not be loaded.')}</div>${this.#agents.failure}</div>
      <button type="button" class="button" data-size="small" @click=${() => void this.#agents.load()}>${t('Try again')}</button>
    </div>`;
  }

  #card(agent: Agent): TemplateResult {
    const { id, name, description, owner, shared } = agent;
    const isOwn = owner.id === this.#userId;
    return html`<article class="card agent-card" aria-labelledby="agent-${id}" data-agent=${id}>
      <div class="card-header">
        <span class="tile" data-tone=${agent.online ? 'accent' : 'neutral'}><wa-icon name="smart_toy" aria-hidden="true"></wa-icon></span>
        <div class="agent-card-text">
          <h2 class="card-title" id="agent-${id}">${name}</h2>
          <div class="card-subtitle">${isOwn ? t('Yours') : t('Of {name}', { name: owner.name })}</div>
        </div>
        ${isOwn || this.#isAdmin ? this.#menu(agent, isOwn) : nothing}
      </div>
      ${description ? html`<p class="agent-card-about">${description}</p>` : nothing}
      <div class="cluster agent-card-facts">
        ${status(agent)} ${shared ? html`<span class="badge"><wa-icon name="group" aria-hidden="true"></wa-icon>${t('Shared')}</span>` : nothing}
      </div>
      <div class="caption">${seen(agent)} · ${tn('{count} message in a week', '{count} messages in a week', agent.recent_messages)}</div>
      ${isOwn || shared ? this.#talkButton(agent) : nothing}
    </article>`;
  }

  #talkButton({ id, name }: Agent): TemplateResult {
    return html`<div class="agent-card-end">
        <button type="button" class="button" data-size="small" ?disabled=${this.busy === id} @click=${() => void this.#talk(id)}>
          <wa-icon name="chat" aria-hidden="true"></wa-icon>${t('Talk')}<span class="visually-hidden"> ${t('with {name}', { name })}</span>
        </button>
      </div>`;
  }

  #menu(agent: Agent, isOwn: boolean): TemplateResult {
    const { id, name, shared, revoked } = agent;
    const entry = (icon: string, words: string, run: () => void, variant?: string): TemplateResult =>
      html`<button type="button" class="menu-item" data-variant=${variant ?? nothing} @click=${run}><wa-icon name=${icon} aria-hidden="true"></wa-icon>${words}</button>`;
    return html`<div class="menu-anchor push">
      <button type="button" class="icon-button" data-size="small" data-menu="menu-${id}" aria-expanded="false" aria-label=${t('More for {name}', { name })} title=${t('More')} ?disabled=${this.busy === id}>
        <wa-icon name="more_vert" aria-hidden="true"></wa-icon>
      </button>
      <div class="menu" id="menu-${id}" role="group" aria-label=${t('More for {name}', { name })} hidden>
        ${entry('edit', t('Edit'), () => void this.#edit(agent))}
        ${isOwn ? entry('key', revoked ? t('Give it a token') : t('Renew the token'), () => void this.#rotate(agent)) : nothing}
        ${this.#isAdmin ? entry(shared ? 'person' : 'group', shared ? t('Share no more') : t('Share with everybody'), () => void this.#share(agent)) : nothing}
        <hr />
        ${revoked ? nothing : entry('block', t('Revoke the token'), () => void this.#revoke(agent), 'destructive')}
        ${entry('delete', t('Delete'), () => void this.#remove(agent), 'destructive')}
      </div>
    </div>`;
  }

  async #make(): Promise<void> {
    const made = await newAgent(this.#isAdmin);
    if (made) this.#agents.put(made);
    await this.updateComplete;
    if (made) this.querySelector<HTMLElement>(`[data-agent="${CSS.escape(made.id)}"] .agent-card-end button`)?.focus();
  }

  async #edit(agent: Agent): Promise<void> {
    const changed = await editAgent(agent);
    if (changed) this.#agents.put(changed);
  }

  async #talk(id: string): Promise<void> {
    await this.#do(id, async () => location.assign(await talkTo(id, this.#userId)));
  }

  async #rotate(agent: Agent): Promise<void> {
    const agreed = await confirm({
      title: agent.revoked ? t('Give {name} a token?', { name: agent.name }) : t('Renew the token of {name}?', { name: agent.name }),
      text: agent.revoked ? t('It is shown once.') : t('The token it uses now stops working at once. The new one is shown once.'),
      confirmLabel: agent.revoked ? t('Give it a token') : t('Renew'),
    });
    if (!agreed) return;
    await this.#do(agent.id, async () => {
      const made = await agentServer.rotate(agent.id);
      this.#agents.put(made.agent);
      await showCredentials(made);
    });
  }

  async #revoke(agent: Agent): Promise<void> {
    const agreed = await confirm({
      title: t('Revoke the token of {name}?', { name: agent.name }),
      text: t('Its process is disconnected at once and cannot come back until it has a new token. What people say meanwhile waits for it.'),
      confirmLabel: t('Revoke'),
      destructive: true,
    });
    if (agreed) await this.#do(agent.id, async () => this.#agents.put(await agentServer.revoke(agent.id)));
  }

  async #share(agent: Agent): Promise<void> {
    await this.#do(agent.id, async () => {
      const { shared } = agent;
      this.#agents.put(await agentServer.change(agent.id, { shared: !shared }));
      const words = shared ? t('Only its owner can begin to talk with {name} now.', { name: agent.name }) : t('Everybody here can talk with {name} now.', { name: agent.name });
      toast(words, { kind: 'success' });
    });
  }

  async #remove(agent: Agent): Promise<void> {
    const agreed = await confirm({
      title: t('Delete {name}?', { name: agent.name }),
      text: t('Its process is disconnected and its token forgotten. What it said stays in the conversations.'),
      confirmLabel: t('Delete'),
      destructive: true,
    });
    if (!agreed) return;
    await this.#do(agent.id, async () => {
      await agentServer.remove(agent.id);
      this.#agents.drop(agent.id);
    });
    await this.updateComplete;
    this.querySelector<HTMLElement>('[data-does="new"]')?.focus();
  }

  async #do(id: string, work: () => Promise<void>): Promise<void> {
    this.busy = id;
    try {
      await work();
    } catch (error) {
      toast(wordsOf(error), { kind: 'error' });
    } finally {
      this.busy = undefined;
    }
  }
}

function status({ online, revoked }: Agent): TemplateResult {
  if (revoked) return html`<span class="badge" data-tone="warning">${t('No token')}</span>`;
  return online ? html`<span class="badge" data-tone="success" data-dot>${t('Online')}</span>` : html`<span class="badge" data-dot>${t('Offline')}</span>`;
}

function seen({ online, last_seen_at: moment }: Agent): TemplateResult | string {
  if (online) return t('connected');
  return moment ? html`${t('seen')} ${when(moment)}` : t('never connected');
}

function skeleton(): TemplateResult {
  return html`<div class="agent-cards" role="status" aria-label=${t('Loading')}>
    ${[0, 1, 2].map(
      () => html`<div class="card agent-card" aria-hidden="true">
        <div class="card-header"><span class="tile skeleton"></span><span class="skeleton agent-card-text"></span></div>
        <span class="skeleton"></span>
      </div>`,
    )}
  </div>`;
}
