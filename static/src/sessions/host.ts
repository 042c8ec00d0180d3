/** Sessions: how the controls of an app's widget reach the server, the conversation and the page. */
import { pageActions } from '../declarative/page.ts';
import { isRecord } from '../declarative/tree.ts';
import type { ActionHost, ActionRequest, NavigateTarget, UploadOptions, UploadedFile } from '../declarative/hosts.ts';
import type { BindingHost } from '../declarative/data.ts';
import type { StateValues } from '../declarative/state.ts';
import { t } from '../i18n.ts';
import { setDock } from '../shell/dock.ts';
import { toast } from '../shell/toasts.ts';
import { apps } from './apps.ts';
import { openModal } from './modals.ts';
import { appAddress, openTab } from './places.ts';
import { server } from './server.ts';
import type { Origin } from './server.ts';
import type { WidgetSession } from './session.ts';

/** The widget that acts, and where it stands. */
export interface Acting extends Origin {
  session: WidgetSession;
  ctx: Record<string, unknown>;
  /** Closes the place that the widget stands in: a dialog, a tab, the panel. */
  dismiss(): void;
}

export function sessionHost(acting: Acting): ActionHost {
  const { app, session } = acting;
  return pageActions({
    run: async (request) => {
      const id = await session.ready();
      await session.settled();
      return server.act(acting, id, request);
    },
    stateChanged: (changes, request) => changeState(acting, changes, request),
    answered: (request) => keepAnswer(acting, request),
    chat: (message, send) => sayInChat(message, send),
    openModal: (name, ctx) => void openModal({ app: ofApp(app), name, ctx, session }),
    openWorkspace: (tab, ctx) => openTab({ app: ofApp(app), tab, ctx }),
    close: (widgetId) => close(acting, widgetId),
    navigate: (target) => void navigate(app, target).catch(say),
    ...(app === null ? {} : { upload: (file: File, options: UploadOptions) => upload(app, session, file, options) }),
  });
}

export function sessionData(acting: Acting): BindingHost {
  const { session, app } = acting;
  return {
    get keptAs() {
      return `${app ?? ''} ${session.id ?? ''} ${JSON.stringify(acting.ctx)}`;
    },
    load: async (binding, signal) => {
      await session.settled(); // what the address reads of the state is there
      const answer = await server.load(acting, session.id, binding, acting.ctx, signal);
      if (session.id !== undefined && session.widget(acting.widgetId, app)?.errors[binding]) {
        void server.recover(session.id, acting, binding).catch(() => undefined); // shown again after a reload, no more
      }
      return answer;
    },
  };
}

async function changeState(acting: Acting, changes: StateValues, request: ActionRequest): Promise<void> {
  await acting.session.change(acting.app, changes, async (id) => {
    const { state } = await server.act(acting, id, { ...request, type: 'set_state', payload: { set: changes } });
    return isRecord(state) ? state : undefined;
  });
}

/** A question that was pushed keeps its answer, and the agent hears of it; one that is answered already stays as it is. */
async function keepAnswer(acting: Acting, request: ActionRequest): Promise<void> {
  const { session, app } = acting;
  const id = session.id;
  const widget = session.widget(request.widget_id, app);
  const question = request.action_id.replace(/\.(?:confirm|cancel)$/, '');
  if (id === undefined || widget?.zone !== 'inline' || Object.hasOwn(widget.answers ?? {}, question)) return;
  await session.settled();
  await server.act(acting, id, request);
}

function sayInChat(message: string, send: boolean): void {
  setDock(true);
  window.dispatchEvent(new CustomEvent('chat:compose', { detail: { text: message, send } }));
}

/** The app, or a failure that says what is missing. */
function ofApp(app: string | null): string {
  if (app === null) throw new Error(t('This widget belongs to no app.'));
  return app;
}

/** Closes the place that it stands in, or another widget of its own app. */
function close({ app, session, dismiss }: Acting, widgetId: string | undefined): void {
  if (widgetId === undefined) return dismiss();
  if (!session.widget(widgetId, app)) throw new Error(t('There is no open widget {id}.', { id: widgetId }));
  session.close(widgetId, app).catch(say);
}

function say(error: unknown): void {
  toast(error instanceof Error ? error.message : t('Something went wrong.'), { kind: 'error' });
}

async function navigate(own: string | null, { to, app, tab, ctx }: NavigateTarget): Promise<void> {
  if (to !== undefined) return location.assign(to);
  const name = app ?? ofApp(own);
  await apps.list();
  const found = apps.find(name);
  if (!found) throw new Error(t('There is no app {name} here.', { name }));
  if (tab === undefined) location.assign(appAddress(found.id));
  else openTab({ app: found.id, tab, ctx });
}

async function upload(app: string, session: WidgetSession, file: File, options: UploadOptions): Promise<UploadedFile> {
  return server.upload(app, await session.ready(), file, options);
}
