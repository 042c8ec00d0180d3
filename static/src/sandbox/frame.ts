/**
 * Sandbox: `<sandbox-frame>`, a widget that runs a script of its own in a sealed frame: mounted when somebody sees it,
 * released when nobody has for a while, with a word about whatever goes wrong.
 *
 * Dispatches `sandbox:resize` {width?, height?} (pixels the widget asks for) and `sandbox:reload` (its view is to be
 * read again). Moving the element in the DOM begins the widget anew, except by `moveBefore`.
 */
import { LitElement, html, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { ApiError } from '../api.ts';
import { sameJson } from '../declarative/store.ts';
import { t } from '../i18n.ts';
import type { PluginSizes, SandboxInfo } from '../panels/shapes.ts';
import { toast } from '../shell/toasts.ts';
import { dressOf } from './colours.ts';
import type { Dress } from './colours.ts';
import { faultCover, loadingCover, pausedCover, workingLine } from './covers.ts';
import type { Ways } from './covers.ts';
import { openReport } from './faults.ts';
import type { Fault, FaultKind } from './faults.ts';
import type { Ending, HostListener } from './host.ts';
import { ACTION_TIME, REQUEST_TIME, SPARE_TIME } from './limits.ts';
import { Calls } from './methods.ts';
import type { Caller, Page } from './methods.ts';
import { FrameMount } from './mount.ts';
import { contextNow, pageFor } from './page.ts';
import { watchPanels } from './panels_watch.ts';
import { PluginMount } from './plugin_mount.ts';
import type { Asker } from './prompts.ts';
import { turns } from './queue.ts';
import { retryEntrypoint, server } from './server.ts';
import { nameOf } from './words.ts';
import './sandbox.css';

/** Milliseconds. */
const SAVE_TIME = 1_000;
const DEFAULT_IDLE = 300_000;
const LONGEST_TIMER = 2_000_000_000;
/** How far outside of what is seen a frame begins to load. */
const NEAR = '200px';
const MOST_KEPT = 10;

/** A widget with another one of these is another widget. */
const DECISIVE = ['widget_id', 'hash', 'version', 'status', 'permissions', 'problems'] as const;

type State = 'waiting' | 'loading' | 'ready' | 'paused' | 'broken';

export class SandboxFrame extends LitElement {
  static override properties = {
    panelId: { attribute: false },
    instanceId: { attribute: false },
    info: { attribute: false },
    config: { attribute: false },
    label: { attribute: false },
    workspaceId: { attribute: false },
    sessionId: { attribute: false },
    state: { state: true },
    fault: { state: true },
    isRetrying: { state: true },
    isWorking: { state: true },
  };
  declare panelId: string;
  declare instanceId: string;
  /** `view.panel.sandbox`; another `hash` mounts the frame anew. */
  declare info: SandboxInfo | undefined;
  declare config: Record<string, unknown> | undefined;
  /** The place's title, such as "Weather A"; without it the widget's name. */
  declare label: string | undefined;
  /** The dashboard it stands on, for widgets that see its panels. */
  declare workspaceId: string | null | undefined;
  /** The conversation that it stands in, in the place of a dashboard. */
  declare sessionId: string | null | undefined;
  declare private state: State;
  declare private fault: Fault | undefined;
  declare private isRetrying: boolean;
  /** Whether a plugin works in the background for what was pressed here. */
  declare private isWorking: boolean;
  #mount: FrameMount | undefined;
  #calls: Caller | undefined;
  #plugin: PluginMount | undefined;
  #leave: (() => void)[] = [];
  #unwatchPanels: (() => void) | undefined;
  #errors: { message: string; stack: string }[] = [];
  #blocked: string[] = [];
  #identity = '';
  #toldConfig: Record<string, unknown> = {};
  #toldDress = '';
  #toldSize = '';
  #isNear = false;
  #isSeen = false;
  #wasMounted = false;
  #idle: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.state = 'waiting';
    this.isRetrying = false;
    this.isWorking = false;
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasUpdated) this.#observe();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const leave of this.#leave.splice(0)) leave();
    this.#isNear = this.#isSeen = false;
    clearTimeout(this.#idle);
    if (this.#mount) this.#release('waiting');
  }

  /** With this a `moveBefore` leaves the frame running. */
  connectedMoveCallback(): void {}

  protected override firstUpdated(): void {
    this.#observe();
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('info') || changed.has('instanceId')) this.#identify();
    if (changed.has('config')) this.#tellConfig();
  }

  protected override render(): TemplateResult {
    const covered = this.state !== 'ready';
    return html`<div class="sandbox-stage" ?inert=${covered} ?data-covered=${covered}></div>
      ${this.isWorking ? workingLine() : nothing}${this.#cover()}`;
  }

  #cover(): TemplateResult | typeof nothing {
    switch (this.state) {
      case 'ready':
        return nothing;
      case 'broken':
        return faultCover(this.fault!, this.#ways(this.fault!));
      case 'paused':
        return pausedCover();
      default:
        return loadingCover(this.#name);
    }
  }

  #ways({ kind }: Fault): Ways {
    return {
      isInChat: this.info?.in_chat ?? false,
      canRetry: kind !== 'chat_only' || (this.info?.can_retry ?? false),
      isRetrying: this.isRetrying,
      retry: () => void this.#retry(),
      report: () => this.#report(),
    };
  }

  get #name(): string {
    return nameOf(this.label || this.info?.name || '');
  }

  #observe(): void {
    const come = (entries: IntersectionObserverEntry[]): void => this.#come(entries.at(-1)?.isIntersecting ?? false);
    const near = new IntersectionObserver(come, { rootMargin: NEAR });
    near.observe(this);
    const sizes = new ResizeObserver(() => this.#tellSize());
    sizes.observe(this);
    const themes = new MutationObserver(() => this.#tellDress());
    themes.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme', 'data-accent'] });
    const look = (): void => this.#look();
    document.addEventListener('visibilitychange', look);
    const unlook = (): void => document.removeEventListener('visibilitychange', look);
    this.#leave = [() => near.disconnect(), () => sizes.disconnect(), () => themes.disconnect(), unlook];
  }

  #come(isNear: boolean): void {
    this.#isNear = isNear;
    this.#look();
  }

  /** What is seen runs; what nobody sees for a while is released, after a moment in which it can save. */
  #look(): void {
    const isSeen = this.#isNear && document.visibilityState === 'visible';
    if (isSeen === this.#isSeen) return;
    this.#isSeen = isSeen;
    clearTimeout(this.#idle);
    this.#mount?.host.see(isSeen);
    // A plugin's page is not told that it goes, and may hold what somebody has typed: it stays.
    if (!isSeen && this.#mount && !this.#plugin) this.#idle = setTimeout(() => this.#suspend(), idleTime());
    else if (isSeen && !this.#mount && (this.state === 'waiting' || this.state === 'paused')) this.#begin();
  }

  #suspend(): void {
    if (this.#calls?.isAsking) {
      // A question to the person is not taken away while they are elsewhere.
      this.#idle = setTimeout(() => this.#suspend(), Math.max(idleTime(), SAVE_TIME));
      return;
    }
    this.#mount?.host.send('suspend');
    this.#idle = setTimeout(() => this.#release('paused'), SAVE_TIME);
  }

  /** Another widget, version or place begins anew; the same one runs on. */
  #identify(): void {
    const { info, instanceId } = this;
    const identity = info ? JSON.stringify([instanceId, ...DECISIVE.map((name) => info[name])]) : '';
    if (identity === this.#identity) return;
    this.#identity = identity;
    this.isRetrying = false;
    this.#wasMounted = false;
    this.#restart();
  }

  #restart(): void {
    this.#release('waiting');
    this.fault = undefined;
    const { info } = this;
    if (info?.status === 'chat_only') this.#break('chat_only', info.problems.map(({ message }) => message));
    else if (info && this.#isSeen) this.#begin();
  }

  #begin(): void {
    const { info, instanceId } = this;
    const stage = this.querySelector<HTMLElement>(':scope > .sandbox-stage');
    if (!info || !instanceId || !stage || this.#mount) return;
    this.#errors = [];
    this.#blocked = [];
    const asker = (): Asker => ({ ...info, label: this.label ?? '' });
    const page = pageFor(asker, (size) => this.#say('sandbox:resize', size));
    this.#plugin = info.plugin ? this.#pluginOf(info.plugin, page) : undefined;
    this.#calls = this.#plugin?.calls ?? new Calls({ instanceId, permissions: info.permissions }, server, page, turns);
    this.state = 'loading';
    const listener = this.#listener(this.#calls);
    this.#mount = new FrameMount(stage, { widgetId: info.widget_id, instanceId, title: this.#name, listener });
    this.#mount.host.see(this.#isSeen);
  }

  #pluginOf({ max_height: maxHeight }: PluginSizes, page: Page): PluginMount {
    const { instanceId, workspaceId, sessionId } = this;
    return new PluginMount({
      place: { instanceId, workspaceId, sessionId },
      maxHeight,
      host: () => this.#mount?.host,
      resize: page.resize,
      complain: (message) => page.toast(message, 'error'),
      working: (isWorking) => (this.isWorking = isWorking),
    });
  }

  #listener(calls: Caller): HostListener {
    return {
      timeFor: (method) => (method === 'plugin.action' ? ACTION_TIME + SPARE_TIME : REQUEST_TIME),
      call: (method, params, control) => calls.run(method, params, control),
      opened: () => this.#opened(),
      ready: () => this.#recover(),
      slow: () => this.#break(this.#errors.length > 0 ? 'script' : 'slow'),
      silent: (isSilent) => (isSilent ? this.#break('silent') : this.#recover()),
      failed: (message) => this.#break('failed', message ? [message] : []),
      crashed: (why) => this.#stop(why),
      error: (message, stack) => keep(this.#errors, { message, stack }),
      blocked: (what) => keep(this.#blocked, what),
    };
  }

  #opened(): void {
    const mount = this.#mount!;
    const { permissions } = this.info!;
    const dress = this.#dress();
    mount.dress(dress);
    this.#toldConfig = this.config ?? {};
    this.#toldSize = JSON.stringify(this.#size());
    const restored = this.#wasMounted;
    const given = { config: this.#toldConfig, permissions: [...permissions], restored };
    mount.host.send('init', { ...given, ...dress, ...this.#size() });
    this.#wasMounted = true;
    if (permissions.includes('read:workspace')) this.#watchPanels(mount);
    this.#plugin?.start();
  }

  #watchPanels({ host }: FrameMount): void {
    const method = 'workspace.getPanels';
    const { instanceId } = this;
    const read = (): Promise<unknown> =>
      server.call({ instanceId, method, params: {}, context: contextNow(method) }, '', AbortSignal.timeout(30_000));
    this.#unwatchPanels = watchPanels(this.workspaceId, read, (panels) => host.send('panels', { panels }));
  }

  #release(state: 'waiting' | 'paused'): void {
    clearTimeout(this.#idle);
    this.#unwatchPanels?.();
    this.#unwatchPanels = undefined;
    this.#plugin?.stop();
    this.#plugin = undefined;
    this.isWorking = false;
    this.#mount?.end();
    this.#mount = undefined;
    this.#calls = undefined;
    this.state = state;
  }

  /** Shows what is wrong. What may still come back stays in its frame. */
  #break(kind: FaultKind, messages: string[] = []): void {
    this.fault = { kind, messages };
    this.state = 'broken';
  }

  /** Takes the frame away: what is in it would go on. */
  #stop(why: Ending): void {
    this.#break('crashed', [why]);
    this.#mount?.end();
  }

  #recover(): void {
    if (this.#mount?.host.isClosed || !this.#mount?.host.isReady) return;
    this.fault = undefined;
    this.state = 'ready';
  }

  async #retry(): Promise<void> {
    if (this.fault?.kind !== 'chat_only') return this.#restart();
    this.isRetrying = true;
    try {
      await retryEntrypoint(this.info!.widget_id);
      this.#say('sandbox:reload');
    } catch (error) {
      this.#stayWithout(error);
    } finally {
      this.isRetrying = false;
    }
  }

  /** The script still cannot be had. A try that never came to fetching says nothing of why. */
  #stayWithout(error: unknown): void {
    const message = error instanceof Error ? error.message : t('Something went wrong.');
    const wasFetched = error instanceof ApiError && (error.path?.startsWith('sandbox') ?? false);
    if (!wasFetched) toast(message, { kind: 'error' });
    else if (this.fault?.kind === 'chat_only') this.fault = { kind: 'chat_only', messages: [message] };
  }

  #report(): void {
    const { info, fault } = this;
    if (!info || !fault) return;
    const refusals = this.#mount?.host.refusals ?? new Map();
    openReport({ ...info, name: this.#name, fault, errors: this.#errors, blocked: this.#blocked, refusals });
  }

  #say(name: string, detail?: object): void {
    this.dispatchEvent(new CustomEvent(name, { bubbles: true, detail }));
  }

  #dress(): Dress {
    const dress = dressOf(this);
    this.#toldDress = JSON.stringify(dress);
    return dress;
  }

  #tellDress(): void {
    if (!this.#mount?.host.isOpen) return;
    const before = this.#toldDress;
    const dress = this.#dress();
    if (this.#toldDress === before) return;
    this.#mount.dress(dress);
    this.#mount.host.send('theme', { ...dress });
  }

  #size(): { width: number; height: number } {
    return { width: this.clientWidth, height: this.clientHeight };
  }

  #tellSize(): void {
    const size = this.#size();
    const text = JSON.stringify(size);
    if (!this.#mount?.host.isOpen || text === this.#toldSize) return;
    this.#toldSize = text;
    this.#mount.host.send('resize', size);
  }

  #tellConfig(): void {
    const config = this.config ?? {};
    if (!this.#mount?.host.isOpen || sameJson(config, this.#toldConfig)) return;
    this.#toldConfig = config;
    this.#mount.host.send('config', { config });
  }
}

function keep<Thing>(list: Thing[], thing: Thing): void {
  if (list.length < MOST_KEPT) list.push(thing);
}

/** Milliseconds for which a frame may go unseen. */
function idleTime(): number {
  const given = Number(document.body.dataset['sandboxIdle'] ?? Number.NaN);
  return Number.isFinite(given) && given >= 0 ? Math.min(given * 1000, LONGEST_TIMER) : DEFAULT_IDLE;
}

if (!customElements.get('sandbox-frame')) customElements.define('sandbox-frame', SandboxFrame);

declare global {
  interface HTMLElementTagNameMap {
    'sandbox-frame': SandboxFrame;
  }
}
