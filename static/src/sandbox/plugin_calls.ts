/** Sandbox: what a plugin's page may ask for: that its handler runs, and a height. No DOM here. */
import { ApiError, newKey } from '../api.ts';
import { t } from '../i18n.ts';
import type { Control } from './host.ts';
import type { Numbered } from './in_order.ts';
import { ACTION_TIME } from './limits.ts';
import type { Caller } from './methods.ts';
import { BridgeError } from './protocol.ts';

type Params = Record<string, unknown>;

export interface ActionWish {
  instanceId: string;
  actionId: string;
  payload: unknown;
  /** One for each click; a repeated request keeps it. */
  idempotencyKey: string;
}

interface Fault {
  code: string;
  message: string;
}

/** What the server answers to an action. */
export interface ActionAnswer {
  ok: boolean;
  result?: unknown;
  error?: Fault | null;
  widgetEvents: Numbered[];
  jobId?: string | null;
}

/** How the page is told that an action has ended. */
export interface ActionEnd {
  ok: boolean;
  result: unknown;
  error: Fault | null;
}

export interface PluginPlace {
  instanceId: string;
  /** Pixels. */
  maxHeight: number;
}

/** What the page around does. */
export interface PluginPage {
  act(wish: ActionWish, signal: AbortSignal): Promise<ActionAnswer>;
  /** Gives the frame what the answer brought, in its order. */
  deliver(entries: readonly Numbered[]): Promise<void>;
  /** Background work has begun. */
  began(jobId: string): void;
  resize(size: { height: number }): void;
  /** Whether the person has just pressed something. */
  isPressed(): boolean;
  /** Tells the person of what the plugin's page cannot be trusted to tell. */
  complain(message: string): void;
}

/** Milliseconds between two tries of a request that may not have arrived. */
const PAUSES = [500, 1_000, 2_000, 4_000];
const MOST_NAME = 200;
const LEAST_HEIGHT = 40;

export class PluginCalls implements Caller {
  /** No question is put to the person. */
  readonly isAsking = false;

  constructor(
    private readonly place: PluginPlace,
    private readonly page: PluginPage,
  ) {}

  /** Does what the page asks. Rejects with BridgeError; an action that fails is an answer, too. */
  async run(method: string, params: Params, { signal }: Pick<Control, 'signal'>): Promise<unknown> {
    if (method === 'plugin.action') return this.#act(params, signal);
    if (method === 'plugin.resize') return this.#resize(params);
    throw new BridgeError('UNKNOWN_METHOD', `There is no method ${method}.`);
  }

  async #act({ actionId, payload = {} }: Params, ended: AbortSignal): Promise<ActionEnd> {
    if (typeof actionId !== 'string' || actionId === '' || actionId.length > MOST_NAME) {
      return failed({ code: 'INVALID_PARAMS', message: `actionId must be a text of 1 to ${MOST_NAME} characters.` });
    }
    const wish: ActionWish = { instanceId: this.place.instanceId, actionId, payload, idempotencyKey: newKey() };
    const isPressed = this.page.isPressed();
    try {
      const answer = await this.#send(wish, AbortSignal.any([ended, AbortSignal.timeout(ACTION_TIME)]));
      if (answer.jobId) this.page.began(answer.jobId);
      await this.page.deliver(answer.widgetEvents);
      if (answer.ok) return { ok: true, result: answer.result ?? null, error: null };
      return this.#failed(answer.error ?? { code: 'FAILED', message: t('The plugin failed.') }, isPressed);
    } catch (error) {
      if (ended.aborted) throw error; // nobody is there any more to be told
      return this.#failed(faultOf(error), isPressed);
    }
  }

  /** Sends it until it is answered: with its key it is carried out once. */
  async #send(wish: ActionWish, signal: AbortSignal): Promise<ActionAnswer> {
    for (let tries = 0; ; tries += 1) {
      try {
        return await this.page.act(wish, signal);
      } catch (error) {
        if (signal.aborted || !isWorthRepeating(error, tries)) throw error;
        await pause(PAUSES[Math.min(tries, PAUSES.length - 1)]!, signal);
      }
    }
  }

  /**
   * What the handler itself refuses its page can tell; everything else nobody may have thought of. Who may only look is
   * not told so at each opening.
   */
  #failed(fault: Fault, isPressed: boolean): ActionEnd {
    const isExpected = fault.code === 'PLUGIN_ERROR' || (fault.code === 'PERMISSION_DENIED' && !isPressed);
    if (!isExpected) this.page.complain(fault.message);
    return failed(fault);
  }

  #resize({ height }: Params): null {
    if (typeof height !== 'number' || !(height > 0)) throw new BridgeError('INVALID_PARAMS', 'height must be pixels.');
    this.page.resize({ height: Math.round(Math.min(Math.max(height, LEAST_HEIGHT), this.place.maxHeight)) });
    return null;
  }
}

function failed(error: Fault): ActionEnd {
  return { ok: false, result: null, error };
}

/** A request that is still being carried out is waited for; one that did not arrive is tried again some times. */
function isWorthRepeating(error: unknown, tries: number): boolean {
  if (!(error instanceof ApiError)) return false;
  if (error.code === 'IDEMPOTENCY_RUNNING') return true;
  return ['NETWORK', 'TIMEOUT'].includes(error.code) || [502, 503, 504].includes(error.status) ? tries < PAUSES.length : false;
}

function pause(time: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, time);
    signal.addEventListener('abort', () => (clearTimeout(timer), reject(signal.reason as Error)), { once: true });
  });
}

function faultOf(error: unknown): Fault {
  if (error instanceof ApiError) return { code: error.code, message: error.message };
  if (error instanceof DOMException && error.name === 'TimeoutError') {
    return { code: 'TIMEOUT', message: t('The plugin took too long to answer.') };
  }
  return { code: 'FAILED', message: t('The action could not be sent.') };
}
