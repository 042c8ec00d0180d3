/** Sessions: the dialogs of a conversation that were pushed: each is opened once, and closed when it goes. */
import { toast } from '../shell/toasts.ts';
import type { OpenDialog } from '../shell/dialogs.ts';
import { openPushed } from './modals.ts';
import type { WidgetSession } from './session.ts';
import { apps } from './apps.ts';
import type { Mounted } from './shapes.ts';

/** Sessions that are looked after already, with how many do. */
const looked = new Map<WidgetSession, { users: number; end: () => void }>();

/** Shows the pushed dialogs of a session until the returned function is called. */
export function showPushed(session: WidgetSession): () => void {
  const entry = looked.get(session) ?? { users: 0, end: begin(session) };
  looked.set(session, entry);
  entry.users += 1;
  return () => {
    if ((entry.users -= 1) > 0) return;
    looked.delete(session);
    entry.end();
  };
}

function begin(session: WidgetSession): () => void {
  const open = new Map<string, OpenDialog | undefined>();
  const look = (): void => {
    const wanted = new Map(session.widgets.filter(({ zone }) => zone === 'modals').map((widget) => [nameOf(widget), widget]));
    for (const [name, dialog] of open) {
      if (wanted.has(name)) continue;
      open.delete(name);
      dialog?.close();
    }
    for (const [name, widget] of wanted) if (!open.has(name)) void bring(name, widget);
  };
  const bring = async (name: string, widget: Mounted): Promise<void> => {
    open.set(name, undefined);
    const width = await widthOf(widget);
    if (!open.has(name)) return; // it went meanwhile
    const dialog = openPushed(session.widget(widget.widget_id, widget.app) ?? widget, session, width);
    open.set(name, dialog);
    await dialog.closed;
    if (open.get(name) !== dialog) return;
    session.close(widget.widget_id, widget.app).catch((error: unknown) => {
      open.delete(name);
      toast(error instanceof Error ? error.message : String(error), { kind: 'error' });
    });
  };
  const leave = session.watch(look);
  look();
  return () => {
    leave();
    const dialogs = [...open.values()];
    open.clear(); // what this page no longer shows stays open in the conversation
    for (const dialog of dialogs) dialog?.close();
  };
}

function nameOf({ app, widget_id: id }: Mounted): string {
  return `${app ?? ''} ${id}`;
}

/** A declared dialog has the width its author gave it. */
async function widthOf({ app, ref }: Mounted): Promise<number | undefined> {
  if (app === null || ref === null) return undefined;
  const widgets = await apps.widgets(app).catch(() => undefined);
  const name = ref.replace(/^modals\./, '');
  return widgets && Object.hasOwn(widgets.modals, name) ? widgets.modals[name]!.width : undefined;
}
