/** Jobs: `<job-list>`: background work, newest first, each to be opened, cancelled or tried again. */
import { LitElement, html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { ApiError } from '../../api.ts';
import { styles } from '../../declarative/styles.ts';
import { t } from '../../i18n.ts';
import { live } from '../../live/client.ts';
import { confirm } from '../../shell/dialogs.ts';
import { toast } from '../../shell/toasts.ts';
import { when } from '../../times.ts';
import { jobDetails } from './details.ts';
import { KnownJobs } from './known.ts';
import { server } from './server.ts';
import type { Job, State } from './server.ts';
import { STATES, sign, stateWords, taken } from './words.ts';

/** While something runs, how long it has taken is written anew. Milliseconds. */
const TICK = 1_000;
const ADMINS = new Set(['owner', 'admin']);

export class JobList extends LitElement {
  static override properties = { busy: { state: true } };
  /** The job that a button was pressed for. */
  declare private busy: string;
  readonly #known = new KnownJobs(document.body.dataset['signedIn'] ?? '', live(), server);
  #clock: ReturnType<typeof setInterval> | undefined;

  constructor() {
    super();
    this.busy = '';
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#known.addEventListener('change', this.#redraw);
    this.#known.start();
    this.#clock = setInterval(() => this.#known.jobs?.some(({ state }) => state === 'running') && this.requestUpdate(), TICK);
    void this.#start();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#known.removeEventListener('change', this.#redraw);
    this.#known.stop();
    clearInterval(this.#clock);
  }

  readonly #redraw = (): void => this.requestUpdate();

  /** The address of a job opens it, also when it is not among the newest. */
  async #start(): Promise<void> {
    await this.#known.load();
    const wanted = this.dataset['open'];
    if (!wanted) return;
    await this.#known.open(wanted);
    await this.updateComplete;
    this.querySelector(`#job-${CSS.escape(wanted)}`)?.scrollIntoView({ block: 'start' });
  }

  override render(): TemplateResult {
    const { jobs, more, loading, failure } = this.#known;
    return html`${this.#toolbar()} ${failure === undefined ? nothing : this.#failed(failure)}
    ${jobs === undefined ? (failure === undefined ? waiting() : nothing) : jobs.length === 0 ? this.#empty() : this.#list(jobs)}
    ${more ? html`<button type="button" class="button jobs-more" aria-busy=${String(loading)} @click=${() => void this.#known.loadMore()}>${t('Show older ones')}</button>` : nothing}`;
  }

  #toolbar(): TemplateResult {
    const { state, everyone } = this.#known.filter;
    const isAdmin = ADMINS.has(document.body.dataset['role'] ?? '');
    return html`<div class="jobs-toolbar">
      <div class="field">
        <label for="job-state">${t('State')}</label>
        <select id="job-state" @change=${(event: Event) => void this.#known.choose({ state: (event.target as HTMLSelectElement).value as State | '' })}>
          <option value="" ?selected=${state === ''}>${t('All')}</option>
          ${STATES.map((each) => html`<option value=${each} ?selected=${state === each}>${stateWords(each)}</option>`)}
        </select>
      </div>
      ${isAdmin
        ? html`<label class="check"
            ><input
              type="checkbox"
              class="switch"
              role="switch"
              .checked=${everyone}
              @change=${(event: Event) => void this.#known.choose({ everyone: (event.target as HTMLInputElement).checked })}
            /><span>${t("Everyone's")}</span></label
          >`
        : nothing}
    </div>`;
  }

  #list(jobs: Job[]): TemplateResult {
    return html`<ul class="rows run-rows" role="list">
      ${repeat(
        jobs,
        ({ id }) => id,
        (job) => html`<li id=${`job-${job.id}`}>${this.#row(job)}</li>`,
      )}
    </ul>`;
  }

  #row(job: Job): TemplateResult {
    const { icon, tone, words } = sign(job);
    const open = this.#known.full.has(job.id);
    return html`<div class="run-row job-row" data-state=${job.state}>
        <span class="run-sign" data-tone=${tone}><wa-icon name=${icon}></wa-icon></span>
        <div class="run-words">
          <div class="run-title">
            <button type="button" class="name-button" aria-expanded=${String(open)} aria-controls=${`about-${job.id}`} @click=${() => this.#toggle(job.id)}>
              <span>${job.title}</span>
            </button>
            <span class="badge" data-tone=${tone}>${words}</span>
          </div>
          ${job.state === 'running' ? progress(job) : nothing} ${job.error && job.state !== 'running' ? html`<div class="job-why" data-tone=${tone}>${job.error}</div>` : nothing}
        </div>
        <div class="run-facts caption">
          <span>${this.#known.filter.everyone ? html`${job.user.name} · ` : nothing}${when(job.created_at)}</span>
          <span>${taken(job, Date.now())}</span>
        </div>
        ${this.#buttons(job)}
      </div>
      <div id=${`about-${job.id}`} ?hidden=${!open}>${open ? this.#about(job.id) : nothing}</div>`;
  }

  #buttons(job: Job): TemplateResult | typeof nothing {
    if (!job.can_cancel && !job.can_retry) return nothing;
    const busy = String(this.busy === job.id);
    return html`<div class="job-buttons">
      ${job.can_retry ? html`<button type="button" class="button" data-size="small" aria-busy=${busy} aria-label=${t('Retry {title}', { title: job.title })} @click=${() => void this.#retry(job)}><wa-icon name="refresh"></wa-icon>${t('Retry')}</button>` : nothing}
      ${job.can_cancel ? html`<button type="button" class="button" data-size="small" aria-busy=${busy} aria-label=${t('Cancel {title}', { title: job.title })} @click=${() => void this.#act(job, 'cancel')}>${t('Cancel')}</button>` : nothing}
    </div>`;
  }

  #about(id: string): TemplateResult {
    const known = this.#known.full.get(id);
    if (known === undefined) return html`<p class="run-details muted" role="status">${t('Loading')}</p>`;
    if (!(known instanceof Error)) return jobDetails(known);
    return html`<div class="run-details"><p role="alert">${known.message}</p></div>`;
  }

  #failed(failure: unknown): TemplateResult {
    return html`<div class="alert" data-tone="error" role="alert">
      <wa-icon name="error"></wa-icon>
      <div class="alert-body">
        <div class="alert-title">${t('The jobs could not be loaded.')}</div>
        ${failure instanceof ApiError ? failure.message : t('Something went wrong.')}
      </div>
      <button type="button" class="button" data-size="small" @click=${() => void this.#known.load()}>${t('Try again')}</button>
    </div>`;
  }

  #empty(): TemplateResult {
    const filtered = this.#known.filter.state !== '';
    return html`<div class="card">
      <div class="empty">
        <span class="tile"><wa-icon name="pending_actions"></wa-icon></span>
        <div class="empty-title">${filtered ? t('No such jobs') : t('Nothing in the background')}</div>
        <p>${filtered ? t('Choose another state.') : t('When a plugin has something to do that takes long, it is listed here, with how far it is and what came of it.')}</p>
      </div>
    </div>`;
  }

  #toggle(id: string): void {
    if (this.#known.full.has(id)) this.#known.close(id);
    else void this.#known.open(id);
  }

  /** Where nobody knows whether a request arrived, sending it again is for a person to decide. */
  async #retry(job: Job): Promise<void> {
    if (job.error_code === 'OUTCOME_UNKNOWN') {
      const text = t('It stopped while it was sending something to another server, and nobody knows whether that arrived. Retry sends it again.');
      if (!(await confirm({ title: t('Send it again?'), text, confirmLabel: t('Send again') }))) return;
    }
    await this.#act(job, 'retry');
  }

  async #act(job: Job, what: 'cancel' | 'retry'): Promise<void> {
    if (this.busy) return;
    this.busy = job.id;
    try {
      await this.#known.act(job.id, what);
    } catch (error) {
      toast(error instanceof ApiError ? error.message : t('Something went wrong.'), { kind: 'error' });
    } finally {
      this.busy = '';
    }
  }
}

function progress({ title, progress: percent, progress_note: note }: Job): TemplateResult {
  const known = percent > 0;
  return html`<div class="progress job-progress" data-tone="info" ?data-indeterminate=${!known}>
    ${note ? html`<div class="progress-label"><span>${note}</span>${known ? html`<span class="progress-value">${percent} %</span>` : nothing}</div>` : nothing}
    <div class="progress-track" role="progressbar" aria-label=${title} aria-valuemin="0" aria-valuemax="100" aria-valuenow=${known ? percent : nothing}>
      <div class="progress-fill" ${styles({ '--progress': String(percent) })}></div>
    </div>
  </div>`;
}

function waiting(): TemplateResult {
  return html`<div class="rows" role="status" aria-label=${t('Loading')}>${[0, 1, 2].map(() => html`<div class="run-row" aria-hidden="true"><span class="skeleton"></span></div>`)}</div>`;
}
