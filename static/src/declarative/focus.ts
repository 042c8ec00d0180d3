/** Declarative: the focus stays near where it was when a change takes away what had it. */

const FOCUSABLE = ':is(button, input, select, textarea):not(:disabled), a[href]';

/** The first thing in `place` that can have the focus now. */
export function firstFocusable(place: Element): HTMLElement | undefined {
  return [...place.querySelectorAll<HTMLElement>(FOCUSABLE)].find((element) => element.checkVisibility());
}

/**
 * Does the update of `box`. When what had the focus is gone or hidden afterwards, the focus goes to the next item of the
 * list it stood in, else to what stands nearest, so that people with a keyboard do not start over at the top of the page.
 */
export function keepFocus(box: HTMLElement, update: () => void): void {
  const held = box.contains(document.activeElement) ? document.activeElement : null;
  if (!held) return update();
  const row = held.closest('li, tr');
  const beside = row && box.contains(row) ? [row.nextElementSibling, row.previousElementSibling] : [];
  update();
  // Only then has everything else been shown that changes with it, such as the button that takes its place.
  requestAnimationFrame(() => {
    const active = document.activeElement;
    const lost = !held.isConnected || !held.checkVisibility();
    if (!lost || (active !== held && active !== document.body)) return;
    for (const place of [...beside, ...around(box)]) {
      const next = place?.isConnected ? firstFocusable(place) : undefined;
      if (next) return next.focus();
    }
  });
}

/** The box and what it stands in, up to the widget. */
function around(box: HTMLElement): Element[] {
  const outside = box.parentElement;
  return [box, ...(outside && outside.closest('wm-widget') ? around(outside) : [])];
}
