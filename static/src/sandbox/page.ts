/** Sandbox: what the page does for a widget: messages, panels, the chat, and asking the person. */
import { t } from '../i18n.ts';
import { showPanel } from '../panels/host.ts';
import { screen } from '../panels/screen.ts';
import { openSession } from '../sessions/index.ts';
import { dockIsOpen, setDock } from '../shell/dock.ts';
import { toast } from '../shell/toasts.ts';
import { plain } from '../texts.ts';
import type { Page, ToastKind } from './methods.ts';
import { askPerson, isAsking, watchAsking } from './prompts.ts';
import type { Asker } from './prompts.ts';
import type { Context } from './server.ts';
import { nameOf } from './words.ts';

/** Milliseconds. */
const TOAST_TIME = 6_000;
/** Messages of one widget that stand on the screen at once; the oldest makes room. */
const MOST_TOASTS = 3;

/** What `asker` needs of the page; `resize` is for the place that shows it. */
export function pageFor(asker: () => Asker, resize: Page['resize']): Page {
  return {
    ask: (question, signal) => askPerson(asker(), question, signal),
    toast: (message, kind) => notices.show(`${spokenName(asker())}: ${plain(message)}`, kind, asker().name),
    resize,
    showPanel,
    closePanel: (panelId) => {
      window.dispatchEvent(new CustomEvent('panel:close', { detail: { panel_id: panelId } }));
    },
    context: contextNow,
    openConversation: () => openSession().ready(),
    sent: () => sayWhereItIs(asker()),
  };
}

/** What is on the screen now. The open conversation is looked up, and so followed, only for what concerns it. */
export function contextNow(method: string): Context {
  const visible = screen.visiblePanelIds();
  const focused = screen.focusedPanelId();
  const conversationId = method.startsWith('chat.') ? openSession().id : undefined;
  return {
    ...(visible ? { visiblePanelIds: visible } : {}),
    ...(focused === undefined ? {} : { focusedPanelId: focused }),
    ...(conversationId === undefined ? {} : { conversationId }),
  };
}

/** Without an open chat nobody would see what was said there. */
function sayWhereItIs(asker: Asker): void {
  if (dockIsOpen() || !document.getElementById('dock')?.hasChildNodes()) return;
  const text = t('{widget} sent a message to the chat.', { widget: spokenName(asker) });
  notices.show(text, 'info', asker.name, { label: t('Open the chat'), run: () => setDock(true) });
}

function spokenName({ label, name }: Asker): string {
  return nameOf(label || name);
}

interface Notice {
  owner: string;
  close: () => void;
}

/** Messages of widgets. None may lie over a question to the person: those that are there go, new ones wait. */
class Notices {
  #open: Notice[] = [];
  #held: (() => void)[] = [];

  constructor() {
    watchAsking(() => {
      if (isAsking()) for (const { close } of this.#open.splice(0)) close();
      else for (const show of this.#held.splice(0)) show();
    });
  }

  show(text: string, kind: ToastKind, owner: string, action?: { label: string; run: () => void }): void {
    if (isAsking()) {
      this.#held = [...this.#held, () => this.show(text, kind, owner, action)].slice(-MOST_TOASTS);
      return;
    }
    const own = this.#open.filter((notice) => notice.owner === owner);
    if (own.length >= MOST_TOASTS) this.#drop(own[0]!);
    const notice: Notice = { owner, close: toast(text, { kind, duration: TOAST_TIME, ...(action ? { action } : {}) }) };
    this.#open.push(notice);
    setTimeout(() => (this.#open = this.#open.filter((one) => one !== notice)), 2 * TOAST_TIME);
  }

  #drop(notice: Notice): void {
    notice.close();
    this.#open = this.#open.filter((one) => one !== notice);
  }
}

const notices = new Notices();
