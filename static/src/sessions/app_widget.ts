/** Sessions: `<app-widget>`, one widget of an app in a conversation: declared (`widgetKey`) or pushed (`mounted`). */
import { LitElement, html, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { sameJson } from '../declarative/store.ts';
import { setStyle, px } from '../declarative/primitive.ts';
import { WidgetElement } from '../declarative/index.ts';
import type { ActionHost, WidgetDefinition } from '../declarative/index.ts';
import type { BindingHost } from '../declarative/data.ts';
import { t } from '../i18n.ts';
import { apps } from './apps.ts';
import { openSession, watchCurrent } from './current.ts';
import { sessionData, sessionHost } from './host.ts';
import type { Acting } from './host.ts';
import type { WidgetSession } from './session.ts';
import { entryOf } from './shapes.ts';
import type { Entry, Mounted } from './shapes.ts';
import './sessions.css';

/** Heights of widgets seen on this page: the room that is kept while they are loaded again. */
const heights = new Map<string, number>();

/** What is shown now; a change of any of it mounts anew. */
interface Shown {
  key: string;
  session: WidgetSession;
  tree: unknown;
  data: unknown;
  definition: WidgetDefinition;
  host: ActionHost;
  loader: BindingHost;
}

/**
 * Shows a widget and keeps it live. Without `session` it follows the conversation that is open on the page.
 * Event `widget-close` (bubbles, cancelable): the widget wants to go; whoever shows it prevents the default.
 */
export class AppWidget extends LitElement {
  static override properties = {
    appId: { attribute: false },
    widgetKey: { attribute: false },
    mounted: { attribute: false },
    entry: { attribute: false },
    session: { attribute: false },
    ctx: { attribute: false },
    found: { state: true },
    failure: { state: true },
  };
  declare appId: string | null;
  /** `chat_side`, `workspace_tabs.<id>`, `modals.<name>`, `inline.<name>`. */
  declare widgetKey: string | undefined;
  declare mounted: Mounted | undefined;
  /** The declared widget, where it is known already; otherwise it is asked for. */
  declare entry: Entry | undefined;
  declare session: WidgetSession | undefined;
  declare ctx: Record<string, unknown>;
  declare private found: Entry | undefined;
  declare private failure: string;
  #watched: WidgetSession | undefined;
  #leave: (() => void) | undefined;
  #leaveCurrent: (() => void) | undefined;
  #leaveApps: (() => void) | undefined;
  #shown: Shown | undefined;
  #told: { values: Mounted['values']; errors: Mounted['errors'] } = { values: {}, errors: {} };
  #asking: unknown;
  readonly #observer = new ResizeObserver(() => this.#remember());

  constructor() {
    super();
    this.appId = null;
    this.ctx = {};
    this.failure = '';
  }

  /** Loads its bindings again. */
  async refresh(bindings?: string[]): Promise<void> {
    await this.#widget?.refresh(bindings);
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#leaveCurrent = watchCurrent(() => !this.session && this.requestUpdate());
    if (!this.mounted && this.appId !== null) this.#leaveApps = apps.watch(() => this.requestUpdate());
    this.#observer.observe(this);
    if (this.hasUpdated) this.requestUpdate();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#leaveCurrent?.();
    this.#leaveApps?.();
    this.#observer.disconnect();
    this.#watch(undefined);
  }

  protected override willUpdate(changed: PropertyValues): void {
    this.#watch(this.isConnected ? (this.session ?? openSession()) : undefined);
    if (changed.has('appId') || changed.has('widgetKey') || changed.has('entry')) {
      this.found = this.entry;
      this.failure = '';
      if (!this.entry && this.widgetKey !== undefined && this.mounted === undefined) void this.#ask();
    }
  }

  protected override render(): TemplateResult | typeof nothing {
    if (this.#isGone) return this.#gone();
    if (this.failure) return this.#failed();
    const shown = this.#prepare();
    if (!shown) return this.#waiting();
    return html`<wm-widget .definition=${shown.definition} .actionHost=${shown.host} .dataHost=${shown.loader}></wm-widget>`;
  }

  protected override updated(_changed: PropertyValues): void {
    void this.#tell();
  }

  get #widget(): WidgetElement | null {
    return this.querySelector<WidgetElement>(':scope > wm-widget');
  }

  get #app(): string | null {
    return this.mounted ? this.mounted.app : this.appId;
  }

  /** Declared widgets go with their app at once; pushed ones are closed by the server. */
  get #isGone(): boolean {
    return !this.mounted && this.appId !== null && apps.isGone(this.appId);
  }

  get #key(): string {
    return `${this.#app ?? ''} ${this.mounted?.widget_id ?? this.widgetKey ?? ''}`;
  }

  /** What was patched in it: the pushed widget itself, or what the session keeps of the declared one. */
  get #row(): Mounted | undefined {
    return this.mounted ?? (this.widgetKey === undefined ? undefined : this.#watched?.widget(this.widgetKey, this.#app));
  }

  get #context(): Record<string, unknown> {
    const row = this.#row;
    const ctx = this.mounted ? this.mounted.ctx : { ...row?.ctx, ...this.ctx };
    return row?.answered ? { ...ctx, answered: row.answered, answers: row.answers ?? {} } : ctx;
  }

  #watch(session: WidgetSession | undefined): void {
    if (session === this.#watched) return;
    this.#leave?.();
    this.#watched = session;
    this.#leave = session?.watch(() => this.requestUpdate());
  }

  async #ask(): Promise<void> {
    const { appId, widgetKey } = this;
    const asking = (this.#asking = {});
    try {
      if (appId === null || widgetKey === undefined) return;
      const entry = entryOf(await apps.widgets(appId), widgetKey);
      if (asking !== this.#asking) return;
      if (entry) this.found = entry;
      else this.failure = t('The app has no widget {name}.', { name: widgetKey });
    } catch (error) {
      if (asking === this.#asking) this.failure = error instanceof Error ? error.message : t('Something went wrong.');
    }
  }

  /** What is to be shown, the same object as long as nothing that it is built of changes. */
  #prepare(): Shown | undefined {
    const session = this.#watched;
    const { mounted } = this;
    const source = mounted ?? this.found;
    if (!session || !source || session.state === 'loading') return undefined;
    const known = this.#shown;
    const { tree, data = {} } = source;
    if (known && known.key === this.#key && known.session === session && sameJson(known.tree, tree) && sameJson(known.data, data)) return known;
    const widgetId = mounted?.widget_id ?? this.widgetKey!;
    const app = this.#app;
    const definition: WidgetDefinition = {
      widgetId,
      tree,
      data,
      ctx: this.#context,
      state: session.stateOf(app),
      values: this.#row?.values ?? {},
      showsPicturesOf: (host) => app !== null && apps.find(app)?.network?.includes(host) === true,
    };
    const acting = this.#acting(session, widgetId);
    this.#told = { values: this.#row?.values ?? {}, errors: {} };
    this.#shown = { key: this.#key, session, tree, data, definition, host: sessionHost(acting), loader: sessionData(acting) };
    return this.#shown;
  }

  #acting(session: WidgetSession, widgetId: string): Acting {
    const element = this;
    return {
      app: this.#app,
      widgetId,
      isPushed: this.mounted !== undefined,
      session,
      get ctx() {
        return element.#context;
      },
      dismiss: () => this.#dismiss(),
    };
  }

  #dismiss(): void {
    const asked = new CustomEvent('widget-close', { bubbles: true, cancelable: true });
    if (this.dispatchEvent(asked) && this.mounted) void this.#watched?.close(this.mounted.widget_id, this.mounted.app);
  }

  /** Hands over what changed since; the widget shows anew only what reads it. */
  async #tell(): Promise<void> {
    const widget = this.#widget;
    const shown = this.#shown;
    if (!widget || !shown) return;
    await widget.updateComplete;
    if (!widget.mount || shown !== this.#shown) return;
    widget.mount.store.change([
      [['ctx'], this.#context],
      [['state'], shown.session.stateOf(this.#app)],
    ]);
    const row = this.#row;
    if (row) this.#tellValues(widget, row);
  }

  #tellValues(widget: WidgetElement, { values, errors }: Mounted): void {
    const told = this.#told;
    this.#told = { values, errors };
    for (const [name, value] of Object.entries(values)) if (!sameJson(told.values[name], value)) widget.replace(name, value);
    for (const [name, message] of Object.entries(errors)) if (told.errors[name] !== message) widget.fail(name || undefined, message);
    for (const name of Object.keys(told.errors)) {
      if (Object.hasOwn(errors, name)) continue;
      if (name === '') widget.recover();
      else widget.replace(name, widget.mount!.store.get(['data', name]));
    }
  }

  #remember(): void {
    if (this.#shown && this.offsetHeight > 0) heights.set(this.#key, this.offsetHeight);
  }

  #waiting(): TemplateResult {
    setStyle(this, '--widget-height', px(heights.get(this.#key)));
    return html`<div class="widget-wait" role="status" aria-label=${t('Loading')}>
      <span class="skeleton"></span><span class="skeleton"></span><span class="skeleton"></span>
    </div>`;
  }

  #gone(): TemplateResult {
    return html`<p class="widget-closed" role="status">
      <wa-icon name="power_settings_new" aria-hidden="true"></wa-icon>${t('The app of this widget was switched off or uninstalled')}
    </p>`;
  }

  #failed(): TemplateResult {
    const again = (): void => {
      this.failure = '';
      if (this.appId !== null) apps.forget(this.appId);
      void this.#ask();
    };
    return html`<div class="alert" data-tone="error" role="alert">
      <wa-icon name="error" aria-hidden="true"></wa-icon>
      <div class="alert-body"><div class="alert-title">${t('The widget could not be loaded')}</div>${this.failure}</div>
      <button type="button" class="button" data-size="small" @click=${again}>${t('Try again')}</button>
    </div>`;
  }
}

if (!customElements.get('app-widget')) customElements.define('app-widget', AppWidget);

declare global {
  interface HTMLElementTagNameMap {
    'app-widget': AppWidget;
  }
}
