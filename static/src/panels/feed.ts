/** Panels: one subscription per stream, however many panels listen; a newcomer does not make all others start over. */
import { live } from '../live/client.ts';
import type { StreamListener } from '../live/client.ts';

interface Feed {
  listeners: Set<StreamListener>;
  end: () => void;
}

const feeds = new Map<string, Feed>();

/**
 * Follows a stream; the first listener gets a snapshot, later ones only what comes after. Whoever joins later reads its
 * data once it has joined. Returns a function that stops following.
 */
export function follow(stream: string, listener: StreamListener): () => void {
  let feed = feeds.get(stream);
  if (!feed) feeds.set(stream, (feed = open(stream)));
  feed.listeners.add(listener);
  return () => leave(stream, listener);
}

function open(stream: string): Feed {
  const listeners = new Set<StreamListener>();
  const end = live().subscribe(stream, {
    snapshot: (snapshot) => each(listeners, (listener) => listener.snapshot?.(snapshot)),
    event: (event) => each(listeners, (listener) => listener.event?.(event)),
    error: (refusal) => each(listeners, (listener) => listener.error?.(refusal)),
  });
  return { listeners, end };
}

function each(listeners: Set<StreamListener>, tell: (listener: StreamListener) => void): void {
  for (const listener of [...listeners]) {
    try {
      tell(listener);
    } catch (error) {
      reportError(error);
    }
  }
}

function leave(stream: string, listener: StreamListener): void {
  const feed = feeds.get(stream);
  if (!feed?.listeners.delete(listener) || feed.listeners.size > 0) return;
  feeds.delete(stream);
  feed.end();
}
