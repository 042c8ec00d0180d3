/** Chat: calls about plugins: what may be started, and starting it. */
import { api } from '../api.ts';
import type { Startable } from './plugin_shapes.ts';
import type { Message } from './shapes.ts';

const FRESH = 10_000;
let read: { at: number; known: Promise<Startable[]> } | undefined;

/** What the person may start, read anew after a while. Rejects with ApiError. */
export function startables(now = Date.now()): Promise<Startable[]> {
  if (!read || now - read.at > FRESH) {
    const known = api.get<{ tools: Startable[] }>('/api/chat/tools').then(({ tools }) => tools);
    read = { at: now, known };
    known.catch(() => (read = undefined));
  }
  return read.known;
}

/** Something was installed, switched or removed: the next one who asks gets a fresh answer. */
export function forgetStartables(): void {
  read = undefined;
}

export function startTool(
  conversationId: string,
  pluginId: string,
  args: Record<string, unknown>,
  idempotencyKey: string,
): Promise<{ message: Message; answer: Message }> {
  return api.post(`/api/conversations/${conversationId}/start`, { pluginId, arguments: args }, { idempotencyKey });
}
