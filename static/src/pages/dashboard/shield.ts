/** Dashboard: while a panel is in the hand, the frames of the page let the mouse through (dashboard.css). */

/** Marks the page from a press on one of the `handles` in `box` until the mouse or finger is lifted. */
export function shieldFrames(box: HTMLElement, handles: string): void {
  box.addEventListener('pointerdown', (event) => {
    if (!(event.target as Element).closest(handles)) return;
    const { dataset } = document.documentElement;
    dataset['inHand'] = '';
    const ended = new AbortController();
    const lift = (): void => {
      delete dataset['inHand'];
      ended.abort();
    };
    const options = { signal: ended.signal, capture: true };
    for (const end of ['pointerup', 'pointercancel', 'blur'] as const) window.addEventListener(end, lift, options);
    // Lifted where nothing of it could be heard.
    window.addEventListener('pointermove', (move) => move.buttons === 0 && lift(), options);
  });
}
