/**
 * Sandbox: the keyboard stays with the person. No browser keeps a frame from taking the focus, and with it whatever is
 * typed next. Where somebody writes in the page or is asked something, a frame gets the focus only by a press on it or by
 * the Tab key; what it takes by itself is given back, and a widget that goes on taking it ends.
 */

/** Takings in so many milliseconds after which a widget ends. */
const MOST_TAKEN = 5;
const SPAN = 10_000;
/** Milliseconds in which the Tab key leads into a frame. */
const TAB_TIME = 1_000;

interface Guarded {
  end: () => void;
  /** When it took the focus. */
  taken: number[];
}

const guarded = new Map<Element, Guarded>();
/** Where the focus was last, outside of frames. */
let last: Element | null = null;
let tabbedAt = -Infinity;

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
  window[change]('keydown', noteTab, true);
  window[change]('blur', leave);
}

function remember({ target }: Event): void {
  if (target instanceof Element && !guarded.has(target)) last = target;
}

function noteTab(event: Event): void {
  if ((event as KeyboardEvent).key === 'Tab') tabbedAt = performance.now();
}

function leave(): void {
  const active = document.activeElement;
  const before = active && guarded.has(active) ? last : active;
  setTimeout(() => look(before)); // the frame is the active element only once this event is over
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
  if (!before || !isWrittenIn(before) || performance.now() - tabbedAt < TAB_TIME) return false;
  // A finger hovers over nothing, and a press of one is not told apart.
  return matchMedia('(hover: hover)').matches && !frame.matches(':hover');
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
