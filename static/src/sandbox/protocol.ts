/** Sandbox: the messages between the page and a widget's frame, and what is accepted of them. No DOM here. */
import { MOST_CHARACTERS, faultOf } from './limits.ts';

/** Which mount a message belongs to. `channelId` is made anew for each. */
export interface Address {
  channelId: string;
  widgetId: string;
}

export interface RequestMessage extends Address {
  type: 'request';
  id: string;
  method: string;
  params: Record<string, unknown>;
}

export interface EventMessage extends Address {
  type: 'event';
  id: string;
  method: string;
  params: Record<string, unknown>;
}

export interface ResponseMessage extends Address {
  type: 'response';
  id: string;
  result?: unknown;
  error?: { code: string; message: string };
}

export type Message = RequestMessage | EventMessage | ResponseMessage;

/** What is said of a message that was refused; each kind is logged once per mount. */
export type Refusal =
  | 'malformed'
  | 'too large'
  | 'too many'
  | 'wrong channel'
  | 'wrong window'
  | 'wrong origin'
  | 'repeated'
  | 'unknown event';

const MEMBERS: readonly string[] = ['type', 'id', 'method', 'params', 'channelId', 'widgetId'];
const MOST_ID = 64;
const METHOD = /^[a-zA-Z_]{1,40}(?:\.[a-zA-Z_]{1,40})?$/;

export type Read = { message: RequestMessage | EventMessage } | { refusal: Refusal };

/** A message that a widget sent to the mount at `address`: a request or an event, all of it checked. */
export function readMessage(data: unknown, { channelId, widgetId }: Address): Read {
  const fault = faultOf(data, MOST_CHARACTERS);
  if (fault) return { refusal: fault === 'too large' ? 'too large' : 'malformed' };
  if (!isRecord(data)) return { refusal: 'malformed' };
  if (data['channelId'] !== channelId || data['widgetId'] !== widgetId) return { refusal: 'wrong channel' };
  const { type, id, method, params = {} } = data;
  const fits =
    (type === 'request' || type === 'event') &&
    isShort(id) &&
    typeof method === 'string' &&
    METHOD.test(method) &&
    isRecord(params) &&
    Object.keys(data).every((name) => MEMBERS.includes(name));
  if (!fits) return { refusal: 'malformed' };
  return { message: { type, id, method, params, channelId, widgetId } };
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isShort(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= MOST_ID;
}

/** An error with a code, as it crosses the bridge. */
export class BridgeError extends Error {
  override readonly name = 'BridgeError';
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}
