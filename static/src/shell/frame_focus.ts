/** Shell: the focus goes into a frame. No event of the page tells of it but that the window loses the focus. */

/** Milliseconds: from one frame into another the focus goes without any event, so it is looked after meanwhile. */
const PACE = 250;

type Entered = (frame: HTMLIFrameElement) => void;

/** Calls `entered` with each frame that gets the focus, by mouse or keyboard; returns a function that stops it. */
export function watchFrameFocus(entered: Entered): () => void {
  let timer: ReturnType<typeof setInterval> | undefined;
  let current: Element | null = null;
  const look = (): void => {
    const active = document.activeElement;
    if (!(active instanceof HTMLIFrameElement)) return rest();
    if (active !== current) entered(active);
    current = active;
  };
  const rest = (): void => {
    clearInterval(timer);
    timer = undefined;
    current = null;
  };
  const left = (): void => {
    // The frame is the active element only once this event is over.
    setTimeout(() => {
      look();
      if (current) timer ??= setInterval(look, PACE);
    });
  };
  window.addEventListener('blur', left);
  window.addEventListener('focus', rest);
  return () => {
    rest();
    window.removeEventListener('blur', left);
    window.removeEventListener('focus', rest);
  };
}
