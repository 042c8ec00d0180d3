/** Runs: `<run-log plugin>`: the runs of a plugin, by kind and outcome, each to be opened. */
import { LitElement, html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { ApiError } from '../../api.ts';
import { t, tn } from '../../i18n.ts';
import { live } from '../../live/client.ts';
import { when } from '../../times.ts';
import { runDetails } from './details.ts';
import { server } from './server.ts';
import type { Filter, FullRun, Kind, Run } from './server.ts';
import { duration, kindWords, outcome } from './words.ts';

const KINDS: Kind[] = ['action', 'tool', 'job', 'hook'];
/** What a run of one's own sends while it runs, or soon after; others' are seen with the next of these, or by hand. */
const SIGNS = new Set(['plugin.data', 'plugin.stream', 'job.put', 'notification.put']);
const SOON = 600;
const WHILE_RUNNING = 3_000;

export class RunLog extends LitElement {
  static override properties = {
    plugin: {},
    filter: { state: true },
    runs: { state: true },
    more: { state: true },
    loading: { state: true },
    failure: { state: true },
    opened: { state: true },
    full: { state: true },
  };
  declare plugin: string;
  declare private filter: Filter;
  declare private runs: Run[] | undefined;
  declare private more: boolean;
  declare private loading: boolean;
  declare private failure: unknown;
  /** Ids of the open ones. */
  declare private opened: ReadonlySet<string>;
  declare private full: ReadonlyMap<string, FullRun | Error>;
  #everyone = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #leave: (() => void) | undefined;

  constructor() {
    super();
    this.filter = { kind: '', ok: '' };
    this.more = false;
    this.loading = false;
    this.opened = new Set();
    this.full = new Map();
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#leave = live().subscribe(`user:${document.body.dataset['signedIn'] ?? ''}`, { event: ({ event }) => SIGNS.has(event) && this.#soon(SOON) });
    void this.#start();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
    this.#leave?.();
  }

  /** `?run=` opens that one, also when it is not among the newest. */
  async #start(): Promise<void> {
    const wanted = new URLSearchParams(location.search).get('run');
    await this.#load();
    if (!wanted) return;
    await this.#open(wanted);
    const found = this.full.get(wanted);
    if (found && !(found instanceof Error) && !this.runs?.some(({ id }) => id === wanted)) this.runs = [...(this.runs ?? []), found];
    await this.updateComplete;
    this.querySelector(`#run-${CSS.escape(wanted)}`)?.scrollIntoView({ block: 'start' });
  }

  override render(): TemplateResult {
    return html`${this.#toolbar()} ${this.failure === undefined ? nothing : this.#failed()} ${this.runs === undefined ? this.#waiting() : this.runs.length === 0 ? this.#empty() : this.#list(this.runs)}
    ${this.more ? html`<button type="button" class="button runs-more" aria-busy=${String(this.loading)} @click=${() => void this.#loadMore()}>${t('Show older ones')}</button>` : nothing}`;
  }

  #toolbar(): TemplateResult {
    const { kind, ok } = this.filter;
    const choose = (change: Partial<Filter>): void => {
      this.filter = { ...this.filter, ...change };
      this.runs = undefined;
      void this.#load();
    };
    const of = (event: Event): string => (event.target as HTMLSelectElement).value;
    return html`<div class="runs-toolbar">
      <div class="field">
        <label for="run-kind">${t('Kind')}</label>
        <select id="run-kind" @change=${(event: Event) => choose({ kind: of(event) as Filter['kind'] })}>
          <option value="" ?selected=${kind === ''}>${t('All')}</option>
          ${KINDS.map((each) => html`<option value=${each} ?selected=${kind === each}>${kindWords(each)}</option>`)}
        </select>
      </div>
      <div class="field">
        <label for="run-outcome">${t('Outcome')}</label>
        <select id="run-outcome" @change=${(event: Event) => choose({ ok: of(event) as Filter['ok'] })}>
          <option value="" ?selected=${ok === ''}>${t('All')}</option>
          <option value="true" ?selected=${ok === 'true'}>${t('Done')}</option>
          <option value="false" ?selected=${ok === 'false'}>${t('Failed')}</option>
        </select>
      </div>
      <button type="button" class="button" aria-busy=${String(this.loading)} @click=${() => void this.#load()}><wa-icon name="refresh"></wa-icon>${t('Refresh')}</button>
      <span class="caption push" role="status">${this.runs && !this.more ? tn('{count} run', '{count} runs', this.runs.length) : ''}</span>
    </div>`;
  }

  #list(runs: Run[]): TemplateResult {
    return html`<ul class="rows run-rows" role="list">
      ${repeat(
        runs,
        ({ id }) => id,
        (run) => html`<li id=${`run-${run.id}`}>${this.#row(run)}</li>`,
      )}
    </ul>`;
  }

  #row(run: Run): TemplateResult {
    const { icon, tone, words } = outcome(run);
    const open = this.opened.has(run.id);
    return html`<div class="run-row">
        <span class="run-sign" data-tone=${tone}><wa-icon name=${icon}></wa-icon></span>
        <div class="run-words">
          <div class="run-title">
            <button type="button" class="name-button" aria-expanded=${String(open)} aria-controls=${`about-${run.id}`} @click=${() => void this.#toggle(run.id)}>
              <span>${run.action || kindWords(run.kind)}</span>
            </button>
            <span class="badge">${kindWords(run.kind)}</span><span class="visually-hidden">${words}</span>
          </div>
          ${run.ok === false ? html`<div class="run-why"><span class="mono">${run.error_code}</span> ${run.error_message}</div>` : nothing}
        </div>
        <div class="run-facts caption">
          <span>${this.#everyone ? html`${run.user} · ` : nothing}${when(run.created_at)}</span>
          <span>${run.ok === null ? words : duration(run.milliseconds)}${run.host_calls ? ` · ${tn('{count} host call', '{count} host calls', run.host_calls)}` : ''}</span>
        </div>
      </div>
      <div id=${`about-${run.id}`} ?hidden=${!open}>${open ? this.#about(run.id) : nothing}</div>`;
  }

  #about(id: string): TemplateResult {
    const known = this.full.get(id);
    if (known === undefined) return html`<p class="run-details muted" role="status">${t('Loading')}</p>`;
    if (!(known instanceof Error)) return runDetails(known);
    return html`<div class="run-details"><p role="alert">${known.message}</p></div>`;
  }

  #waiting(): TemplateResult | typeof nothing {
    if (this.failure !== undefined) return nothing;
    return html`<div class="rows" role="status" aria-label=${t('Loading')}>${[0, 1, 2].map(() => html`<div class="run-row" aria-hidden="true"><span class="skeleton"></span></div>`)}</div>`;
  }

  #failed(): TemplateResult {
    const { failure } = this;
    return html`<div class="alert" data-tone="error" role="alert">
      <wa-icon name="error"></wa-icon>
      <div class="alert-body">
        <div class="alert-title">${t('The runs could not be loaded.')}</div>
        ${failure instanceof ApiError ? failure.message : t('Something went wrong.')}
      </div>
      <button type="button" class="button" data-size="small" @click=${() => void this.#load()}>${t('Try again')}</button>
    </div>`;
  }

  #empty(): TemplateResult {
    const filtered = this.filter.kind !== '' || this.filter.ok !== '';
    return html`<div class="card">
      <div class="empty">
        <span class="tile"><wa-icon name="receipt_long"></wa-icon></span>
        <div class="empty-title">${filtered ? t('No such runs') : t('It has not run yet')}</div>
        <p>${filtered ? t('Choose another kind or outcome.') : t('Each click in its widget, each call of its tool and each background job is listed here, with all it was given and gave.')}</p>
      </div>
    </div>`;
  }

  async #toggle(id: string): Promise<void> {
    if (!this.opened.has(id)) return this.#open(id);
    this.opened = new Set([...this.opened].filter((other) => other !== id));
  }

  async #open(id: string): Promise<void> {
    this.opened = new Set([...this.opened, id]);
    await this.#read(id);
  }

  async #read(id: string): Promise<void> {
    const answer = await server.run(this.plugin, id).catch((error: unknown) => (error instanceof Error ? error : new Error(t('Something went wrong.'))));
    this.full = new Map([...this.full, [id, answer]]);
  }

  /** The newest; those that were shown below them stay. Open ones that ran are read again. */
  async #load(): Promise<void> {
    const { filter } = this;
    clearTimeout(this.#timer);
    this.loading = true;
    try {
      const page = await server.list(this.plugin, filter);
      if (filter !== this.filter) return; // another choice was made meanwhile
      this.#everyone = page.everyone;
      const oldest = page.runs.at(-1);
      const below = oldest ? (this.runs ?? []).filter((run) => run.created_at < oldest.created_at && !page.runs.some(({ id }) => id === run.id)) : [];
      if (this.runs === undefined || below.length === 0) this.more = page.more;
      this.runs = [...page.runs, ...below];
      this.failure = undefined;
      for (const id of this.opened) if (isRunning(this.full.get(id))) void this.#read(id);
      if (page.runs.some(({ ok }) => ok === null)) this.#soon(WHILE_RUNNING);
    } catch (error) {
      this.failure = error;
    } finally {
      this.loading = false;
    }
  }

  async #loadMore(): Promise<void> {
    const last = this.runs?.at(-1);
    if (this.loading || !last) return;
    this.loading = true;
    try {
      const page = await server.list(this.plugin, this.filter, last.id);
      this.runs = [...(this.runs ?? []), ...page.runs];
      this.more = page.more;
    } catch (error) {
      this.failure = error;
    } finally {
      this.loading = false;
    }
  }

  #soon(milliseconds: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => (document.hidden ? this.#soon(WHILE_RUNNING) : void this.#load()), milliseconds);
  }
}

function isRunning(run: FullRun | Error | undefined): boolean {
  return run !== undefined && !(run instanceof Error) && run.ok === null;
}
