/** Live: the frames of `/ws/live/`, as the server sends and reads them. */

export interface Snapshot {
  type: 'snapshot';
  stream: string;
  /** Number of the last event the snapshot contains. */
  number: number;
  data: unknown;
}

export interface LiveEvent {
  type: 'event';
  stream: string;
  number: number;
  event: string;
  data: unknown;
}

/** An event that is never stored, such as one token of an answer. */
export interface Ephemeral {
  type: 'ephemeral';
  stream: string;
  event: string;
  data: unknown;
}

export interface Refusal {
  type: 'error';
  code: string;
  message: string;
  stream?: string;
}

export type ServerFrame =
  | Snapshot
  | LiveEvent
  | Ephemeral
  | Refusal
  | { type: 'subscribed'; stream: string; number: number }
  | { type: 'resync'; stream: string }
  | { type: 'pong' };

export type ClientFrame =
  | { type: 'subscribe'; stream: string; after: number | null }
  | { type: 'unsubscribe'; stream: string }
  | { type: 'ping' };

/** Close code: the session has ended. */
export const SIGNED_OUT = 4401;
/** Close code: what this person may see has changed. */
export const ACCESS_CHANGED = 4403;

/** The frame in a message, or undefined when it is none of ours. */
export function parseFrame(text: unknown): ServerFrame | undefined {
  if (typeof text !== 'string') return undefined;
  try {
    const frame: unknown = JSON.parse(text);
    return typeof frame === 'object' && frame !== null && 'type' in frame ? (frame as ServerFrame) : undefined;
  } catch {
    return undefined;
  }
}
