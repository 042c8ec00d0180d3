/** Chat: `<agent-widget>`, a structured prompt of an agent: its tree, until when it can be answered, and what was answered. */
import { LitElement, html, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { ApiError, api } from '../api.ts';
import '../declarative/index.ts';
import type { ActionEffect, ActionHost, ActionRequest, UploadedFile } from '../declarative/hosts.ts';
import { pageActions } from '../declarative/page.ts';
import { styles } from '../declarative/styles.ts';
import { isRecord } from '../declarative/tree.ts';
import type { WidgetDefinition } from '../declarative/tree.ts';
import type { WidgetElement } from '../declarative/widget.ts';
import { t, tn } from '../i18n.ts';
import { answerWords, ownAnswer, votesOf } from './agent_answers.ts';
import { countdown, isOver } from './countdown.ts';
import type { AgentAnswer, AgentWidgetPayload, Message } from './shapes.ts';
import type { Talk } from './talk.ts';
import { wholeMoment } from './times.ts';
import { uploadAttachment } from './upload.ts';

const SECOND = 1_000;

export class AgentWidget extends LitElement {
  static override properties = { talk: { attribute: false }, message: { attribute: false }, fault: { state: true }, now: { state: true } };
  declare talk: Talk;
  declare message: Message & { payload: AgentWidgetPayload };
  /** Why the last attempt was refused. */
  declare private fault: string;
  declare private now: number;
  #definition: WidgetDefinition | undefined;
  #tree = '';
  #refocuses = false;
  /** What stands beside a field already, of the last attempt. */
  #besideField = '';
  #clock: ReturnType<typeof setInterval> | undefined;
  readonly #host: ActionHost = {
    ...pageActions(),
    toast: (kind, words) => {
      this.fault = kind === 'error' && words !== this.#besideField ? words : '';
    },
    run: (request) => this.#run(request),
    upload: async (file, { progress, signal }): Promise<UploadedFile> => {
      const { id, name, size, mime, url } = await uploadAttachment(this.message.conversation_id, file, progress, signal);
      return { id, name, size, media_type: mime, url };
    },
  };

  constructor() {
    super();
    this.fault = '';
    this.now = Date.now();
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#tick();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#clock);
    this.#clock = undefined;
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('message')) this.#take();
    this.dataset['kind'] = this.#payload.kind;
    this.dataset['state'] = this.#state;
    // The buttons go once it is answered; whoever pressed one is not thrown to the top of the page.
    this.#refocuses ||= this.#isLocked && !this.hasAttribute('data-locked') && this.contains(document.activeElement);
    this.toggleAttribute('data-locked', this.#isLocked);
    this.#tick();
  }

  protected override updated(_changed: PropertyValues): void {
    if (this.#refocuses) this.querySelector<HTMLElement>('.agent-widget')?.focus();
    this.#refocuses = false;
    // The tree stays mounted while others answer, so that nothing typed is lost; only what it reads of them changes.
    const { locked, state, answer, cancelled, answered } = this.#ctx;
    this.#widget?.patch({ 'ctx.locked': locked, 'ctx.state': state, 'ctx.answer': answer, 'ctx.cancelled': cancelled, 'ctx.answered': answered });
  }

  protected override render(): TemplateResult {
    const { spec } = this.#payload;
    return html`<section class="widget-bubble agent-widget" tabindex="-1" aria-label=${typeof spec['title'] === 'string' ? spec['title'] : t('Widget')}>
      <wm-widget .definition=${this.#definition} .actionHost=${this.#host}></wm-widget>
      ${this.fault ? html`<p class="chat-fault" role="alert"><wa-icon name="error" aria-hidden="true"></wa-icon>${this.fault}</p>` : nothing}
      ${this.#foot()}
    </section>`;
  }

  get #payload(): AgentWidgetPayload {
    return this.message.payload;
  }

  get #widget(): WidgetElement | null {
    return this.querySelector('wm-widget');
  }

  get #own(): AgentAnswer | undefined {
    return ownAnswer(this.#payload, this.talk.userId);
  }

  /** As the server said it last; by the clock it may have ended since. */
  get #state(): AgentWidgetPayload['state'] {
    const { state, expires_at: until } = this.#payload;
    return state === 'open' && isOver(until, this.now) ? 'expired' : state;
  }

  /** Whether this person can (no longer) answer it. */
  get #isLocked(): boolean {
    return this.#state !== 'open' || this.#own !== undefined || this.#isForOther || this.#lacksUpload;
  }

  /** Viewers store no files; they can answer everything else. */
  get #lacksUpload(): boolean {
    return this.#payload.kind === 'file-picker' && document.body.dataset['role'] === 'viewer';
  }

  get #isForOther(): boolean {
    const { asked } = this.#payload;
    return asked !== null && asked !== undefined && asked !== this.talk.userId;
  }

  get #ctx(): Record<string, unknown> {
    const state = this.#state;
    const own = this.#own;
    const answered = own ? { label: answerWords(this.#payload, own), at: own.at } : null;
    return { locked: this.#isLocked, state, answer: own?.value ?? null, cancelled: own?.cancelled ?? false, answered };
  }

  #take(): void {
    const tree = JSON.stringify(this.#payload.tree);
    if (tree === this.#tree) return;
    this.#tree = tree;
    this.#definition = { widgetId: this.#payload.prompt_id, tree: this.#payload.tree, ctx: this.#ctx };
  }

  /** A clock runs only while there is a time to count down. */
  #tick(): void {
    const runs = this.isConnected && this.message !== undefined && this.#payload.expires_at !== null && this.#state === 'open';
    if (!runs) {
      clearInterval(this.#clock);
      this.#clock = undefined;
    } else {
      this.#clock ??= setInterval(() => {
        this.now = Date.now();
      }, SECOND);
    }
  }

  #foot(): TemplateResult | typeof nothing {
    const parts = [this.#ending(), this.#openness(), this.#answers()].filter((part) => part !== nothing);
    return parts.length > 0 ? html`<div class="agent-widget-foot">${parts}</div>` : nothing;
  }

  #ending(): TemplateResult | typeof nothing {
    const { expires_at: until, kind } = this.#payload;
    const state = this.#state;
    if (state === 'expired') return badge('timer_off', t('Expired'), 'warning');
    if (state === 'cancelled') return badge('block', t('Cancelled'));
    if (state === 'replaced') return badge('update', t('Asked anew below'));
    if (state === 'open' && this.#isForOther) return badge('person', t('Asked of somebody else'));
    if (state === 'open' && this.#lacksUpload && !this.#own) return badge('lock', t('Viewers cannot send files.'));
    if (state !== 'open' || until === null || kind === 'progress' || this.#own) return nothing;
    return html`<span class="caption" title=${wholeMoment(until)}><wa-icon name="timer" aria-hidden="true"></wa-icon>${countdown(until, this.now)}</span>`;
  }

  /** Before one votes: that the others will see it. */
  #openness(): TemplateResult | typeof nothing {
    if (this.#payload.response_mode !== 'collective' || this.#isLocked) return nothing;
    return html`<span class="caption"><wa-icon name="how_to_vote" aria-hidden="true"></wa-icon>${t('A vote: everybody here sees who chose what.')}</span>`;
  }

  #answers(): TemplateResult | typeof nothing {
    const payload = this.#payload;
    const { answers } = payload;
    const votes = payload.response_mode === 'collective' ? votesOf(payload) : undefined;
    if (votes && answers.length > 0) {
      const most = Math.max(1, ...votes.map(({ names }) => names.length));
      return html`<ul class="agent-votes" aria-label=${t('Votes')}>
        ${votes.map(
          ({ label, names }) => html`<li>
            <span class="agent-vote-label">${label}</span>
            <span class="agent-vote-bar" aria-hidden="true" ${styles({ '--share': String(names.length / most) })}></span>
            <span class="caption">${tn('{count} vote', '{count} votes', names.length)}${names.some(Boolean) ? `: ${names.filter(Boolean).join(', ')}` : ''}</span>
          </li>`,
        )}
      </ul>`;
    }
    // What one confirmed oneself stands in the question already.
    const shown = payload.kind === 'confirm' ? answers.filter(({ user }) => user !== this.talk.userId) : answers;
    if (shown.length === 0 || payload.kind === 'progress') return nothing;
    return html`<ul class="agent-answers" aria-label=${t('Answers')}>
      ${shown.map((one) => {
        const isOwn = one.user === this.talk.userId;
        // One's own values stand in the fields of the form above.
        const words = isOwn && payload.kind === 'form' && !one.cancelled ? t('answered') : answerWords(payload, one);
        return html`<li><wa-icon name=${one.cancelled ? 'block' : 'check'} aria-hidden="true"></wa-icon><span><b>${isOwn ? t('You') : one.name}</b> ${words}</span></li>`;
      })}
    </ul>`;
  }

  async #run({ payload, form, idempotency_key: idempotencyKey }: ActionRequest): Promise<ActionEffect> {
    this.fault = this.#besideField = '';
    if (payload['tool'] !== 'answer') throw new Error(t('This cannot be done here.'));
    const args = isRecord(payload['args']) ? payload['args'] : {};
    const body = Object.keys(args).length > 0 ? args : { value: form };
    const { id, conversation_id: conversation } = this.message;
    try {
      const { message } = await api.post<{ message?: Message }>(`/api/conversations/${conversation}/messages/${id}/answer`, body, { idempotencyKey });
      if (message) this.talk.take(message);
    } catch (error) {
      const refusal = atField(error);
      if (refusal?.errors.some(({ path }) => path.split(/[.[]/)[0]! in form)) this.#besideField = refusal.message;
      throw refusal ?? error;
    }
    return { action: 'tool_result', result: { success: true } };
  }
}

function badge(icon: string, words: string, tone?: string): TemplateResult {
  return html`<span class="badge" data-tone=${tone ?? nothing}><wa-icon name=${icon} aria-hidden="true"></wa-icon>${words}</span>`;
}

/** The fault of one value, as forms show it beside the field: what is said of it, without the path. Undefined for all else. */
function atField(error: unknown): ApiError | undefined {
  if (!(error instanceof ApiError) || !error.path?.startsWith('value.')) return undefined;
  const prefix = `${error.path}: `;
  const message = error.message.startsWith(prefix) ? error.message.slice(prefix.length) : error.message;
  return new ApiError(error.code, message, error.status, error.path, [{ path: error.path.slice('value.'.length), message }]);
}
