/** Panels: a person's answers to what widgets ask, kept up to date. No DOM here. */
import { ApiError, api } from '../api.ts';
import { t } from '../i18n.ts';
import type { LiveEvent } from '../live/protocol.ts';
import { follow } from './feed.ts';

/** One answer for one permission of one place of a widget. */
export interface Grant {
  instance_id: string;
  permission: string;
  level: 'once' | 'always' | 'never';
  expires_at: string | null;
  created_at: string;
  /** False once the widget has changed since: then it asks again. */
  current: boolean;
  widget: { id: string; name: string; source: string };
  panel: { panel_id: string; title: string; workspace_id: string; workspace: string };
}

type Key = Pick<Grant, 'instance_id' | 'permission'>;

export const grantsServer = {
  /** All of the reader's, or those of one place. */
  list: async (instanceId?: string): Promise<Grant[]> =>
    (await api.get<{ grants: Grant[] }>('/api/widgets/permissions', { query: { instanceId } })).grants,

  give: async ({ instance_id, permission, level, expires_at }: Grant): Promise<Grant | null> => {
    const expiry = expires_at === null ? {} : { expiresAt: expires_at };
    const body = { instanceId: instance_id, permission, level, ...expiry };
    return (await api.post<{ grant: Grant | null }>('/api/widgets/permissions', body)).grant;
  },

  revoke: ({ instance_id: instanceId, permission }: Key): Promise<unknown> =>
    api.delete('/api/widgets/permissions', { instanceId, permission }),
};

/** Whether the widget is answered by it now. */
export function counts({ current, expires_at: end }: Grant, now: number = Date.now()): boolean {
  return current && (end === null || Date.parse(end) > now);
}

/** Whether it may be given again as it was: an answer for one call would then count for any. */
export function isLasting(grant: Grant): boolean {
  return grant.level !== 'once' && counts(grant);
}

function inOrder(a: Grant, b: Grant): number {
  return (
    a.widget.name.localeCompare(b.widget.name) ||
    a.widget.id.localeCompare(b.widget.id) ||
    a.panel.title.localeCompare(b.panel.title) ||
    b.created_at.localeCompare(a.created_at)
  );
}

/** Longer waits than this overflow a timer. Milliseconds. */
const LONGEST_WAIT = 2_000_000_000;

/** The reader's answers: all of them, or those of one place. Fires `change` after every change. */
export class GrantList extends EventTarget {
  state: 'loading' | 'ready' | 'failed' = 'loading';
  failure = '';
  readonly #known = new Map<string, Grant>();
  #leave: (() => void) | undefined;
  #wanted = 0;
  #reading: Promise<void> | undefined;
  #late: LiveEvent[] = [];
  #end: ReturnType<typeof setTimeout> | undefined;

  constructor(
    readonly userId: string,
    readonly instanceId?: string,
    readonly server: typeof grantsServer = grantsServer,
    readonly followStream: typeof follow = follow,
  ) {
    super();
  }

  /** By widget and place, the newest answer first. */
  get grants(): Grant[] {
    return [...this.#known.values()].sort(inOrder);
  }

  of(permission: string): Grant | undefined {
    return this.#known.get(`${this.instanceId} ${permission}`);
  }

  /** Follows the reader's stream, and reads the answers; resolves when they are there or could not be had. */
  async start(): Promise<void> {
    this.#leave ??= this.followStream(`user:${this.userId}`, {
      snapshot: () => void this.load(), // something may have been missed
      event: (event) => this.#hear(event),
    });
    await this.load();
  }

  stop(): void {
    this.#leave?.();
    this.#leave = undefined;
    clearTimeout(this.#end);
  }

  /** Reads everything, once more when it is asked to meanwhile. */
  load(): Promise<void> {
    this.#wanted += 1;
    return (this.#reading ??= this.#readUntilNew().finally(() => (this.#reading = undefined)));
  }

  async #readUntilNew(): Promise<void> {
    let wanted;
    do {
      wanted = this.#wanted;
      await this.#read();
    } while (wanted !== this.#wanted);
    this.#changed();
  }

  /** What is shown may be old when this fails, which is better than nothing. */
  async #read(): Promise<void> {
    this.#late = [];
    try {
      const grants = await this.server.list(this.instanceId);
      this.#known.clear();
      for (const grant of grants) this.#known.set(keyOf(grant), grant);
      this.state = 'ready';
    } catch (error) {
      if (this.state !== 'ready') this.state = 'failed';
      this.failure = error instanceof ApiError ? error.message : t('Something went wrong.');
    }
    for (const event of this.#late.splice(0)) this.#apply(event);
  }

  /** Takes answers back: gone at once, and there again when the server refuses. Rejects with the first refusal. */
  async revoke(grants: readonly Grant[]): Promise<void> {
    for (const grant of grants) this.#known.delete(keyOf(grant));
    this.#changed();
    const outcomes = await Promise.allSettled(grants.map((grant) => this.server.revoke(grant)));
    const refusals: unknown[] = [];
    for (const [at, outcome] of outcomes.entries()) {
      if (outcome.status === 'fulfilled' || isGone(outcome.reason)) continue;
      refusals.push(outcome.reason);
      const grant = grants[at]!;
      if (!this.#known.has(keyOf(grant))) this.#known.set(keyOf(grant), grant);
    }
    if (refusals.length === 0) return;
    this.#changed();
    throw refusals[0];
  }

  /** Gives answers again that were just taken back, as far as they still count. */
  async restore(grants: readonly Grant[]): Promise<void> {
    const lasting = grants.filter(isLasting);
    const given = await Promise.all(lasting.map((grant) => this.server.give(grant)));
    for (const grant of given) if (grant) this.#known.set(keyOf(grant), grant);
    this.#changed();
  }

  #hear(event: LiveEvent): void {
    if (this.#reading) this.#late.push(event);
    else if (this.#apply(event)) this.#changed();
  }

  #apply({ event, data }: LiveEvent): boolean {
    if (event === 'grant.put') {
      const { grant } = data as { grant: Grant };
      if (this.instanceId !== undefined && grant.instance_id !== this.instanceId) return false;
      this.#known.set(keyOf(grant), grant);
      return true;
    }
    return event === 'grant.removed' && this.#known.delete(keyOf(data as Key));
  }

  #changed(): void {
    this.#awaitEnd();
    this.dispatchEvent(new Event('change'));
  }

  /** An answer that ends is shown as ended, without any word of the server. */
  #awaitEnd(): void {
    clearTimeout(this.#end);
    const now = Date.now();
    const waits = this.grants.map(({ expires_at: end }) => (end === null ? 0 : Date.parse(end) - now));
    const ends = waits.filter((wait) => wait > 0);
    if (ends.length > 0) this.#end = setTimeout(() => this.#changed(), Math.min(Math.min(...ends) + 50, LONGEST_WAIT));
  }
}

function keyOf({ instance_id, permission }: Key): string {
  return `${instance_id} ${permission}`;
}

/** Taken back elsewhere meanwhile: what was wanted is so. */
function isGone(error: unknown): boolean {
  return error instanceof ApiError && error.status === 404;
}
