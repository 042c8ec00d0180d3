/** Sandbox: the widget's side of the bridge, `window.WidgetBridge`. No DOM here, and no dependency. */
import { Link } from './link.ts';
import type { Port } from './link.ts';
import type { Address } from './protocol.ts';

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

export interface WidgetSide {
  bridge: WidgetBridge;
  /** The port that the page handed over: what was asked until now is sent. */
  connect(port: Port): void;
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

export function createWidgetSide(config: WidgetConfig, tell: Tell, now?: () => number): WidgetSide {
  const { channelId, widgetId, instanceId } = config;
  const permissions = Object.freeze([...config.permissions]);
  const hear = (method: string, params: Record<string, unknown>): void => {
    if (Object.hasOwn(HEARD, method)) tell(HEARD[method]!, params);
  };
  const link = new Link({ channelId, widgetId }, hear, now);
  const request = <Result>(method: string, params: object = {}): Promise<Result> => link.request<Result>(method, params);

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
    ready: () => link.ready(),
  };
  return {
    bridge: Object.freeze(bridge),
    connect: (port) => link.connect(port),
    report: (method, params) => link.report(method, params),
  };
}
