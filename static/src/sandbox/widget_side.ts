/** Sandbox: the widget's side of the bridge, `window.WidgetBridge`. No DOM here, and no dependency. */
import { BURST, Bucket, MOST_CHARACTERS, PER_SECOND, REQUEST_TIME } from './limits.ts';
import type { Address, Message } from './protocol.ts';

export interface WidgetConfig extends Address {
  instanceId: string;
  permissions: string[];
}

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

export interface PanelSummary {
  panelId: string;
  title: string;
  type: string;
  label: string;
  active: boolean;
  visible: boolean;
}

export interface Note {
  id: string;
  title: string;
  content: string;
  updatedAt: string;
}

export interface NetworkRequest {
  method?: string;
  headers?: Record<string, string>;
  body?: string;
}

export interface NetworkAnswer {
  ok: boolean;
  status: number;
  url: string;
  contentType: string;
  body: string;
  encoding: 'text' | 'base64';
}

/** What a widget's script finds as `window.WidgetBridge`. Everything asked is answered once; a refusal has a `code`. */
export interface WidgetBridge {
  readonly widgetId: string;
  readonly channelId: string;
  readonly instanceId: string;
  readonly permissions: readonly string[];
  request(method: string, params?: object): Promise<Json>;
  readonly workspace: {
    getPanels(): Promise<PanelSummary[]>;
    getActivePanel(): Promise<PanelSummary | null>;
    openPanel(panelId: string): Promise<Json>;
    closePanel(panelId: string): Promise<Json>;
  };
  readonly notes: {
    getCurrentNote(): Promise<Note | null>;
    getNote(noteId: string): Promise<Note>;
    updateNote(noteId: string, content: string): Promise<Note>;
  };
  readonly chat: { sendMessage(text: string): Promise<Json> };
  readonly network: { fetch(url: string, options?: NetworkRequest): Promise<NetworkAnswer> };
  readonly ui: {
    showToast(message: string, type?: 'info' | 'success' | 'warning' | 'error'): Promise<Json>;
    requestResize(width: number | null, height: number | null): Promise<Json>;
  };
  readonly storage: { get(key: string): Promise<Json>; set(key: string, value: unknown): Promise<Json> };
  ready(): void;
}

/** How an event of the page reaches the script: its name and what it holds. */
export type Tell = (name: string, detail: Record<string, unknown>) => void;

/** What comes over the port: the page's, which is trusted here. */
interface Heard {
  type: 'response' | 'event';
  id: string;
  method: string;
  params: Record<string, unknown>;
  result?: unknown;
  error?: { code: string; message: string };
}

interface Waiting {
  resolve: (result: never) => void;
  reject: (error: Error) => void;
  timer: ReturnType<typeof setTimeout> | undefined;
}

export interface WidgetSide {
  bridge: WidgetBridge;
  /** The port that the page handed over: what was asked until now is sent. */
  connect(port: Pick<MessagePort, 'postMessage' | 'onmessage'>): void;
  /** Tells the page of something; at most ten of each kind. */
  report(method: 'error' | 'blocked', params: Record<string, string>): void;
}

/** Names of the page's events as the script hears them. */
const HEARD: Record<string, string> = {
  init: 'widget:init',
  theme: 'widget:theme',
  resize: 'widget:resize',
  config: 'widget:config',
  suspend: 'widget:suspend',
  panels: 'workspace:update',
};
const MOST_REPORTS = 10;
/** Kept back of what the page lets through, for what the bridge itself has to say. */
const RESERVE = 5;

function failure(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}

export function createWidgetSide(config: WidgetConfig, tell: Tell, now = (): number => performance.now()): WidgetSide {
  const { channelId, widgetId, instanceId } = config;
  const permissions = Object.freeze([...config.permissions]);
  const waiting = new Map<string, Waiting>();
  const bucket = new Bucket(now, PER_SECOND - 1, BURST - RESERVE);
  const reports = { error: 0, blocked: 0 };
  let unsent: Message[] | undefined = [];
  let port: Pick<MessagePort, 'postMessage' | 'onmessage'> | undefined;
  let asked = 0;
  let isReady = false;

  const post = (message: Message): void => void (port ? port.postMessage(message) : unsent?.push(message));
  const event = (method: string, params: Record<string, unknown> = {}): void =>
    post({ type: 'event', id: `e${(asked += 1)}`, method, params, channelId, widgetId });

  const take = (id: string): Waiting | undefined => {
    const found = waiting.get(id);
    clearTimeout(found?.timer);
    waiting.delete(id);
    return found;
  };
  const clock = (id: string, method: string): ReturnType<typeof setTimeout> =>
    setTimeout(() => take(id)?.reject(failure('TIMEOUT', `${method} was not answered in time.`)), REQUEST_TIME);

  const request = <Result>(method: string, params: object = {}): Promise<Result> =>
    new Promise((resolve, reject) => {
      const id = `r${(asked += 1)}`;
      const text = JSON.stringify({ type: 'request', id, method: String(method), params, channelId, widgetId });
      if (text.length > MOST_CHARACTERS) throw failure('TOO_LARGE', `At most ${MOST_CHARACTERS} characters.`);
      if (!bucket.take()) throw failure('RATE_LIMITED', `At most ${PER_SECOND} messages per second.`);
      waiting.set(id, { resolve, reject, timer: clock(id, method) });
      post(JSON.parse(text) as Message); // plain data, whatever it was made of
    });

  const hear = (message: Heard): void => {
    const { method, params } = message;
    if (message.type === 'response') {
      const { id, error, result } = message;
      const found = take(id);
      if (error) found?.reject(failure(error.code, error.message));
      else found?.resolve(result as never);
    } else if (method === 'ping') event('pong', params);
    else if (method === 'asking' || method === 'asked') wait(String(params['id']), method === 'asked');
    else if (Object.hasOwn(HEARD, method)) tell(HEARD[method]!, params);
  };
  /** While a person is asked, the time of the request stands still. */
  const wait = (id: string, isOver: boolean): void => {
    const found = waiting.get(id);
    if (!found) return;
    clearTimeout(found.timer);
    found.timer = isOver ? clock(id, 'The request') : undefined;
  };

  const bridge: WidgetBridge = {
    widgetId,
    channelId,
    instanceId,
    permissions,
    request,
    workspace: Object.freeze({
      getPanels: () => request<PanelSummary[]>('workspace.getPanels'),
      getActivePanel: () => request<PanelSummary | null>('workspace.getActivePanel'),
      openPanel: (panelId: string) => request<Json>('workspace.openPanel', { panelId }),
      closePanel: (panelId: string) => request<Json>('workspace.closePanel', { panelId }),
    }),
    notes: Object.freeze({
      getCurrentNote: () => request<Note | null>('notes.getCurrentNote'),
      getNote: (noteId: string) => request<Note>('notes.getNote', { noteId }),
      updateNote: (noteId: string, content: string) => request<Note>('notes.updateNote', { noteId, content }),
    }),
    chat: Object.freeze({ sendMessage: (text: string) => request<Json>('chat.sendMessage', { text }) }),
    network: Object.freeze({
      fetch: (url: string, options: NetworkRequest = {}) =>
        request<NetworkAnswer>('network.fetch', { ...options, url }),
    }),
    ui: Object.freeze({
      showToast: (message: string, type = 'info') => request<Json>('ui.showToast', { message, type }),
      requestResize: (width: number | null, height: number | null) =>
        request<Json>('ui.requestResize', { width, height }),
    }),
    storage: Object.freeze({
      get: (key: string) => request<Json>('storage.get', { key }),
      set: (key: string, value: unknown) => request<Json>('storage.set', { key, value: value ?? null }),
    }),
    ready: () => {
      if (!isReady) event('ready');
      isReady = true;
    },
  };
  return {
    bridge: Object.freeze(bridge),
    connect(given) {
      port = given;
      port.onmessage = ({ data }) => hear(data as Heard);
      for (const message of unsent?.splice(0) ?? []) port.postMessage(message);
      unsent = undefined;
    },
    report(method, params) {
      if ((reports[method] += 1) <= MOST_REPORTS) event(method, params);
    },
  };
}
