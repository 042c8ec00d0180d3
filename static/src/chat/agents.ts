/** Chat: agents as the server shows them, the calls about them, and the list of those that one may talk to, kept live. */
import { api } from '../api.ts';
import { follow } from '../panels/feed.ts';
import { wordsOf } from './faults.ts';

export interface Agent {
  id: string;
  name: string;
  description: string;
  owner: { id: string; name: string };
  /** Everybody in the organisation may talk to it. */
  shared: boolean;
  /** The first characters of its token. */
  token_hint: string;
  online: boolean;
  revoked: boolean;
  /** Of the last seven days. */
  recent_messages: number;
  created_at: string;
  last_seen_at: string | null;
}

/** That an agent of a conversation came or went. */
export interface AgentSeen {
  agent_id: string;
  online: boolean;
}

export interface AgentWish {
  name: string;
  description: string;
  shared: boolean;
}

/** What is shown once: the agent, and the lines of its `.env` file. */
export interface NewCredentials {
  agent: Agent;
  env: string;
}

const at = (id: string): string => `/api/agents/${id}`;

export const agentServer = {
  list: async (): Promise<Agent[]> => (await api.get<{ agents: Agent[] }>('/api/agents')).agents,
  create: (wish: AgentWish): Promise<NewCredentials> => api.post('/api/agents', wish),
  change: async (id: string, change: Partial<AgentWish>): Promise<Agent> => (await api.patch<{ agent: Agent }>(at(id), change)).agent,
  rotate: (id: string): Promise<NewCredentials> => api.post(`${at(id)}/rotate`),
  revoke: async (id: string): Promise<Agent> => (await api.post<{ agent: Agent }>(`${at(id)}/revoke`)).agent,
  remove: (id: string): Promise<unknown> => api.delete(at(id)),
  ofConversation: async (id: string): Promise<Pick<Agent, 'id' | 'online'>[]> =>
    (await api.get<{ agents: Pick<Agent, 'id' | 'online'>[] }>(`/api/conversations/${id}/agents`)).agents,
};

/** The agents that the person may talk to. Event: `change`. */
export class Agents extends EventTarget {
  items: readonly Agent[] = [];
  state: 'loading' | 'ready' | 'failed' = 'loading';
  failure = '';
  #leave: (() => void)[] = [];

  constructor(
    private readonly userId: string,
    private readonly tenantId: string,
  ) {
    super();
  }

  start(): void {
    if (this.#leave.length > 0) return;
    const listener = {
      snapshot: () => void this.load(),
      event: ({ event, data }: { event: string; data: unknown }) => this.#event(event, data as Record<string, unknown>),
    };
    this.#leave = [`user:${this.userId}`, `tenant:${this.tenantId}`].map((stream) => follow(stream, listener));
    void this.load();
  }

  stop(): void {
    for (const leave of this.#leave) leave();
    this.#leave = [];
  }

  async load(): Promise<void> {
    try {
      this.items = await agentServer.list();
      this.state = 'ready';
    } catch (error) {
      this.failure = wordsOf(error);
      if (this.state !== 'ready') this.state = 'failed';
    }
    this.#changed();
  }

  get(id: string | null): Agent | undefined {
    return this.items.find((agent) => agent.id === id);
  }

  put(agent: Agent): void {
    const others = this.items.filter(({ id }) => id !== agent.id);
    this.items = [...others, agent].toSorted((one, other) => one.name.localeCompare(other.name));
    this.#changed();
  }

  drop(id: string): void {
    this.items = this.items.filter((agent) => agent.id !== id);
    this.#changed();
  }

  #event(event: string, data: Record<string, unknown>): void {
    if (event === 'agent.put') this.put(data['agent'] as Agent);
    // On the organisation's stream it only says that the agent is shared no more: the owner still has it.
    else if (event === 'agent.removed') void this.load();
  }

  #changed(): void {
    this.dispatchEvent(new Event('change'));
  }
}
