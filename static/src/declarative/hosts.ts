/** Declarative: what a page plugs in, so that the same renderer serves panels, apps and the chat. */

export type ToastKind = 'info' | 'success' | 'warning' | 'error';

/** The body of an action that the server runs, expressions already replaced by values. */
export interface ActionRequest {
  widget_id: string;
  action_id: string;
  type: string;
  payload: Record<string, unknown>;
  form: Record<string, unknown>;
  state: Record<string, unknown>;
  session_id?: string;
  idempotency_key: string;
}

/** What the server answers: an effect such as `{action: "tool_result", tool, result: {success, data, error}}`. */
export interface ActionEffect {
  action: string;
  result?: { success: boolean; data?: unknown; error?: unknown };
  [member: string]: unknown;
}

/** How a page carries out actions. A method that is left out makes its action a toast saying so. */
export interface ActionHost {
  /** Runs `tool` and `http` on the server. Rejects with ApiError when it is refused. */
  run?(request: ActionRequest, signal?: AbortSignal): Promise<ActionEffect>;
  /** Told after `set_state` was applied here, so that the session's state follows. */
  stateChanged?(changes: Record<string, unknown>, request: ActionRequest): void | Promise<void>;
  /** Told what was chosen in a `confirm` when nothing that the server runs says so. */
  answered?(request: ActionRequest): void | Promise<void>;
  /** Sends a message in the person's name, or with `send` false puts it into the message field. */
  chat?(message: string, send: boolean): void | Promise<void>;
  toast?(kind: ToastKind, text: string, seconds?: number): void;
  openUrl?(url: string): void;
  openModal?(name: string, ctx: Record<string, unknown>): void;
  openWorkspace?(tab: string, ctx: Record<string, unknown>): void;
  /** Closes this widget, or another mounted one. */
  close?(widgetId?: string): void;
  navigate?(target: NavigateTarget): void;
  copy?(text: string): Promise<void>;
  confirm?(question: ConfirmQuestion): Promise<boolean>;
  /** Sends a file to `url`, a path on this server, or to the place of the widget. Rejects when it is refused or given up. */
  upload?(file: File, options: UploadOptions): Promise<UploadedFile>;
}

export interface UploadOptions {
  url?: string;
  /** Told the share that has been sent, from 0 to 1. */
  progress(share: number): void;
  signal: AbortSignal;
}

/** A file as it stands in the value of an input. */
export interface UploadedFile {
  id: string;
  name: string;
  size: number;
  media_type: string;
  /** Path on this server that downloads it. */
  url: string;
}

/** A path on this server, or an app and a tab of it. */
export interface NavigateTarget {
  to?: string;
  app?: string;
  tab?: string;
  ctx: Record<string, unknown>;
}

export interface ConfirmQuestion {
  title: string;
  text?: string;
  confirmLabel: string;
  cancelLabel: string;
  destructive: boolean;
}

/** How a page loads the bindings of a widget. */
export interface DataHost {
  /** The value of a binding and the HTTP status it came with. Rejects when it cannot be had. */
  load(binding: string, signal: AbortSignal): Promise<{ value: unknown; status: number }>;
}
