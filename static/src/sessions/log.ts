/** Sessions: a snapshot and numbered events, in whatever order they arrive: the result is always the same. No DOM here. */
import { withValue } from '../declarative/store.ts';
import { isRecord } from '../declarative/tree.ts';
import type { Mounted, SessionData } from './shapes.ts';

export interface NumberedEvent {
  number: number;
  event: string;
  data: unknown;
}

export const EMPTY: SessionData = { state: {}, widgets: [] };
/** Events kept for those that arrive late; older ones without a gap become part of the base. */
const MOST_KEPT = 100;

export class SessionLog {
  #base: SessionData = EMPTY;
  /** Number of the last event in the base; undefined before the first snapshot. */
  #number: number | undefined;
  #events: NumberedEvent[] = [];
  #data: SessionData = EMPTY;

  get data(): SessionData {
    return this.#data;
  }

  get isKnown(): boolean {
    return this.#number !== undefined;
  }

  /** Everything there is at `number`. A lower one than before means that the server counts anew. */
  show(data: SessionData, number: number): void {
    if (this.#number !== undefined && number < this.#number) this.#events = [];
    this.#base = { state: data.state ?? {}, widgets: data.widgets ?? [] };
    this.#number = number;
    this.#events = this.#events.filter((event) => event.number > number);
    this.#fold();
  }

  /** One event; true if it changed what is known. One that is known already, or part of the base, changes nothing. */
  add(event: NumberedEvent): boolean {
    if (this.#number !== undefined && event.number <= this.#number) return false;
    const at = this.#events.findLastIndex(({ number }) => number <= event.number);
    if (this.#events[at]?.number === event.number) return false;
    const isLast = at === this.#events.length - 1;
    this.#events.splice(at + 1, 0, event);
    const before = this.#data;
    if (isLast) this.#data = afterEvent(this.#data, event);
    else this.#fold();
    this.#compact();
    return this.#data !== before;
  }

  #fold(): void {
    this.#data = this.#events.reduce(afterEvent, this.#base);
  }

  #compact(): void {
    while (this.#number !== undefined && this.#events.length > MOST_KEPT && this.#events[0]!.number === this.#number + 1) {
      const event = this.#events.shift()!;
      this.#base = afterEvent(this.#base, event);
      this.#number = event.number;
    }
  }
}

type Fold = (data: SessionData, event: Record<string, unknown>) => SessionData;

const FOLDS: Record<string, Fold> = {
  'widget:render': (data, { widget }) => (isRecord(widget) ? placed(data, widget as unknown as Mounted) : data),
  'widget:close': (data, event) => ({ ...data, widgets: data.widgets.filter((widget) => !isMeant(widget, event)) }),
  'widget:error': (data, event) => {
    const binding = typeof event['binding'] === 'string' ? event['binding'] : '';
    const message = typeof event['message'] === 'string' ? event['message'] : '';
    return changed(data, event, (widget) => ({ ...widget, errors: withError(widget.errors, binding, message) }));
  },
  'widget:update': patched,
  'widget:state': stated,
};

/** What is known after an event. One that does not fit, because an earlier one is still to come, changes nothing for now. */
export function afterEvent(data: SessionData, { event, data: detail }: NumberedEvent): SessionData {
  const fold = Object.hasOwn(FOLDS, event) ? FOLDS[event] : undefined;
  if (!fold || !isRecord(detail)) return data;
  try {
    return fold(data, detail);
  } catch (error) {
    if (error instanceof RangeError) return data;
    throw error;
  }
}

/** Events name a widget by its id; those of declared widgets are its own only with its app. */
function isMeant(widget: Mounted, event: Record<string, unknown>): boolean {
  return widget.widget_id === event['widget_id'] && (event['app'] === undefined || (event['app'] || null) === widget.app);
}

/** In the order of mounting: those of an app that is switched on again come back to where they were. */
function placed(data: SessionData, widget: Mounted): SessionData {
  const at = data.widgets.findIndex((known) => known.widget_id === widget.widget_id && known.app === widget.app);
  if (at >= 0) return { ...data, widgets: data.widgets.with(at, widget) };
  const next = data.widgets.findIndex((known) => known.created_at > widget.created_at);
  return { ...data, widgets: data.widgets.toSpliced(next < 0 ? data.widgets.length : next, 0, widget) };
}

function changed(data: SessionData, event: Record<string, unknown>, change: (widget: Mounted) => Mounted): SessionData {
  return { ...data, widgets: data.widgets.map((widget) => (isMeant(widget, event) ? change(widget) : widget)) };
}

/** `data.…` are values of bindings, `ctx.…` what the widget was given, `state.…` the state of its app. */
function patched(data: SessionData, event: Record<string, unknown>): SessionData {
  const patch = isRecord(event['patch']) ? event['patch'] : {};
  const after = changed(data, event, (widget) => Object.entries(patch).reduce(patchedWidget, widget));
  const widget = data.widgets.find((one) => isMeant(one, event));
  const ofState = Object.entries(patch).filter(([path]) => path.startsWith('state.'));
  if (!widget || ofState.length === 0) return after;
  return { ...after, state: ofState.reduce((state, [path, value]) => withState(state, widget.app ?? '', path.split('.').slice(1), value), after.state) };
}

function patchedWidget(widget: Mounted, [path, value]: [string, unknown]): Mounted {
  const [root, ...steps] = path.split('.');
  if (root === 'ctx') return { ...widget, ctx: withValue(widget.ctx, steps, value) as Mounted['ctx'] };
  return root === 'data' ? { ...widget, values: withValue(widget.values, steps, value) as Mounted['values'] } : widget;
}

function withState(state: SessionData['state'], app: string, steps: string[], value: unknown): SessionData['state'] {
  return { ...state, [app]: withValue(state[app] ?? {}, steps, value) as Record<string, unknown> };
}

function stated(data: SessionData, event: Record<string, unknown>): SessionData {
  const app = String(event['app'] ?? '');
  const changes = isRecord(event['changes']) ? event['changes'] : {};
  const removed = new Set(Array.isArray(event['removed']) ? (event['removed'] as string[]) : []);
  const now = Object.entries({ ...data.state[app], ...changes }).filter(([key]) => !removed.has(key));
  return { ...data, state: { ...data.state, [app]: Object.fromEntries(now) } };
}

/** An empty message takes the error away. */
function withError(errors: Mounted['errors'], binding: string, message: string): Mounted['errors'] {
  const { [binding]: _, ...others } = errors;
  return message === '' ? others : { ...others, [binding]: message };
}
