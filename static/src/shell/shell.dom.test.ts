/** Shell: menus, palette, theme, dock, toasts and dialogs, in the page. */
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import '../theme/theme.css';
import '../theme/icons.ts';
import '../theme/early.ts';
import { LiveClient } from '../live/client.ts';
import { confirm, openDialog } from './dialogs.ts';
import { dockIsOpen, setDock } from './dock.ts';
import { addPaletteSource, matches, ranked } from './palette.ts';
import type { PaletteEntry } from './palette.ts';
import { showConnection, startShell } from './shell.ts';
import { toast } from './toasts.ts';

const PAGE = `
  <div class="shell">
    <nav><a class="rail-link" href="#dashboard" data-icon="dashboard">Dashboard</a><a class="rail-link" href="#chat" data-icon="forum">Chat</a></nav>
    <span id="connection" class="connection" role="status"></span>
    <button data-menu="account" aria-expanded="false">Account</button>
    <div class="menu" id="account" role="group" aria-label="Account" hidden>
      <button class="menu-item" data-stay data-theme-choice="light">Light</button>
      <button class="menu-item" data-stay data-theme-choice="dark">Dark</button>
      <a class="menu-item" href="#out">Sign out</a>
    </div>
    <button class="dock-toggle" data-dock-toggle aria-expanded="false">Chat</button>
    <aside class="dock" id="dock"></aside>
  </div>
  <div id="toasts" class="toasts" role="region" aria-label="Notifications"></div>`;

const find = <Element extends HTMLElement>(selector: string): Element => document.querySelector<Element>(selector)!;
const press = (key: string, init: KeyboardEventInit = {}, target: EventTarget = document.activeElement ?? document): boolean =>
  target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...init }));

/** Whether it is what lies on top where it stands. */
const seen = (element: Element): boolean => {
  const { left, top, width, height } = element.getBoundingClientRect();
  return element.contains(document.elementFromPoint(left + width / 2, top + height / 2));
};

beforeAll(() => {
  document.body.innerHTML = PAGE;
  startShell();
});
beforeEach(() => {
  document.body.innerHTML = PAGE;
  localStorage.clear();
});
afterEach(() => {
  delete document.documentElement.dataset['dock'];
});

describe('a menu', () => {
  it('test_it_works', () => {
    find('[data-menu]').click();
    expect(find('#account').hidden).toBe(false);
    expect(find('[data-menu]').getAttribute('aria-expanded')).toBe('true');
    find('#account a').click();
    expect(find('#account').hidden).toBe(true);
  });

  it('is walked by the arrows and left by Escape, back to its button', () => {
    find('[data-menu]').click(); // without a pointer: as Enter does
    expect(document.activeElement?.textContent).toBe('Light');
    press('ArrowUp');
    expect(document.activeElement?.textContent).toBe('Sign out');
    press('ArrowDown');
    press('ArrowDown');
    expect(document.activeElement?.textContent).toBe('Dark');
    press('Escape');
    expect(find('#account').hidden).toBe(true);
    expect(document.activeElement).toBe(find('[data-menu]'));
  });

  it('is opened by the arrows', () => {
    find('[data-menu]').focus();
    press('ArrowUp');
    expect(document.activeElement?.textContent).toBe('Sign out');
    press('Escape');
    press('ArrowDown');
    expect(document.activeElement?.textContent).toBe('Light');
    press('Escape');
  });

  it('closes when something else is pressed', () => {
    find('[data-menu]').click();
    find('nav').click();
    expect(find('#account').hidden).toBe(true);
  });
});

it('keeps the chosen theme and shows it at once', () => {
  find('[data-menu]').click();
  find('button[data-theme-choice="dark"]').click();
  expect(document.documentElement.dataset['theme']).toBe('dark');
  expect(localStorage.getItem('theme')).toBe('dark');
  expect(find('#account').hidden).toBe(false);
  find('button[data-theme-choice="light"]').click();
  expect(document.documentElement.dataset['theme']).toBe('light');
  expect(document.documentElement.classList.contains('wa-dark')).toBe(false);
});

it('opens and closes the dock, and remembers it', () => {
  find('[data-dock-toggle]').click();
  expect(dockIsOpen()).toBe(true);
  expect(find('.dock').checkVisibility()).toBe(true);
  expect(find('.dock-toggle').getAttribute('aria-expanded')).toBe('true');
  expect(localStorage.getItem('dock')).toBe('open');
  setDock(false);
  expect(find('.dock').checkVisibility()).toBe(false);
});

describe('the palette', () => {
  const results = (): (string | null)[] => [...document.querySelectorAll('.palette [role="option"] > span:first-of-type')].map(({ textContent }) => textContent);

  afterEach(async () => {
    find<HTMLDialogElement>('dialog.palette')?.close();
    await vi.waitFor(() => expect(document.querySelector('dialog.palette')).toBeNull());
  });

  it('finds pages and whatever else is registered', async () => {
    const ran = vi.fn();
    const remove = addPaletteSource(async (query) => [{ label: 'Task Board', icon: 'widgets', run: ran }].filter(({ label }) => matches(label, query)));
    press('k', { ctrlKey: true }, document);
    await vi.waitFor(() => expect(results()).toEqual(['Dashboard', 'Chat', 'Task Board']));
    const input = find<HTMLInputElement>('.palette-input');
    expect(document.activeElement).toBe(input);
    input.value = 'board';
    input.dispatchEvent(new InputEvent('input'));
    await vi.waitFor(() => expect(results()).toEqual(['Task Board', 'Dashboard']));
    press('ArrowDown');
    expect(input.getAttribute('aria-activedescendant')).toBe('palette-1');
    press('ArrowUp');
    press('Enter');
    expect(ran).toHaveBeenCalledOnce();
    await vi.waitFor(() => expect(document.querySelector('dialog.palette')).toBeNull());
    remove();
  });

  it('shows what is there while a slow source is still looking, and keeps what was chosen', async () => {
    let answer: (entries: PaletteEntry[]) => void = () => undefined;
    const remove = addPaletteSource(() => new Promise((resolve) => (answer = resolve)));
    press('k', { ctrlKey: true }, document);
    await vi.waitFor(() => expect(results()).toEqual(['Dashboard', 'Chat']));
    press('ArrowDown');
    answer([{ label: 'Late', icon: 'widgets' }]);
    await vi.waitFor(() => expect(results()).toEqual(['Dashboard', 'Chat', 'Late']));
    expect(find('[aria-selected="true"]').textContent).toContain('Chat');
    remove();
  });

  it('says when nothing is found, and then chooses nothing', async () => {
    press('k', { ctrlKey: true }, document);
    const input = find<HTMLInputElement>('.palette-input');
    input.value = 'zzz';
    input.dispatchEvent(new InputEvent('input'));
    await vi.waitFor(() => expect(find('.palette-results').textContent).toBe('Nothing found.'));
    press('Enter');
    expect(document.querySelector('dialog.palette')).not.toBeNull();
  });

  it('puts what begins with the words first, and each thing once', () => {
    const entries = ['Dashboard', 'Task Board', 'Board', 'Board'].map((label) => ({ label, icon: 'widgets' }));
    expect(ranked(entries, 'board').map(({ label }) => label)).toEqual(['Board', 'Task Board', 'Dashboard']);
  });

  it('shows what it has when one source fails', async () => {
    const remove = addPaletteSource(() => Promise.reject(new Error('down')));
    press('k', { metaKey: true }, document);
    await vi.waitFor(() => expect(results()).toEqual(['Dashboard', 'Chat']));
    remove();
  });
});

describe('a toast', () => {
  it('is text, never HTML, and goes when it is closed', () => {
    toast('<b>Hello</b>');
    expect(find('.toast-text').textContent).toBe('<b>Hello</b>');
    find('.toast [aria-label="Close"]').click();
    expect(document.querySelector('.toast')).toBeNull();
  });

  it('offers a way back', () => {
    const run = vi.fn();
    toast('Removed', { action: { label: 'Undo', run } });
    find('.toast .button').click();
    expect(run).toHaveBeenCalledOnce();
    expect(document.querySelector('.toast')).toBeNull();
  });

  it('goes by itself, but not an error, and not while someone points at it', () => {
    vi.useFakeTimers();
    toast('Saved');
    toast('Failed', { kind: 'error' });
    find('.toast').dispatchEvent(new PointerEvent('pointerenter'));
    vi.advanceTimersByTime(60_000);
    expect(document.querySelectorAll('.toast')).toHaveLength(2);
    find('.toast').dispatchEvent(new PointerEvent('pointerleave'));
    vi.advanceTimersByTime(60_000);
    expect([...document.querySelectorAll('.toast-text')].map(({ textContent }) => textContent)).toEqual(['Failed']);
    vi.useRealTimers();
  });

  it('lies above an open dialog', () => {
    toast('Before', { kind: 'error' });
    const { close } = openDialog({ title: 'Dialog', kind: 'drawer' });
    toast('Above', { kind: 'error' });
    for (const element of document.querySelectorAll('.toast [aria-label="Close"]')) expect(seen(element)).toBe(true);
    close();
  });

  it('can be pressed above a dialog, and outlives it', async () => {
    const run = vi.fn();
    const { close, closed } = openDialog({ title: 'Dialog' });
    toast('Removed', { action: { label: 'Undo', run } });
    expect(find('.toast').closest('dialog')).not.toBeNull(); // all else is inert
    close();
    await closed;
    expect(seen(find('.toast .button'))).toBe(true);
    find('.toast .button').click();
    expect(run).toHaveBeenCalledOnce();
  });
});

describe('a question', () => {
  it('writes out letters of a title that hide or turn it', () => {
    const { header, close } = openDialog({ title: 'Add Sys\u200btem\u202e to…' });
    expect(header.querySelector('h2')!.textContent).toBe('Add Sys\\u200btem\\u202e to…');
    close();
  });

  it('is answered by its buttons', async () => {
    const agreed = confirm({ title: 'Sure?', confirmLabel: 'Delete', destructive: true });
    expect(document.activeElement?.textContent).toBe('Cancel');
    find('dialog [data-variant="destructive"]').click();
    expect(await agreed).toBe(true);
    const refused = confirm({ title: 'Sure?' });
    find('dialog [data-variant="secondary"]').click();
    expect(await refused).toBe(false);
  });

  it('is answered with no by every other way out', async () => {
    const answer = confirm({ title: 'Sure?' });
    find<HTMLDialogElement>('dialog').close();
    expect(await answer).toBe(false);
    expect(document.querySelector('dialog')).toBeNull();
  });
});

it('says that the connection is away only when it stays away', () => {
  vi.useFakeTimers();
  let ends: (event: { code: number }) => void = () => undefined;
  const openSocket = (): WebSocket => {
    const socket = { close: () => undefined, send: () => undefined } as unknown as WebSocket;
    queueMicrotask(() => (ends = (event) => socket.onclose?.(event as CloseEvent)));
    return socket;
  };
  const client = new LiveClient({ url: 'ws://x', openSocket, minDelay: 60_000, maxDelay: 60_000 });
  showConnection(client, 2_000);
  client.connect();
  ends({ code: 1006 });
  vi.advanceTimersByTime(1_000);
  expect(find('#connection').checkVisibility()).toBe(false);
  vi.advanceTimersByTime(2_000);
  expect(find('#connection').checkVisibility()).toBe(true);
  expect(find('#connection').textContent).toBe('Reconnecting…');
  client.close();
  vi.useRealTimers();
});
