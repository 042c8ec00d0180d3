/** Declarative: the dispatcher. Client actions are done here and by the host, server ones are posted through it. */
import { newKey } from '../api.ts';
import type { FieldError } from '../api.ts';
import { t } from '../i18n.ts';
import { isLocalPath, safeUrl } from './addresses.ts';
import { evaluateDeep } from './expressions/evaluate.ts';
import type { Surroundings } from './expressions/dates.ts';
import { toText, truthy } from './expressions/values.ts';
import type { ActionHost, ActionRequest, ToastKind } from './hosts.ts';
import { applyState, changedKeys } from './state.ts';
import { sameJson } from './store.ts';
import type { Path, WidgetStore } from './store.ts';
import type { HasStore, Scope } from './scope.ts';
import { isAction, isRecord } from './tree.ts';
import type { Action } from './tree.ts';

/** Why an action failed; `errors` say which of its arguments were at fault. */
export interface Failure {
  message: string;
  code?: string;
  errors?: FieldError[];
}

/** How an action ended. A failure has been shown to the person already. */
export interface Outcome {
  ok: boolean;
  result?: unknown;
  error?: Failure;
}

/** What the dispatcher needs of a mounted widget. */
export interface ActionMount extends HasStore {
  readonly widgetId: string;
  readonly sessionId: string | undefined;
  readonly host: ActionHost;
  surroundings(): Surroundings;
  refresh(bindings?: string[]): Promise<void>;
}

type MountScope = Scope<ActionMount>;
type Arguments = Record<string, unknown>;
type Handler = (run: Run, args: Arguments) => Promise<Outcome | void> | Outcome | void;

/** Members that hold further actions: they are evaluated when their turn comes, with what is known then. */
export const NESTED: ReadonlySet<string> = new Set(['on_success', 'on_error', 'confirm_action', 'cancel_action', 'actions']);
/** How a nested action lengthens the name and the key of its click; the server takes 200 characters. */
const STEPS = { on_success: 'ok', on_error: 'err', confirm_action: 'yes', cancel_action: 'no' } as const;
const MAX_DEPTH = 20;
/** A result that is longer than this is no message to a person; its beginning is shown. */
const LONGEST_MESSAGE = 300;
const OK: Outcome = { ok: true };

/** One action in its scope. */
interface Run {
  action: Action;
  scope: MountScope;
  actionId: string;
  depth: number;
  /** Made anew for each click: the server does what it asks for once. Further actions of the click have keys made of it. */
  key: string;
  /** Something around says what failed: no message of its own. */
  quiet: boolean;
}

class ActionFailure extends Error {
  constructor(
    message: string,
    readonly code?: string,
    readonly errors?: FieldError[],
  ) {
    super(message);
  }
}

/** Does an action. `actionId` tells the server which button or form it came from. Never rejects. */
export async function dispatch(action: Action, scope: MountScope, actionId: string): Promise<Outcome> {
  return perform({ action, scope, actionId, depth: 0, key: newKey(), quiet: false });
}

async function perform(run: Run): Promise<Outcome> {
  try {
    if (run.depth > MAX_DEPTH) throw new ActionFailure(t('Actions are nested too deeply.'));
    const handler = Object.hasOwn(HANDLERS, run.action.action) ? HANDLERS[run.action.action] : undefined;
    if (!handler) throw new ActionFailure(t('This version does not know the action {name}.', { name: run.action.action }));
    return (await handler(run, resolve(run))) ?? OK;
  } catch (error) {
    return failed(run, error);
  }
}

function resolve({ action, scope }: Run): Arguments {
  const own = Object.fromEntries(Object.entries(action).filter(([name]) => name !== 'action' && !NESTED.has(name)));
  return evaluateDeep(own, (name, steps) => scope.read(name, steps), scope.mount.surroundings()) as Arguments;
}

/** Runs the nested action of that name with more in scope; nothing happens when there is none. */
async function follow(run: Run, name: keyof typeof STEPS, locals: Record<string, unknown> = {}): Promise<Outcome> {
  const nested = run.action[name];
  if (!isAction(nested)) return OK;
  const named = Object.fromEntries(Object.entries(locals).map(([local, value]) => [local, { value }]));
  const [actionId, key] = [`${run.actionId}.${STEPS[name]}`, `${run.key}.${STEPS[name]}`];
  return perform({ ...run, action: nested, scope: run.scope.with(named), depth: run.depth + 1, actionId, key });
}

async function failed(run: Run, fault: unknown): Promise<Outcome> {
  const error = faultOf(fault);
  if (isAction(run.action['on_error'])) await follow({ ...run, quiet: false }, 'on_error', { error });
  else if (!run.quiet) run.scope.mount.host.toast?.('error', error.message);
  return { ok: false, error };
}

function faultOf(fault: unknown): Failure {
  if (!(fault instanceof Error)) return { message: toText(fault) || t('The action failed.') };
  const { code, errors } = fault as { code?: unknown; errors?: unknown };
  return {
    message: fault.message || t('The action failed.'),
    ...(typeof code === 'string' ? { code } : {}),
    ...(Array.isArray(errors) && errors.length > 0 ? { errors: errors as FieldError[] } : {}),
  };
}

/** The host's method, or a failure that says what this place cannot do. */
function ability<Name extends keyof ActionHost>({ scope, action }: Run, name: Name): NonNullable<ActionHost[Name]> {
  const method = scope.mount.host[name];
  if (!method) throw new ActionFailure(t('The action {name} is not possible here.', { name: action.action }));
  return method.bind(scope.mount.host) as NonNullable<ActionHost[Name]>;
}

function requestOf(run: Run, payload: Arguments): ActionRequest {
  const { mount } = run.scope;
  const state = mount.store.get(['state']);
  return {
    widget_id: mount.widgetId,
    action_id: run.action['id'] ? toText(run.action['id']) : run.actionId,
    type: run.action.action,
    payload,
    form: run.scope.formValues(),
    state: isRecord(state) ? state : {},
    idempotency_key: run.key,
    ...(mount.sessionId === undefined ? {} : { session_id: mount.sessionId }),
  };
}

/** What the server does; it sees by that what was chosen. */
const ON_SERVER: ReadonlySet<string> = new Set(['tool', 'http', 'set_state']);

/** Tells the host what was chosen in a `confirm` where no action on the server does. Never rejects. */
export async function tellAnswer(action: unknown, scope: MountScope, actionId: string): Promise<void> {
  const last = lastOf(action);
  if (ON_SERVER.has(last.action)) return;
  const run: Run = { action: last, scope, actionId, depth: 0, key: newKey(), quiet: true };
  await Promise.resolve(scope.mount.host.answered?.(requestOf(run, {}))).catch(() => undefined);
}

/** The action itself, or the last step of a sequence; without an action the question is just closed. */
function lastOf(action: unknown): Action {
  if (!isAction(action)) return { action: 'close' };
  const steps = action.action === 'sequence' && Array.isArray(action['actions']) ? action['actions'] : [];
  return steps.length > 0 ? lastOf(steps.at(-1)) : { action: action.action };
}

/** A tool's result that is not a success is a failure like any other. */
async function onServer(run: Run, payload: Arguments): Promise<Outcome> {
  const effect = await ability(run, 'run')(requestOf(run, payload));
  const { result } = effect;
  if (result && result.success === false) throw refusal(result.error);
  const answer = result?.data ?? effect['value'] ?? result;
  if (run.action.action === 'tool' && !isAction(run.action['on_success'])) sayResult(run, result?.data);
  const followed = await follow(run, 'on_success', { result: answer });
  return { ...followed, result: answer };
}

/** What a tool has to say, where the tree does not say what to do with it. */
function sayResult({ scope }: Run, data: unknown): void {
  const message = isRecord(data) ? data['message'] : data;
  if (typeof message !== 'string' || message.trim() === '') return;
  const words = message.length > LONGEST_MESSAGE ? `${message.slice(0, LONGEST_MESSAGE)}…` : message;
  scope.mount.host.toast?.('success', words);
}

/** A tool says why it failed in a text, or in an object with message, code and the arguments at fault. */
function refusal(error: unknown): ActionFailure {
  if (!isRecord(error)) return new ActionFailure(toText(error));
  const errors = Array.isArray(error['errors']) ? error['errors'].filter(isRecord) : [];
  const faults = errors.map(({ path, message }) => ({ path: toText(path), message: toText(message) }));
  return new ActionFailure(toText(error['message']), error['code'] === undefined ? undefined : toText(error['code']), faults);
}

async function sequence(run: Run): Promise<Outcome> {
  const steps = Array.isArray(run.action['actions']) ? run.action['actions'].filter(isAction) : [];
  const quiet = run.quiet || isAction(run.action['on_error']);
  for (const [index, action] of steps.entries()) {
    const outcome = await perform({ ...run, action, quiet, actionId: `${run.actionId}.${index}`, key: `${run.key}.${index}`, depth: run.depth + 1 });
    if (outcome.ok) continue;
    await follow({ ...run, quiet: false }, 'on_error', { error: outcome.error });
    return outcome;
  }
  return OK;
}

async function confirm(run: Run, args: Arguments): Promise<Outcome> {
  const agreed = await ability(run, 'confirm')({
    title: textOr(args['title'], t('Are you sure?')),
    ...(args['text'] === undefined ? {} : { text: toText(args['text']) }),
    confirmLabel: textOr(args['confirm_label'], t('Confirm')),
    cancelLabel: textOr(args['cancel_label'], t('Cancel')),
    destructive: args['variant'] === 'destructive',
  });
  return follow(run, agreed ? 'confirm_action' : 'cancel_action');
}

function textOr(value: unknown, fallback: string): string {
  return toText(value) || fallback;
}

function contextOf(args: Arguments): Record<string, unknown> {
  return isRecord(args['ctx']) ? args['ctx'] : {};
}

function openUrl(run: Run, args: Arguments): void {
  const url = safeUrl(args['url']);
  if (url === undefined) throw new ActionFailure(t('This address cannot be opened: {url}', { url: toText(args['url']) }));
  ability(run, 'openUrl')(url);
}

function navigate(run: Run, args: Arguments): void {
  const to = args['to'] === undefined ? undefined : toText(args['to']);
  if (to !== undefined && !isLocalPath(to)) throw new ActionFailure(t('This is not a page of this server: {url}', { url: to }));
  ability(run, 'navigate')({
    ctx: contextOf(args),
    ...(to === undefined ? {} : { to }),
    ...(args['app'] === undefined ? {} : { app: toText(args['app']) }),
    ...(args['tab'] === undefined ? {} : { tab: toText(args['tab']) }),
  });
}

async function copy(run: Run, args: Arguments): Promise<void> {
  await (run.scope.mount.host.copy ?? ((text) => navigator.clipboard.writeText(text)))(toText(args['text']));
  run.scope.mount.host.toast?.('success', textOr(args['message'], t('Copied')));
}

function download(_run: Run, args: Arguments): void {
  const filename = toText(args['filename']);
  if (args['url'] !== undefined) {
    const url = toText(args['url']);
    if (!isLocalPath(url)) throw new ActionFailure(t('Only files of this server can be downloaded: {url}', { url }));
    return save(url, filename); // without a name of ours the server's is taken
  }
  const address = URL.createObjectURL(new Blob([toText(args['text'])], { type: textOr(args['mime_type'], 'text/plain') }));
  save(address, filename || 'download');
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

function save(url: string, filename: string): void {
  const link = document.createElement('a');
  Object.assign(link, { href: url, download: filename });
  link.click();
}

/** The change is seen at once; where the session refuses it, what is still as it set it goes back. */
async function setState(run: Run, args: Arguments): Promise<void> {
  const { store } = run.scope;
  const set = isRecord(args['set']) ? args['set'] : {};
  const before = valuesOf(store, set);
  applyState(store, set);
  const after = valuesOf(store, set);
  try {
    await run.scope.mount.host.stateChanged?.(set, requestOf(run, { set }));
  } catch (error) {
    store.change(before.filter(([path], index) => sameJson(store.get(path), after[index]![1])));
    throw error;
  }
}

/** The values of the state that `set` changes, by their paths. */
function valuesOf(store: WidgetStore, set: Record<string, unknown>): [Path, unknown][] {
  return changedKeys(set).map((key) => [['state', key], store.get(['state', key])]);
}

function alert(run: Run, { kind, title, text, duration }: Arguments): void {
  const words = title === undefined ? toText(text) : `${toText(title)}: ${toText(text)}`;
  ability(run, 'toast')(toastKind(kind), words, typeof duration === 'number' ? duration : undefined);
}

function toastKind(kind: unknown): ToastKind {
  return kind === 'success' || kind === 'warning' || kind === 'error' ? kind : 'info';
}

function names(value: unknown): string[] | undefined {
  return Array.isArray(value) ? value.map(toText) : undefined;
}

const HANDLERS: Record<string, Handler> = {
  chat: (run, args) => ability(run, 'chat')(toText(args['template']), args['send'] === undefined || truthy(args['send'])),
  tool: (run, args) => onServer(run, { tool: args['tool'], args: isRecord(args['args']) ? args['args'] : {} }),
  http: (run, { id: _, ...args }) => onServer(run, args),
  open_url: openUrl,
  open_workspace: (run, args) => ability(run, 'openWorkspace')(toText(args['tab']), contextOf(args)),
  open_modal: (run, args) => ability(run, 'openModal')(toText(args['modal']), contextOf(args)),
  close: (run, args) => ability(run, 'close')(args['widget_id'] === undefined ? undefined : toText(args['widget_id'])),
  set_state: setState,
  refresh: (run, args) => run.scope.mount.refresh(names(args['bindings'])),
  copy,
  download,
  navigate,
  confirm,
  sequence,
  alert,
};

/** The kinds of actions this renderer knows. */
export const ACTION_KINDS: readonly string[] = Object.keys(HANDLERS);
