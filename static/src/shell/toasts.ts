/** Shell: short messages at the lower edge. */
import { t } from '../i18n.ts';

export type ToastKind = 'info' | 'success' | 'warning' | 'error';

export interface ToastOptions {
  kind?: ToastKind;
  /** A way back, such as Undo; the toast goes when it is taken. */
  action?: { label: string; run: () => void };
  /** Milliseconds it stays; 0 keeps it until closed, which is what errors do. */
  duration?: number;
}

const ICONS: Record<ToastKind, string> = { info: 'info', success: 'check_circle', warning: 'warning', error: 'error' };
const DEFAULT_DURATION = 5_000;

function region(): HTMLElement {
  const present = document.getElementById('toasts');
  if (present) return present;
  const made = document.createElement('div');
  made.id = 'toasts';
  made.className = 'toasts';
  made.setAttribute('role', 'region');
  made.setAttribute('aria-label', t('Notifications'));
  return made;
}

function button(label: string, className: string, run: () => void): HTMLButtonElement {
  const element = document.createElement('button');
  element.type = 'button';
  element.className = className;
  element.addEventListener('click', run);
  element.textContent = label;
  return element;
}

function closeButton(run: () => void): HTMLButtonElement {
  const element = button('', 'icon-button', run);
  element.dataset['size'] = 'small';
  element.setAttribute('aria-label', t('Close'));
  element.append(icon('close'));
  return element;
}

function icon(name: string): HTMLElement {
  const element = document.createElement('wa-icon');
  element.setAttribute('name', name);
  return element;
}

/** Above everything: in the dialog on top, because what is outside of a modal dialog cannot be pressed. */
function raise(element: HTMLElement): void {
  const place = [...document.querySelectorAll<HTMLElement>('dialog:modal')].at(-1) ?? document.body;
  if (element.parentElement !== place) place.append(element);
  element.popover = 'manual';
  if (element.matches(':popover-open')) element.hidePopover(); // what comes last into the top layer lies on top
  element.showPopover();
}

/** Keeps the toasts that are there above a dialog that has just opened, and in the page when one closes. */
export function raiseToasts(): void {
  const element = document.getElementById('toasts');
  if (element?.querySelector('.toast')) raise(element);
  else if (element && element.parentElement !== document.body) document.body.append(element);
}

/** Shows `text`; returns a function that takes it away. Screen readers hear errors at once, the rest when they pause. */
export function toast(text: string, options: ToastOptions = {}): () => void {
  const { kind = 'info', action, duration = kind === 'error' ? 0 : DEFAULT_DURATION } = options;
  const element = document.createElement('div');
  element.className = 'toast';
  element.dataset['tone'] = kind;
  element.setAttribute('role', kind === 'error' ? 'alert' : 'status');
  const close = (): void => element.remove();
  const words = document.createElement('span');
  words.className = 'toast-text';
  words.textContent = text;
  element.append(icon(ICONS[kind]), words);
  if (action) {
    const take = button(action.label, 'button', () => (close(), action.run()));
    take.dataset['size'] = 'small';
    element.append(take);
  }
  element.append(closeButton(close));
  const place = region();
  place.append(element);
  raise(place);
  if (duration > 0) leaveAfter(element, duration, close);
  return close;
}

/** The clock waits while someone points at the toast or has the focus in it. */
function leaveAfter(element: HTMLElement, duration: number, close: () => void): void {
  let timer = setTimeout(close, duration);
  const wait = (): void => clearTimeout(timer);
  const go = (): void => {
    clearTimeout(timer);
    timer = setTimeout(close, duration);
  };
  element.addEventListener('pointerenter', wait);
  element.addEventListener('focusin', wait);
  element.addEventListener('pointerleave', go);
  element.addEventListener('focusout', go);
}

/** Makes toasts outlive the dialogs they appear in; those that the server wrote into the page leave like any other. */
export function startToasts(): void {
  // Heard on its way down: afterwards the dialog goes, with everything in it.
  document.addEventListener('close', (event) => (event.target as Element).matches('dialog') && raiseToasts(), true);
  for (const element of document.querySelectorAll<HTMLElement>('#toasts > .toast')) {
    const close = (): void => element.remove();
    element.append(closeButton(close));
    if (element.dataset['tone'] !== 'error') leaveAfter(element, DEFAULT_DURATION, close);
  }
}
