/** Sessions: the public face. Pages import from here. */
import './app_widget.ts';

export { AppWidget } from './app_widget.ts';
export { apps } from './apps.ts';
export { newSession, openSession, sessionOf, watchCurrent } from './current.ts';
export { openModal } from './modals.ts';
export { appAddress, ctxOfAddress, openTab } from './places.ts';
export type { TabRequest } from './places.ts';
export { showPushed } from './pushed.ts';
export { server } from './server.ts';
export { WidgetSession } from './session.ts';
export { entryOf } from './shapes.ts';
export type { App, AppWidgets, Entry, EntryHead, Mounted, SessionData, Zone } from './shapes.ts';
export { titleOfKey, titleText } from './titles.ts';
