/** Chat: whether the agents of the open conversation are there; asked for only where there are any. */
import { html, nothing } from 'lit';
import type { LitElement, ReactiveController, TemplateResult } from 'lit';
import { t } from '../i18n.ts';
import { Agents } from './agents.ts';
import { others } from './people.ts';
import type { Talk } from './talk.ts';

export class AgentPresence implements ReactiveController {
  readonly #agents: Agents;
  #isFollowing = false;

  constructor(
    private readonly host: LitElement,
    private readonly talk: Talk,
  ) {
    this.#agents = new Agents(talk.userId, document.body.dataset['tenant'] ?? '');
    host.addController(this);
  }

  hostConnected(): void {
    this.#agents.addEventListener('change', this.#redraw);
  }

  hostDisconnected(): void {
    this.#agents.removeEventListener('change', this.#redraw);
    this.#agents.stop();
    this.#isFollowing = false;
  }

  hostUpdate(): void {
    if (this.#isFollowing || this.#ids.length === 0 || !this.host.isConnected) return;
    this.#isFollowing = true;
    this.#agents.start();
  }

  /** Beside the title: of one agent that it is there or not, of several how many are. */
  badge(): TemplateResult | typeof nothing {
    const known = this.#ids.flatMap((id) => this.#agents.get(id) ?? []);
    if (known.length === 0) return nothing;
    const online = known.filter((agent) => agent.online).length;
    const words = known.length > 1 ? t('{online} of {count} agents online', { online, count: known.length }) : online > 0 ? t('Online') : t('Offline');
    const hint = online < known.length ? t('What is said waits until the agent is back.') : words;
    return html`<span class="badge chat-bar-presence" data-dot data-tone=${online > 0 ? 'success' : nothing} title=${hint}>${words}</span>`;
  }

  get #ids(): string[] {
    const { conversation, userId } = this.talk;
    return conversation ? others(conversation, userId).flatMap(({ agent_id: id }) => id ?? []) : [];
  }

  readonly #redraw = (): void => this.host.requestUpdate();
}
