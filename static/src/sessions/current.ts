/** Sessions: one `WidgetSession` per conversation and page, and which of them is the page's own now. */
import { rememberConversation, rememberedConversation } from './remembered.ts';
import { server } from './server.ts';
import { WidgetSession } from './session.ts';

const sessions = new Map<string, WidgetSession>();
/** The session whose conversation is still to be made, by the app it is for; '' for all apps. */
const unborn = new Map<string, WidgetSession>();
const watchers = new Set<() => void>();
/** What the chat of this page has open; undefined while no chat is there. */
let chosen: WidgetSession | undefined;
let own: WidgetSession | undefined;
let leaveOwn: (() => void) | undefined;

/** The session of a conversation, always the same one. */
export function sessionOf(id: string): WidgetSession {
  let session = sessions.get(id);
  if (!session || session.state === 'gone') sessions.set(id, (session = new WidgetSession(server, id)));
  return session;
}

/** The session of a conversation that the first message or touch makes; with `app`, for that app alone. */
export function newSession(app: string | null = null): WidgetSession {
  let session = unborn.get(app ?? '');
  if (!session) unborn.set(app ?? '', (session = new WidgetSession(server, undefined, app, onBorn)));
  return session;
}

function onBorn(session: WidgetSession): void {
  unborn.delete(session.app ?? '');
  sessions.set(session.id!, session);
  if (session === own && !chosen) rememberConversation(localStorage, person(), session.id);
}

/** Called by the chat of the page: this is what is open now. Undefined when the chat goes. */
export function chooseSession(session: WidgetSession | undefined): void {
  if (session === chosen) return;
  chosen = session;
  for (const watcher of [...watchers]) watcher();
}

/** The session of the conversation that is open on this page; its conversation is made when it is first needed. */
export function openSession(): WidgetSession {
  return chosen ?? ownSession();
}

/** Tells when another conversation is open, until the returned function is called. */
export function watchCurrent(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

/** Where no chat has been opened yet: the conversation it would open. What other pages open later changes nothing here. */
function ownSession(): WidgetSession {
  if (own) return own;
  const id = rememberedConversation(localStorage, person());
  const session = id === undefined ? newSession() : sessionOf(id);
  adopt(session);
  return session;
}

function adopt(session: WidgetSession): void {
  leaveOwn?.();
  own = session;
  leaveOwn = session.watch(() => {
    if (session.state !== 'gone' || session !== own) return;
    rememberConversation(localStorage, person(), undefined); // deleted: what was remembered is forgotten
    own = undefined;
    for (const watcher of [...watchers]) watcher();
  });
}

function person(): string {
  return `${document.body.dataset['signedIn'] ?? ''}:${document.body.dataset['tenant'] ?? ''}`;
}
