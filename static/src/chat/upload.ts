/** Chat: sending a file to a conversation, with progress. */
import { send } from '../declarative/uploads.ts';
import type { Attachment } from './shapes.ts';

/** Rejects with ApiError, or with the signal's reason when given up. */
export async function uploadAttachment(
  conversationId: string,
  file: File,
  progress: (share: number) => void,
  signal: AbortSignal,
): Promise<Attachment> {
  const answer = await send(`/api/conversations/${conversationId}/attachments`, file, { progress, signal });
  return (answer as { attachment: Attachment }).attachment;
}
