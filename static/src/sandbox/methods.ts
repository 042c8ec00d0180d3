/** Sandbox: what each method of the bridge does: what reaches the server, and when the person is asked. No DOM here. */
import { newKey } from '../api.ts';
import type { Control } from './host.ts';
import { BridgeError } from './protocol.ts';
import type { TurnQueue } from './queue.ts';
import type { Context, Level, Server } from './server.ts';

type Params = Record<string, unknown>;

/** The place of a widget that a mount shows. */
export interface Place {
  instanceId: string;
  permissions: readonly string[];
}

/** What a person is asked. */
export interface Question {
  permission: string;
  method: string;
  params: Params;
  /** What it is about in the server's words, such as the title of a note. */
  subject: string;
}

export type ToastKind = 'info' | 'success' | 'warning' | 'error';

/** What the page around does. */
export interface Page {
  /** Shows a question and waits for the answer; rejects with the signal's reason. */
  ask(question: Question, signal: AbortSignal): Promise<Level>;
  toast(message: string, kind: ToastKind): void;
  resize(size: { width?: number; height?: number }): void;
  showPanel(panelId: string): void;
  closePanel(panelId: string): void;
  context(method: string): Context;
  /** Makes the conversation that a message would begin. */
  openConversation(): Promise<string>;
  /** A message of the widget stands in the chat now. */
  sent(): void;
}

/** A method and the permission that a manifest must declare for it; '' for none. */
export const METHODS: Readonly<Record<string, string>> = {
  'workspace.getPanels': 'read:workspace',
  'workspace.getActivePanel': 'read:workspace',
  'workspace.openPanel': 'write:workspace',
  'workspace.closePanel': 'write:workspace',
  'notes.getCurrentNote': 'read:notes',
  'notes.getNote': 'read:notes',
  'notes.updateNote': 'write:notes',
  'chat.sendMessage': 'write:chat',
  'network.fetch': 'network:fetch',
  'storage.get': '',
  'storage.set': '',
  'ui.showToast': '',
  'ui.requestResize': '',
};

const READS: ReadonlySet<string> = new Set([
  'workspace.getPanels',
  'workspace.getActivePanel',
  'notes.getCurrentNote',
  'notes.getNote',
  'storage.get',
]);
/** Whether doing it twice is the same as doing it once: then it needs no key. */
function isRead(method: string, { method: verb = 'GET' }: Params): boolean {
  return READS.has(method) || (method === 'network.fetch' && ['GET', 'HEAD'].includes(String(verb).toUpperCase()));
}

const TOAST_KINDS: readonly string[] = ['info', 'success', 'warning', 'error'] satisfies ToastKind[];
const MOST_TOAST = 300;
const MOST_PIXELS = 10_000;
/** Milliseconds for which a Deny answers the same wish of the same mount. */
const DENIED_FOR = 10_000;

/** One request of the widget. A write has a key, so that it is done once. */
interface Request {
  method: string;
  params: Params;
  permission: string;
  control: Control;
  key: string;
}

/** Does what one mount asks for. */
export interface Caller {
  /** Whether the person is being asked, or will be. */
  readonly isAsking: boolean;
  /** Rejects with BridgeError or ApiError. */
  run(method: string, params: Params, control: Control): Promise<unknown>;
}

export class Calls implements Caller {
  readonly #denied = new Map<string, number>();
  #questions = 0;

  constructor(
    private readonly place: Place,
    private readonly server: Server,
    private readonly page: Page,
    private readonly queue: TurnQueue,
  ) {}

  /** Whether the person is being asked, or will be. */
  get isAsking(): boolean {
    return this.#questions > 0;
  }

  /** Does what a widget asks. Rejects with BridgeError or ApiError. */
  async run(method: string, params: Params, control: Control): Promise<unknown> {
    const permission = Object.hasOwn(METHODS, method) ? METHODS[method]! : '';
    if (permission && !this.place.permissions.includes(permission)) {
      const message = `${method} needs the permission ${permission}, which the manifest does not declare.`;
      throw new BridgeError('PERMISSION_NOT_DECLARED', message);
    }
    if (method === 'ui.showToast') return this.#toast(params);
    if (method === 'ui.requestResize') return this.#resize(params);
    const key = isRead(method, params) ? '' : newKey();
    const result = await this.#ask({ method, params, permission, control, key });
    this.#follow(method, params);
    return result;
  }

  /** Calls the server; where the person has to say yes, asks and calls again. */
  async #ask(request: Request): Promise<unknown> {
    // While the person is being asked about this permission, nothing else may slip in under the answer.
    const isAsked = request.permission.startsWith('write:') && this.queue.isBusy(this.#topic(request));
    if (isAsked) return this.#inTurn(request);
    try {
      return await this.#call(request);
    } catch (error) {
      if (codeOf(error) !== 'PERMISSION_REQUIRED') throw error;
      return this.#inTurn({ ...request, permission: permissionOf(error) || request.permission }, error);
    }
  }

  /** What an answer is about. */
  #topic({ permission }: Request): string {
    return `${this.place.instanceId} ${permission}`;
  }

  /** Waits until nobody else asks. `refusal` is the server's, if it has been asked. */
  async #inTurn(request: Request, refusal?: unknown): Promise<unknown> {
    const { permission, control, key } = request;
    this.#refuseDenied(permission);
    control.asking(true);
    this.#questions += 1;
    try {
      return await this.queue.take({ owner: this, key: this.#topic(request) }, control.signal, async (hasWaited) => {
        this.#refuseDenied(permission);
        if (!hasWaited && refusal) return this.#decide(request, refusal);
        try {
          return await this.#call(request, `${key}.w`); // the answer before this one may hold for it, too
        } catch (error) {
          if (codeOf(error) !== 'PERMISSION_REQUIRED') throw error;
          return this.#decide(request, error);
        }
      });
    } finally {
      this.#questions -= 1;
      control.asking(false);
    }
  }

  async #decide(request: Request, refusal: unknown): Promise<unknown> {
    const { permission, method, params, control, key } = request;
    const { instanceId } = this.place;
    const level = await this.page.ask({ permission, method, params, subject: subjectOf(refusal) }, control.signal);
    const decided = this.server.decide({ instanceId, permission, level, method, params });
    if (level === 'deny' || level === 'never') {
      this.#denied.set(permission, Date.now() + DENIED_FOR);
      decided.catch(() => undefined); // refused is refused, whether the server has heard of it or not
      throw denied(permission);
    }
    await decided;
    return this.#call(request, `${key}.1`);
  }

  async #call({ method, params, control, key }: Request, writeKey = key): Promise<unknown> {
    const { instanceId } = this.place;
    const call = (context: Context, ending = ''): Promise<unknown> =>
      this.server.call({ instanceId, method, params, context }, key && `${writeKey}${ending}`, control.signal);
    try {
      return await call(this.page.context(method));
    } catch (error) {
      if (codeOf(error) !== 'NO_CONVERSATION') throw error;
      const conversationId = await this.page.openConversation();
      return call({ ...this.page.context(method), conversationId }, '.c');
    }
  }

  #refuseDenied(permission: string): void {
    if (Date.now() < (this.#denied.get(permission) ?? 0)) throw denied(permission);
  }

  /** What the page does once the server has said yes. */
  #follow(method: string, { panelId }: Params): void {
    if (method === 'workspace.openPanel') this.page.showPanel(String(panelId));
    else if (method === 'workspace.closePanel') this.page.closePanel(String(panelId));
    else if (method === 'chat.sendMessage') this.page.sent();
  }

  #toast({ message, type = 'info' }: Params): null {
    if (typeof message !== 'string' || message.trim() === '') throw invalid('message', 'must be a text');
    if (!TOAST_KINDS.includes(type as string)) throw invalid('type', `must be one of ${TOAST_KINDS.join(', ')}`);
    this.page.toast(message.trim().slice(0, MOST_TOAST), type as ToastKind);
    return null;
  }

  #resize({ width, height }: Params): null {
    const size = { ...pixels('width', width), ...pixels('height', height) };
    if (Object.keys(size).length === 0) throw invalid('height', 'or width must be given');
    this.page.resize(size);
    return null;
  }
}

function pixels(name: string, value: unknown): Record<string, number> {
  if (value === undefined || value === null) return {};
  if (typeof value !== 'number' || !(value > 0 && value <= MOST_PIXELS)) {
    throw invalid(name, `must be a number of pixels up to ${MOST_PIXELS}`);
  }
  return { [name]: Math.round(value) };
}

function invalid(name: string, fault: string): BridgeError {
  return new BridgeError('INVALID_PARAMS', `${name} ${fault}.`);
}

function denied(permission: string): BridgeError {
  return new BridgeError('PERMISSION_DENIED', `The person has refused ${permission}.`);
}

function codeOf(error: unknown): unknown {
  return (error as { code?: unknown } | null)?.code;
}

function detail(error: unknown, name: string): string {
  const value = (error as { details?: Record<string, unknown> } | null)?.details?.[name];
  return typeof value === 'string' ? value : '';
}

const permissionOf = (error: unknown): string => detail(error, 'permission');
const subjectOf = (error: unknown): string => detail(error, 'subject');
