/** Chat: whether the agents of the open conversation are there; asked for only where there are any. Event: `change`. */
import { html, nothing } from 'lit';
import type { LitElement, ReactiveController, TemplateResult } from 'lit';
import { t } from '../i18n.ts';
import { Agents, agentServer } from './agents.ts';
import type { Agent, AgentSeen } from './agents.ts';
import { others } from './people.ts';
import type { Talk } from './talk.ts';

export class AgentPresence extends EventTarget implements ReactiveController {
  readonly #agents: Agents;
  /** Of the agents that one only meets in this conversation: who is there. */
  #met = new Map<string, boolean>();
  #asked = '';
  #isFollowing = false;

  constructor(
    private readonly host: LitElement,
    private readonly talk: Talk,
  ) {
    super();
    this.#agents = new Agents(talk.userId, document.body.dataset['tenant'] ?? '');
    host.addController(this);
  }

  hostConnected(): void {
    this.#agents.addEventListener('change', this.#redraw);
    this.talk.addEventListener('agent-seen', this.#seen);
    this.talk.addEventListener('snapshot', this.#askAgain);
  }

  hostDisconnected(): void {
    this.#agents.removeEventListener('change', this.#redraw);
    this.talk.removeEventListener('agent-seen', this.#seen);
    this.talk.removeEventListener('snapshot', this.#askAgain);
    this.#agents.stop();
    this.#isFollowing = false;
    this.#asked = '';
  }

  hostUpdate(): void {
    if (this.#ids.length === 0 || !this.host.isConnected) return;
    if (!this.#isFollowing) {
      this.#isFollowing = true;
      this.#agents.start();
    }
    void this.#askForMet();
  }

  /** Whether an agent is there; undefined as long as that is not known. */
  isOnline(id: string): boolean | undefined {
    return this.#followed(id)?.online ?? this.#met.get(id);
  }

  /** Beside the title: of one agent that it is there or not, of several how many are. */
  badge(): TemplateResult | typeof nothing {
    const known = this.#ids.map((id) => this.isOnline(id)).filter((online) => online !== undefined);
    if (known.length === 0) return nothing;
    const online = known.filter(Boolean).length;
    const words = known.length > 1 ? t('{online} of {count} agents online', { online, count: known.length }) : online > 0 ? t('Online') : t('Offline');
    const hint = online < known.length ? t('What is said waits until the agent is back.') : '';
    // Where there is no room for words, the numbers are shown, and the words are read aloud.
    const short = known.length > 1 ? html`<span class="chat-presence-short" aria-hidden="true">${online}/${known.length}</span>` : nothing;
    return html`<span class="badge chat-bar-presence" data-dot data-tone=${online > 0 ? 'success' : nothing} title=${hint || words}>${short}<span ?data-long=${known.length > 1}>${words}</span></span>`;
  }

  get #ids(): string[] {
    const { conversation, userId } = this.talk;
    return conversation ? others(conversation, userId).flatMap(({ agent_id: id }) => id ?? []) : [];
  }

  /** One of one's own, or a shared one: of others, which admins see, nothing comes on the streams that the list follows. */
  #followed(id: string): Agent | undefined {
    const known = this.#agents.get(id);
    return known && (known.shared || known.owner.id === this.talk.userId) ? known : undefined;
  }

  /** Asks once for each conversation, and again whenever others take part. */
  async #askForMet(): Promise<void> {
    const { id } = this.talk;
    const met = this.#ids.filter((one) => !this.#followed(one));
    const asked = [id, ...met].join();
    if (id === undefined || met.length === 0 || this.#agents.state === 'loading' || asked === this.#asked) return;
    this.#asked = asked;
    const heard = (this.#met = new Map<string, boolean>());
    const agents = await agentServer.ofConversation(id).catch(() => []); // without an answer there is only no badge
    for (const { id: one, online } of agents) if (!heard.has(one)) heard.set(one, online); // what came meanwhile is newer
    this.#redraw();
  }

  readonly #askAgain = (): void => {
    this.#asked = '';
    this.#redraw();
  };

  readonly #seen = (event: Event): void => {
    const { agent_id: id, online } = (event as CustomEvent<AgentSeen>).detail;
    this.#met.set(id, online);
    this.#redraw();
  };

  readonly #redraw = (): void => {
    this.host.requestUpdate();
    this.dispatchEvent(new Event('change'));
  };
}
