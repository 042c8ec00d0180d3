/** Shell: menus. A button with `data-menu="<id>"` opens the `.menu` with that id; arrows, Home, End, Escape and Tab work. */
import { watchFrameFocus } from './frame_focus.ts';

function items(menu: HTMLElement): HTMLElement[] {
  return [...menu.querySelectorAll<HTMLElement>('.menu-item:not(:disabled)')].filter((item) => item.offsetParent !== null);
}

function opener(menu: HTMLElement): HTMLElement | null {
  return document.querySelector(`[data-menu="${CSS.escape(menu.id)}"]`);
}

function openMenu(): HTMLElement | null {
  return document.querySelector<HTMLElement>('.menu[id]:not([hidden])');
}

function close(menu: HTMLElement, refocus: boolean): void {
  menu.hidden = true;
  const button = opener(menu);
  button?.setAttribute('aria-expanded', 'false');
  if (refocus) button?.focus();
}

function open(menu: HTMLElement, focus: 'first' | 'last' | 'none'): void {
  const other = openMenu();
  if (other) close(other, false);
  menu.hidden = false;
  opener(menu)?.setAttribute('aria-expanded', 'true');
  const entries = items(menu);
  if (focus !== 'none') (focus === 'first' ? entries[0] : entries.at(-1))?.focus();
}

function onClick(event: MouseEvent): void {
  const target = event.target as Element;
  const button = target.closest<HTMLElement>('[data-menu]');
  const current = openMenu();
  if (button) {
    const menu = document.getElementById(button.dataset['menu']!);
    if (menu && menu === current) close(menu, false);
    else if (menu) open(menu, event.detail === 0 ? 'first' : 'none'); // detail 0: pressed by keyboard
  } else if (current && (!current.contains(target) || target.closest('.menu-item:not([data-stay])'))) {
    close(current, false);
  }
}

/** Arrows open the menu of the button that has the focus. */
function onArrow(event: KeyboardEvent): void {
  const button = (event.target as Element).closest?.<HTMLElement>('[data-menu]');
  const menu = button && document.getElementById(button.dataset['menu']!);
  if (!menu || (event.key !== 'ArrowDown' && event.key !== 'ArrowUp')) return;
  event.preventDefault();
  open(menu, event.key === 'ArrowDown' ? 'first' : 'last');
}

function onKey(event: KeyboardEvent): void {
  const menu = openMenu();
  if (!menu) return onArrow(event);
  const entries = items(menu);
  const at = entries.indexOf(document.activeElement as HTMLElement);
  const step: Record<string, number> = { ArrowDown: at + 1, ArrowUp: Math.max(at, 0) - 1, Home: 0, End: entries.length - 1 };
  if (event.key === 'Escape' || event.key === 'Tab') {
    if (event.key === 'Escape') event.preventDefault(); // nothing that lies below closes with it
    close(menu, event.key === 'Escape');
  } else if (event.key in step) {
    event.preventDefault();
    entries.at(step[event.key]! % entries.length)?.focus();
  }
}

/** Makes every menu of the page work, also those that come later. A press in a frame is none in the page, yet beside the menu. */
export function startMenus(): void {
  watchFrameFocus(() => {
    const current = openMenu();
    if (current) close(current, false);
  });
  document.addEventListener('click', onClick);
  document.addEventListener('keydown', onKey);
}
