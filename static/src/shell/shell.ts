/** Shell: what every page does: menus, palette, theme, rail, dock, toasts, the state of the connection. */
import { t } from '../i18n.ts';
import { chooseTheme, themeChoice } from '../theme/theme.ts';
import type { ThemeChoice } from '../theme/theme.ts';
import type { ConnectionState, LiveClient } from '../live/client.ts';
import { startDock } from './dock.ts';
import { startMenus } from './menu.ts';
import { startPalette } from './palette.ts';
import { startToasts } from './toasts.ts';

function showTheme(): void {
  const choice = themeChoice();
  for (const button of document.querySelectorAll<HTMLElement>('button[data-theme-choice]')) {
    button.setAttribute('aria-pressed', String(button.dataset['themeChoice'] === choice));
  }
}

function startThemes(): void {
  document.addEventListener('click', (event) => {
    const button = (event.target as Element).closest<HTMLElement>('button[data-theme-choice], [data-theme-toggle]');
    if (!button) return;
    const opposite: ThemeChoice = document.documentElement.dataset['theme'] === 'dark' ? 'light' : 'dark';
    chooseTheme((button.dataset['themeChoice'] as ThemeChoice | undefined) ?? opposite);
    showTheme();
  });
  showTheme();
}

function startRail(): void {
  const root = document.documentElement;
  const button = document.querySelector<HTMLElement>('.rail-collapse');
  const show = (): void => button?.setAttribute('aria-expanded', String(root.dataset['rail'] !== 'collapsed'));
  button?.addEventListener('click', () => {
    const collapsed = root.dataset['rail'] !== 'collapsed';
    if (collapsed) root.dataset['rail'] = 'collapsed';
    else delete root.dataset['rail'];
    localStorage.setItem('rail', collapsed ? 'collapsed' : 'open');
    show();
  });
  show();
  document.querySelector('.rail-link[aria-current="page"]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
}

/** A connection that is lost for a moment is nobody's business; one that stays away is shown in the top bar. */
export function showConnection(client: LiveClient, patience = 2_000): void {
  const sign = document.getElementById('connection');
  if (!sign) return;
  let timer: ReturnType<typeof setTimeout> | undefined;
  client.watch((state: ConnectionState) => {
    clearTimeout(timer);
    const show = (): void => {
      sign.dataset['state'] = state === 'connecting' ? 'waiting' : state;
      sign.textContent = state === 'online' ? '' : t('Reconnecting…');
    };
    if (state === 'online') show();
    else timer = setTimeout(show, patience);
  });
}

/** The keys as the reader's keyboard has them. */
function nameShortcuts(): void {
  if (!/Mac|iPhone|iPad/.test(navigator.platform)) return;
  for (const key of document.querySelectorAll('[data-palette] kbd')) key.textContent = '⌘K';
}

/** Starts the shell; call once per page. */
export function startShell(): void {
  startMenus();
  startPalette();
  startThemes();
  startRail();
  startDock();
  startToasts();
  nameShortcuts();
}
