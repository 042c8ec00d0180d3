/** Shell: native dialogs, for questions, and for panels and modals that need room. */
import { t } from '../i18n.ts';
import { plain } from '../texts.ts';
import { raiseToasts } from './toasts.ts';

export interface ConfirmOptions {
  title: string;
  text?: string;
  /** Shown under the text, for example the exact arguments of a write. */
  detail?: Node;
  confirmLabel?: string;
  cancelLabel?: string;
  destructive?: boolean;
}

export interface DialogOptions {
  /** Letters of it that cannot be seen are written out. */
  title: string;
  /** `drawer` slides in from the right and takes the whole height. */
  kind?: 'dialog' | 'drawer';
  /** Width in CSS pixels. */
  width?: number;
}

/** An open dialog: put content into `body`; `closed` resolves when it has gone, by whatever way. */
export interface OpenDialog {
  dialog: HTMLDialogElement;
  body: HTMLElement;
  header: HTMLElement;
  close(): void;
  closed: Promise<void>;
}

let titles = 0;

/** Opens a modal dialog or drawer. Focus goes in, stays in, and returns to where it was. */
export function openDialog({ title, kind = 'dialog', width }: DialogOptions): OpenDialog {
  const dialog = document.createElement('dialog');
  dialog.className = kind;
  if (width) dialog.style.setProperty(kind === 'drawer' ? '--drawer-width' : '--dialog-width', `${width}px`);
  const heading = document.createElement('h2');
  heading.id = `dialog-title-${(titles += 1)}`;
  heading.textContent = plain(title);
  dialog.setAttribute('aria-labelledby', heading.id);
  const close = (): void => dialog.close();
  const header = part('dialog-header', heading, closeButton(close));
  const body = part('dialog-body');
  dialog.append(header, body);
  document.body.append(dialog);
  dialog.addEventListener('pointerdown', (event) => event.target === dialog && isOutside(dialog, event) && close());
  const closed = new Promise<void>((resolve) => {
    dialog.addEventListener('close', () => (dialog.remove(), resolve()), { once: true });
  });
  dialog.showModal();
  raiseToasts();
  return { dialog, body, header, close, closed };
}

/** Asks; true when the person agrees, false on every other way out. */
export async function confirm(options: ConfirmOptions): Promise<boolean> {
  const { dialog, body, close, closed } = openDialog({ title: options.title });
  dialog.setAttribute('role', 'alertdialog');
  if (options.text) body.append(paragraph(options.text));
  if (options.detail) body.append(options.detail);
  let agreed = false;
  const agree = (): void => {
    agreed = true;
    close();
  };
  const yes = textButton(options.confirmLabel ?? t('Confirm'), options.destructive ? 'destructive' : 'primary', agree);
  const no = textButton(options.cancelLabel ?? t('Cancel'), 'secondary', close);
  dialog.append(part('dialog-footer', no, yes));
  (options.destructive ? no : yes).focus();
  await closed;
  return agreed;
}

function part(className: string, ...children: Node[]): HTMLElement {
  const element = document.createElement('div');
  element.className = className;
  element.append(...children);
  return element;
}

function paragraph(text: string): HTMLElement {
  const element = document.createElement('p');
  element.textContent = text;
  return element;
}

function textButton(label: string, variant: string, run: () => void): HTMLButtonElement {
  const element = document.createElement('button');
  element.type = 'button';
  element.className = 'button';
  element.dataset['variant'] = variant;
  element.textContent = label;
  element.addEventListener('click', run);
  return element;
}

function closeButton(run: () => void): HTMLButtonElement {
  const element = textButton('', 'ghost', run);
  element.className = 'icon-button';
  element.setAttribute('aria-label', t('Close'));
  const icon = document.createElement('wa-icon');
  icon.setAttribute('name', 'close');
  element.append(icon);
  return element;
}

function isOutside(dialog: HTMLElement, { clientX, clientY }: PointerEvent): boolean {
  const { left, right, top, bottom } = dialog.getBoundingClientRect();
  return clientX < left || clientX > right || clientY < top || clientY > bottom;
}
