/** Sessions: dialogs that an app declares, and those that were pushed into the conversation. */
import { firstFocusable } from '../declarative/focus.ts';
import { t } from '../i18n.ts';
import { openDialog } from '../shell/dialogs.ts';
import type { OpenDialog } from '../shell/dialogs.ts';
import { toast } from '../shell/toasts.ts';
import type { AppWidget } from './app_widget.ts';
import { apps } from './apps.ts';
import type { WidgetSession } from './session.ts';
import type { Mounted } from './shapes.ts';
import { entryOf } from './shapes.ts';
import { titleOfKey, titleText } from './titles.ts';

export interface ModalRequest {
  app: string;
  name: string;
  ctx: Record<string, unknown>;
  session: WidgetSession;
}

/** Pixels, where the dialog does not say. */
const WIDTH = 560;

/** Opens a dialog that the app declares. Rejects with what is wrong when there is none of that name. */
export async function openModal({ app, name, ctx, session }: ModalRequest): Promise<OpenDialog | undefined> {
  const key = `modals.${name}`;
  try {
    const entry = entryOf(await apps.widgets(app), key);
    if (!entry) throw new Error(t('The app has no dialog {name}.', { name }));
    const title = titleText(entry.title ?? titleOfKey(key), { ctx, state: session.stateOf(app) });
    return show(title, entry.width, entry.accent, { appId: app, widgetKey: key, entry, ctx, session });
  } catch (error) {
    toast(error instanceof Error ? error.message : t('The dialog could not be opened.'), { kind: 'error' });
    return undefined;
  }
}

/** Opens a dialog with a pushed widget. */
export function openPushed(mounted: Mounted, session: WidgetSession, width?: number): OpenDialog {
  const { app, title, ref, ctx } = mounted;
  const words = titleText(title, { ctx, state: session.stateOf(app) }) || (ref ? titleOfKey(ref) : t('Dialog'));
  return show(words, width, undefined, { appId: app, mounted, session });
}

function show(title: string, width: number | undefined, accent: string | undefined, properties: Partial<AppWidget>): OpenDialog {
  const opened = openDialog({ title, width: Math.min(Math.max(width ?? WIDTH, 200), 2_000) });
  opened.dialog.classList.add('widget-dialog');
  if (accent) opened.dialog.dataset['tone'] = accent;
  const widget = document.createElement('app-widget') as AppWidget;
  Object.assign(widget, properties);
  widget.addEventListener('widget-close', (event) => {
    event.preventDefault();
    event.stopPropagation();
    opened.close();
  });
  opened.body.append(widget);
  focusContent(opened);
  return opened;
}

const FIELDS = ':is(input, select, textarea):not(:disabled), [contenteditable="true"]';

/** As soon as there is something to fill in or to press, it has the focus, unless the person has moved it meanwhile. */
function focusContent({ body, closed }: OpenDialog): void {
  const start = document.activeElement;
  let frame = 0;
  const look = (): void => {
    const fields = [...body.querySelectorAll<HTMLElement>(FIELDS)].filter((field) => field.checkVisibility());
    const target = fields[0] ?? firstFocusable(body);
    if (document.activeElement !== start) observer.disconnect();
    else if (target) target.focus();
  };
  // A frame later, because elements render one in the other: the button may be there before the field.
  const observer = new MutationObserver(() => {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(look);
  });
  observer.observe(body, { childList: true, subtree: true });
  void closed.then(() => observer.disconnect());
}
