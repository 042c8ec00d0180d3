/** What an agent receives: messages, answers to widgets, attachments. Read from the frames of the wire. */
import { decodePayload } from './payload.ts';

export type Frame = Record<string, unknown>;
export type Download = (blobId: string) => Promise<Uint8Array>;

/** Where something is sent: `to` is a person's id, or `group:<conversation id>`. */
export interface Place {
  conversationId: string;
  to: string;
}

/** A file of a message: `size` in bytes, `width` and `height` in pixels. */
export interface AgentAttachment {
  readonly id: string;
  readonly name: string;
  readonly mime: string;
  readonly size: number;
  readonly blobId: string;
  readonly sha256?: string;
  readonly width?: number;
  readonly height?: number;
  readonly durationMs?: number;
  readonly thumbnailBlobId?: string;
  /** The content. Throws NotAuthorized, Refused, or what `fetch` throws. */
  download(): Promise<Uint8Array>;
}

/** A person's answer: `ref` is the id of the widget, `value` what its kind says. */
export interface WidgetResponse {
  readonly id: string;
  readonly ref: string;
  readonly value?: unknown;
  readonly cancelled: boolean;
}

/** A message of a person. `raw` is the whole frame. */
export interface AgentMessage {
  readonly id: string;
  readonly conversationId: string;
  readonly from: string;
  readonly text: string;
  readonly attachments: readonly AgentAttachment[];
  readonly replyToMessageId?: string;
  readonly widgetResponse?: WidgetResponse;
  readonly fromDeviceId?: string;
  /** Where its sender reads: `agent.sendMessage({ ...message.place, text: '…' })`. */
  readonly place: Place;
  readonly raw: Frame;
}

/** The message of a MSG frame. Throws an error when the frame is none. */
export function readMessage(frame: Frame, download: Download): AgentMessage {
  const id = required(frame, 'id');
  const from = required(frame, 'from');
  const conversationId = required(frame, 'conversation_id');
  if (frame['encrypted']) throw new TypeError('encrypted: this client cannot read encrypted messages');
  const files = Array.isArray(frame['attachments']) ? (frame['attachments'] as unknown[]) : [];
  return {
    id,
    conversationId,
    from,
    attachments: files.map((file) => readAttachment(file, download)),
    ...readPayload(decodePayload(String(frame['payload_b64'] ?? ''))),
    ...texts(frame, { replyToMessageId: 'reply_to_message_id', fromDeviceId: 'from_device_id' }),
    place: { conversationId, to: from },
    raw: frame,
  };
}

/** An attachment as it stands in frames. Throws an error when it is none. */
export function readAttachment(value: unknown, download: Download): AgentAttachment {
  const file = (value ?? {}) as Frame;
  const blobId = required(file, 'blob_id');
  return {
    id: required(file, 'id'),
    name: required(file, 'name'),
    mime: required(file, 'mime'),
    size: Number(file['size']),
    blobId,
    ...texts(file, { sha256: 'sha256', thumbnailBlobId: 'thumbnail_blob_id' }),
    ...numbers(file, { width: 'width', height: 'height', durationMs: 'duration_ms' }),
    download: () => download(blobId),
  };
}

/** An attachment as it stands in frames. */
export function writeAttachment(file: AgentAttachment): Frame {
  return {
    id: file.id,
    name: file.name,
    mime: file.mime,
    size: file.size,
    blob_id: file.blobId,
    sha256: file.sha256,
    width: file.width,
    height: file.height,
    duration_ms: file.durationMs,
    thumbnail_blob_id: file.thumbnailBlobId,
  };
}

/** What a person wrote, or the answer to a widget. JSON of no known form is what a person wrote. */
function readPayload(text: string): { text: string; widgetResponse?: WidgetResponse } {
  if (!text.startsWith('{')) return { text };
  let payload: Frame;
  try {
    payload = JSON.parse(text) as Frame;
  } catch {
    return { text };
  }
  if (payload['type'] === 'widget.response' && typeof payload['ref'] === 'string') {
    const widgetResponse = {
      id: String(payload['id'] ?? ''),
      ref: payload['ref'],
      value: payload['value'],
      cancelled: payload['cancelled'] === true,
    };
    return { text: '', widgetResponse };
  }
  if (payload['kind'] === 'chat.message' && typeof payload['text'] === 'string') return { text: payload['text'] };
  return { text };
}

function required(frame: Frame, name: string): string {
  const value = frame[name];
  if (typeof value !== 'string' || value === '') throw new TypeError(`${name}: a text is required`);
  return value;
}

/** The properties whose value in the frame is a text. */
function texts<Name extends string>(frame: Frame, names: Record<Name, string>): { [key in Name]?: string } {
  return pick(frame, names, 'string') as { [key in Name]?: string };
}

function numbers<Name extends string>(frame: Frame, names: Record<Name, string>): { [key in Name]?: number } {
  return pick(frame, names, 'number') as { [key in Name]?: number };
}

function pick(frame: Frame, names: Record<string, string>, type: 'string' | 'number'): Frame {
  const pairs = Object.entries(names).map(([name, wire]) => [name, frame[wire]] as const);
  return Object.fromEntries(pairs.filter(([, value]) => typeof value === type));
}
