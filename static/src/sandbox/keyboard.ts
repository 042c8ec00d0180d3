/**
 * Sandbox: the keyboard stays with the person. No browser keeps a frame from taking the focus, and with it whatever is
 * typed next. What a frame takes from a question, in the middle of typing, or when nobody has pressed anything, is given
 * back, and a widget that goes on taking it ends. No event of the page tells of a press in a frame: what is taken in a
 * pause cannot be told from one.
 */

/** Takings in so many milliseconds after which a widget ends. */
const MOST_TAKEN = 3;
const SPAN = 60_000;
/** Milliseconds after a key in which no hand is at the mouse. */
const TYPING = 400;
/** Milliseconds until the page has heard that somebody has pressed something in a frame. */
const HEARSAY = 100;

interface Guarded {
  end: () => void;
  /** When it took the focus. */
  taken: number[];
}

const guarded = new Map<Element, Guarded>();
/** Where the focus was last, outside of frames. */
let last: Element | null = null;
/** When the last key was pressed in the page, but for the one that leads into frames. */
let typedAt = -Infinity;

/** Watches a frame until the returned function is called; `end` is called when it does not stop taking the focus. */
export function guardKeyboard(frame: HTMLIFrameElement, end: () => void): () => void {
  if (guarded.size === 0) listen(true);
  guarded.set(frame, { end, taken: [] });
  return () => {
    guarded.delete(frame);
    if (guarded.size === 0) listen(false);
  };
}

function listen(isOn: boolean): void {
  const change = isOn ? 'addEventListener' : 'removeEventListener';
  document[change]('focusin', remember);
  window[change]('keydown', noteKey, true);
  window[change]('blur', leave);
}

function remember({ target }: Event): void {
  if (target instanceof Element && !guarded.has(target)) last = target;
}

function noteKey(event: Event): void {
  typedAt = (event as KeyboardEvent).key === 'Tab' ? -Infinity : performance.now();
}

function leave(): void {
  const active = document.activeElement;
  const before = active && guarded.has(active) ? last : active;
  // The frame is the active element only once this event is over, and of a press in it the page hears by another way.
  setTimeout(() => look(before), navigator.userActivation.isActive ? 0 : HEARSAY);
}

function look(before: Element | null): void {
  const frame = document.activeElement;
  const guard = frame && guarded.get(frame);
  if (!guard || !isTaken(frame, before)) return;
  giveBack(before);
  const now = performance.now();
  guard.taken = [...guard.taken.filter((at) => now - at < SPAN), now];
  if (guard.taken.length >= MOST_TAKEN) guard.end();
}

function isTaken(frame: Element, before: Element | null): boolean {
  if (isBehind(frame)) return true; // nobody can press it
  if (!before || !isWrittenIn(before)) return false;
  // A press in a frame counts as one in the page around it, too.
  return performance.now() - typedAt < TYPING || !navigator.userActivation.isActive;
}

function isBehind(frame: Element): boolean {
  const question = modal();
  return question !== undefined && !question.contains(frame);
}

/** Whether keys go into it as text, as far as the page can see: what has a document of its own inside may be a field. */
function isWrittenIn(element: Element): boolean {
  return element.shadowRoot !== null || element.matches('input, textarea, select, [contenteditable]');
}

function giveBack(before: Element | null): void {
  const question = modal();
  const place = question && !question.contains(before) ? question : before;
  if (place instanceof HTMLElement) place.focus({ preventScroll: true });
}

function modal(): HTMLDialogElement | undefined {
  return [...document.querySelectorAll<HTMLDialogElement>('dialog:modal')].at(-1);
}
