/** Chat: what every page does before a chat is open: Ctrl/Cmd-J, words handed over, entries of the palette, the count of what is new. */
import { t } from '../i18n.ts';
import { dockIsOpen, setDock } from '../shell/dock.ts';
import { addPaletteSource, matches } from '../shell/palette.ts';
import type { PaletteEntry } from '../shell/palette.ts';
import { knownWidgets } from './commands.ts';
import type { Place } from './commands.ts';
import { compose, listenForCompositions } from './compose.ts';
import { startables } from './plugin_server.ts';
import { titleOf } from './people.ts';
import { server } from './server.ts';
import { startUnread } from './unread.ts';

/** Entries of one kind; fewer while nothing has been typed. */
const MOST = 12;
const MOST_AT_FIRST = 4;
const FIELD = '.chat-composer textarea';

/** Starts it; calling it twice is calling it once. */
export function startChat(): void {
  if (document.documentElement.dataset['chat'] === 'started') return;
  document.documentElement.dataset['chat'] = 'started';
  listenForCompositions();
  startUnread();
  document.addEventListener('keydown', onKey);
  addPaletteSource(panels);
  addPaletteSource(intents);
  addPaletteSource(conversations);
  addPaletteSource(tools);
}

/** Opens the chat of this page and puts the words into its message field. */
export function writeInChat(text: string): void {
  setDock(true);
  compose({ text, send: false });
}

function onKey(event: KeyboardEvent): void {
  if (event.key.toLowerCase() !== 'j' || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
  if (document.querySelector('dialog[open]')) return;
  event.preventDefault();
  const dock = document.getElementById('dock');
  if (dock && dockIsOpen() && dock.contains(document.activeElement)) setDock(false);
  else if (dock && !dockIsOpen()) void openDock();
  else focusField();
}

/** The first time the chat has to be fetched before there is a field. */
async function openDock(): Promise<void> {
  setDock(true);
  await customElements.whenDefined('chat-dock');
  requestAnimationFrame(focusField);
}

function focusField(): void {
  document.querySelector<HTMLElement>(FIELD)?.focus();
}

function few(entries: PaletteEntry[], query: string): PaletteEntry[] {
  return entries.slice(0, query === '' ? MOST_AT_FIRST : MOST);
}

async function panels(query: string): Promise<PaletteEntry[]> {
  const { places } = await knownWidgets();
  const found = places.filter(({ title }) => matches(title, query));
  return few(
    found.map((place) => ({ label: place.title, icon: 'dashboard', hint: t('Panel'), run: () => openPanel(place) })),
    query,
  );
}

/** A panel is shown by the page where it can do that, else by its dashboard. */
function openPanel({ panel_id: id, workspace_id: workspace }: Place): void {
  const event = new CustomEvent('panel:open', { detail: { panel_id: id }, cancelable: true });
  if (!window.dispatchEvent(event)) return;
  location.assign(`/dashboard/${encodeURIComponent(workspace)}/?panel=${encodeURIComponent(id)}`);
}

async function intents(query: string): Promise<PaletteEntry[]> {
  const { speakers } = await knownWidgets();
  const mayWrite = document.body.dataset['role'] !== 'viewer';
  const entries = speakers.flatMap(({ name, commands }) =>
    commands
      .filter(({ permission, examples }) => examples[0] !== undefined && (mayWrite || permission === 'read'))
      .filter((command) => matches(`${name} ${command.name} ${command.description} ${command.examples.join(' ')}`, query))
      .map(({ examples }) => ({ label: examples[0]!, icon: 'chat', hint: name, run: () => writeInChat(examples[0]!) })),
  );
  return few(entries, query);
}

async function tools(query: string): Promise<PaletteEntry[]> {
  if (query === '') return [];
  const found = (await startables()).filter(({ name, tool, description }) => matches(`${name} ${tool} ${description}`, query));
  return few(
    found.map(({ name, kind }) => ({
      label: kind === 'tool' ? t('Run {name}', { name }) : t('With {name}', { name }),
      icon: 'extension',
      hint: kind === 'tool' ? t('Tool') : t('Skill'),
      run: () => writeInChat(`/${name}`),
    })),
    query,
  );
}

async function conversations(query: string, signal: AbortSignal): Promise<PaletteEntry[]> {
  if (query === '') return [];
  const found = await server.conversations(query, signal);
  return found.conversations.slice(0, MOST_AT_FIRST).map((one) => ({
    label: titleOf(one),
    icon: 'forum',
    hint: t('Conversation'),
    url: `/chat/${one.id}/`,
  }));
}
