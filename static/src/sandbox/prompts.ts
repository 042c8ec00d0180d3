/** Sandbox: asks the person before a widget writes: one dialog at a time, made by the page, above everything. */
import { locale, t, tn } from '../i18n.ts';
import { permissionIcon, permissionWords } from '../panels/permissions.ts';
import { openDialog } from '../shell/dialogs.ts';
import { plain } from '../texts.ts';
import type { Question } from './methods.ts';
import { turns } from './queue.ts';
import type { TurnQueue } from './queue.ts';
import type { Level } from './server.ts';
import { argumentText, nameOf, questionWords, sourceWords, subjectWords } from './words.ts';

/** Who asks, as the page itself knows it. */
export interface Asker {
  /** The widget's name, the title of its place, where it came from, and which version of it runs. */
  name: string;
  label: string;
  source: string;
  version: string;
  hash: string;
}

/** Pixels. */
const WIDTH = 560;
/** Milliseconds in which no press counts: it was meant for what was there before. */
const ARMING = 500;

let shown = 0;
const watchers = new Set<() => void>();

/** Whether a question is on the screen. */
export function isAsking(): boolean {
  return shown > 0;
}

/** Calls back when a question appears or goes, until the returned function is called. */
export function watchAsking(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

function count(change: 1 | -1): void {
  shown += change;
  for (const watcher of [...watchers]) watcher();
}

/** Resolves with the answer to the question; every way out that is none is a Deny. Rejects when `signal` aborts. */
export async function askPerson(
  asker: Asker,
  question: Question,
  signal: AbortSignal,
  queue: TurnQueue = turns,
): Promise<Level> {
  signal.throwIfAborted();
  count(1);
  const name = nameOf(asker.name);
  const title = questionWords(question.method, name);
  const { dialog, body, header, close, closed } = openDialog({ title, width: WIDTH });
  let level: Level = 'deny';
  const answer = (chosen: Level): void => {
    level = chosen;
    close();
  };
  dialog.classList.add('permission-prompt');
  dialog.setAttribute('role', 'alertdialog');
  header.querySelector('.icon-button')?.setAttribute('aria-label', t('Close: deny'));
  const [asking, wanted] = [who(asker, name), facts(question)];
  [asking.id, wanted.id] = ['permission-who', 'permission-facts'];
  dialog.setAttribute('aria-describedby', `${asking.id} ${wanted.id}`);
  body.append(asking, wanted, exactly(question), lasting());
  const waiting = document.createElement('p');
  waiting.className = 'caption permission-waiting';
  waiting.setAttribute('role', 'status');
  const { footer, deny } = buttons(answer);
  dialog.append(footer);
  footer.prepend(waiting);
  const tellWaiting = (): void => {
    const { waiting: more } = queue;
    waiting.textContent = more > 0 ? tn('{count} more question waits', '{count} more questions wait', more) : '';
    waiting.hidden = more === 0;
  };
  tellWaiting();
  const endings = [queue.watch(tellWaiting), guard(dialog)];
  signal.addEventListener('abort', close, { once: true });
  deny.focus();
  try {
    await closed;
  } finally {
    signal.removeEventListener('abort', close);
    for (const end of endings) end();
    count(-1);
  }
  signal.throwIfAborted();
  return level;
}

/**
 * Presses count only once the dialog has stood a moment in a window that had the focus all that time. What counts is
 * when a press begins: it brings the focus back itself where a frame had taken it.
 */
function guard(dialog: HTMLDialogElement): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let hasBegun = false;
  const isArmed = (): boolean => !('arming' in dialog.dataset);
  const arm = (event?: Event): void => {
    clearTimeout(timer);
    if (event?.type === 'blur') hasBegun = false;
    dialog.dataset['arming'] = '';
    timer = setTimeout(() => delete dialog.dataset['arming'], ARMING);
  };
  const stop = (event: Event): void => {
    event.stopImmediatePropagation();
    event.preventDefault();
  };
  const begin = (event: Event): void => {
    hasBegun = isArmed();
    if (event.target === dialog) stop(event); // outside: neither a yes nor a no
  };
  const hold = (event: Event): void => {
    if (!hasBegun && !isArmed()) stop(event);
    hasBegun = false;
  };
  dialog.addEventListener('pointerdown', begin, true);
  dialog.addEventListener('click', hold, true);
  for (const type of ['focus', 'blur'] as const) window.addEventListener(type, arm);
  document.addEventListener('visibilitychange', arm);
  arm();
  return () => {
    clearTimeout(timer);
    for (const type of ['focus', 'blur'] as const) window.removeEventListener(type, arm);
    document.removeEventListener('visibilitychange', arm);
  };
}

/** What tells the place from others of the same widget: "B" of "Weather B". */
function placeOf(label: string, name: string): string {
  if (label === name) return '';
  return label.startsWith(`${name} `) ? label.slice(name.length + 1) : label;
}

function who({ label, source, version, hash }: Asker, shownName: string): HTMLElement {
  const place = placeOf(nameOf(label), shownName);
  const which = version ? [t('version {version}', { version: plain(version).slice(0, 40) })] : [];
  const heading = element('div', 'permission-who-name', [element('bdi', '', [shownName])]);
  if (label && place) heading.append(element('bdi', 'badge', [place]));
  const line = element('div', 'caption', [element('bdi', '', [[sourceWords(source), ...which].join(' · ')])]);
  if (hash) line.append(' · ', element('code', 'permission-hash', [hash.slice(0, 12)]));
  const text = element('div', 'permission-who-text', [heading, line]);
  return element('div', 'permission-who', [tile('widgets', 'accent'), text]);
}

function facts({ permission, method, subject }: Question): HTMLElement {
  const list = element('dl', 'permission-facts');
  const row = (term: string, ...value: (Node | string)[]): void => {
    list.append(element('dt', '', [term]), element('dd', '', value));
  };
  row(t('Wants to'), icon(permissionIcon(permission)), permissionWords(permission));
  if (subject) row(subjectWords(method), element('bdi', '', [plain(subject).slice(0, 200)]));
  row(t('Method'), element('code', '', [method]));
  return list;
}

/** All of it, however long: it scrolls, by the keyboard too. Each argument stands under its name. */
function exactly({ params }: Question): HTMLElement {
  const sent = Object.entries(params).map(([name, value]) => ({ name: plain(name), value, text: argumentText(value) }));
  const list = sent.length > 0 ? element('dl', '', sent.flatMap(argument)) : t('Nothing');
  const region = element('div', 'permission-arguments', [list]);
  region.tabIndex = 0;
  region.setAttribute('role', 'region');
  region.setAttribute('aria-label', t('What it would send'));
  const length = sent.reduce((sum, { text }) => sum + text.length, 0);
  const size = t('{count} characters', { count: length.toLocaleString(locale()) });
  const heading = element('div', 'permission-arguments-head', [t('Exactly this'), element('span', 'caption', [size])]);
  return element('div', 'permission-exactly', [heading, region]);
}

/** A text is set apart from JSON that reads like it: `true` is no text, and a text may say so. */
function argument({ name, value, text }: { name: string; value: unknown; text: string }): HTMLElement[] {
  const isText = typeof value === 'string';
  const shown = element('pre', '', [text]);
  shown.dataset['kind'] = isText ? 'text' : 'json';
  const kind = isText && text ? t('text') : isText ? t('empty text') : t('JSON');
  const term = element('dt', '', [element('code', '', [name]), ' ', element('span', 'caption', [kind])]);
  return [term, element('dd', '', [shown])];
}

function lasting(): HTMLElement {
  const until = t('until you take it back under “Permissions and network”, or the widget wants more');
  return element('p', 'caption', [t('“Always” holds for this place of the widget {until}.', { until })]);
}

function buttons(answer: (level: Level) => void): { footer: HTMLElement; deny: HTMLButtonElement } {
  const button = (label: string, variant: string, level: Level): HTMLButtonElement => {
    const made = element('button', 'button', [label]) as HTMLButtonElement;
    made.type = 'button';
    made.dataset['variant'] = variant;
    made.addEventListener('click', () => answer(level));
    return made;
  };
  const deny = button(t('Deny'), 'secondary', 'deny');
  const never = button(t('Always deny'), 'ghost', 'never');
  const always = button(t('Always allow'), 'secondary', 'always');
  const once = button(t('Allow once'), 'primary', 'once');
  return { footer: element('div', 'dialog-footer permission-choices', [never, deny, always, once]), deny };
}

function tile(name: string, tone: string): HTMLElement {
  const made = element('span', 'tile', [icon(name)]);
  made.dataset['tone'] = tone;
  made.setAttribute('aria-hidden', 'true');
  return made;
}

function icon(name: string): HTMLElement {
  const made = document.createElement('wa-icon');
  made.setAttribute('name', name);
  made.setAttribute('aria-hidden', 'true');
  return made;
}

function element(tag: string, className: string, children: (Node | string)[] = []): HTMLElement {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...children);
  return made;
}
