/** Sandbox: a plugin's page and the server: `window.PIE`, as seed 001 has it. No DOM here, and no dependency. */
import { ACTION_TIME, SPARE_TIME } from './limits.ts';
import { Link } from './link.ts';
import type { Port } from './link.ts';
import type { Address } from './protocol.ts';

export type Theme = 'light' | 'dark';
export type DataListener = (data: unknown) => void;
export type ThemeListener = (theme: Theme, colors: Record<string, string>) => void;

/** How an action ended. `error` is a sentence for the person; `code` says which kind of failure it was. */
export interface ActionMeta {
  actionId: string;
  ok: boolean;
  result: unknown;
  error: string | null;
  code: string | null;
}

/** What a plugin's page finds as `window.PIE`. */
export interface Pie {
  /** Data of `context.widget.show` and `update`; after each action also `{__actionMeta}`. */
  onData(listener: DataListener): void;
  /** Runs the handler. Resolves as `__actionMeta` says, also where it failed. */
  sendAction(actionId: string, payload?: unknown): Promise<ActionMeta>;
  /** Asks for a height in pixels. */
  resize(height: number): void;
  /** The page's theme now, and whenever it changes. */
  onTheme(listener: ThemeListener): void;
}

export interface PieSide {
  pie: Pie;
  connect(port: Port): void;
  report(method: 'error' | 'blocked', params: Record<string, string>): void;
  /** The document has been read. It is ready then, unless its scripts failed before anything listens to data. */
  loaded(): void;
  /** One of its scripts failed. */
  failed(): void;
}

/** What the page answers to an action. */
interface Answer {
  ok: boolean;
  result?: unknown;
  error?: { code: string; message: string } | null;
}

/** Data that is kept for a page that does not listen yet. */
const MOST_KEPT = 100;

/**
 * `wear` is told the theme before the page's own listeners; `later` runs what it gets before the browser draws next, so
 * that of many wishes for a height in a row the last one is sent; `fail` hears what a listener throws.
 */
export interface Surroundings {
  wear(dress: Record<string, unknown>): void;
  later(run: () => void): void;
  fail(error: unknown): void;
}

export function createPieSide(address: Address, around: Surroundings, now?: () => number): PieSide {
  const listeners: DataListener[] = [];
  const themeListeners: ThemeListener[] = [];
  let kept: unknown[] = [];
  let dress: { theme: Theme; colors: Record<string, string> } | undefined;
  let height: number | undefined;
  let toldHeight: number | undefined;
  let hasLoaded = false;
  let hasFailed = false;

  const safely = (run: () => void): void => {
    try {
      run();
    } catch (error) {
      around.fail(error);
    }
  };
  const deliver = (data: unknown): void => {
    if (listeners.length === 0) kept = [...kept, data].slice(-MOST_KEPT);
    else for (const listener of listeners) safely(() => listener(data));
  };
  const dressed = (given: Record<string, unknown>): void => {
    dress = { theme: given['theme'] === 'dark' ? 'dark' : 'light', colors: (given['colors'] ?? {}) as Record<string, string> };
    around.wear(given);
    for (const listener of themeListeners) tellTheme(listener);
  };
  const tellTheme = (listener: ThemeListener): void => {
    if (dress) safely(() => listener(dress!.theme, { ...dress!.colors }));
  };
  const hear = (method: string, params: Record<string, unknown>): void => {
    if (method === 'data') deliver(params['data']);
    else if ((method === 'init' || method === 'theme') && params['colors']) dressed(params);
  };
  const link = new Link(address, hear, now);

  const becomeReady = (): void => {
    if (hasLoaded && (!hasFailed || listeners.length > 0)) link.ready();
  };

  const act = async (actionId: string, payload: unknown): Promise<ActionMeta> => {
    const meta: ActionMeta = { actionId, ok: false, result: null, error: null, code: null };
    try {
      const answer = await link.request<Answer>('plugin.action', { actionId, payload }, ACTION_TIME + 2 * SPARE_TIME);
      const error = answer.ok ? null : (answer.error ?? null);
      Object.assign(meta, { ok: answer.ok, result: answer.result ?? null, error: error?.message ?? null, code: error?.code ?? null });
    } catch (error) {
      const { code = 'FAILED', message } = error as { code?: string; message: string };
      Object.assign(meta, { error: message, code });
    }
    deliver({ __actionMeta: meta });
    return meta;
  };

  const sendHeight = (): void => {
    if (height === toldHeight) return;
    toldHeight = height;
    link.request('plugin.resize', { height }).catch(() => (toldHeight = undefined));
  };

  const pie: Pie = {
    onData(listener) {
      listeners.push(listener);
      const waiting = kept;
      kept = [];
      for (const data of waiting) safely(() => listener(data));
      becomeReady();
    },
    sendAction: (actionId, payload = {}) => act(String(actionId), payload ?? {}),
    resize(wanted) {
      if (!Number.isFinite(wanted) || wanted <= 0) return;
      height = Math.ceil(wanted);
      around.later(sendHeight);
    },
    onTheme(listener) {
      themeListeners.push(listener);
      tellTheme(listener);
    },
  };
  return {
    pie: Object.freeze(pie),
    connect: (port) => link.connect(port),
    report: (method, params) => link.report(method, params),
    loaded() {
      hasLoaded = true;
      becomeReady();
    },
    failed: () => void (hasFailed = true),
  };
}
