/** Chat: words that other parts of a page hand over (window event `chat:compose {text, send}`), kept until a chat is there to take them. */

export interface Composition {
  text: string;
  /** Say it at once; otherwise it is put into the message field. */
  send: boolean;
}

type Taker = (composition: Composition) => void;

const waiting: Composition[] = [];
let taker: Taker | undefined;
let listening = false;

/** Hears the event from now on; doing it twice is doing it once. */
export function listenForCompositions(): void {
  if (listening) return;
  listening = true;
  window.addEventListener('chat:compose', (event) => {
    const { text, send } = ((event as CustomEvent<Partial<Composition> | null>).detail ?? {}) as Partial<Composition>;
    if (typeof text === 'string' && text.trim()) compose({ text, send: send === true });
  });
}

export function compose(composition: Composition): void {
  if (taker) taker(composition);
  else waiting.push(composition);
}

/** The chat of this page takes what waits and what comes; returns a function that stops it. */
export function takeCompositions(take: Taker): () => void {
  taker = take;
  for (const composition of waiting.splice(0)) take(composition);
  return () => {
    if (taker === take) taker = undefined;
  };
}
