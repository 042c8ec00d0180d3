/** Primitive `confirm`: a card that asks before something is done, and says afterwards what was chosen. */
import { html, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { t } from '../../i18n.ts';
import { when } from '../../times.ts';
import { NESTED, tellAnswer } from '../actions.ts';
import { millisecondsOf } from '../expressions/dates.ts';
import { isMissing, toText } from '../expressions/values.ts';
import { iconOf } from '../primitive.ts';
import { PressablePrimitive } from '../pressable.ts';
import { definePrimitive } from '../registry.ts';
import { isAction, isRecord } from '../tree.ts';

type Name =
  | 'title' | 'text' | 'icon' | 'variant' | 'children' | 'confirm_label' | 'cancel_label' | 'loading_label' | 'require_text'
  | 'confirm_action' | 'cancel_action' | 'answered';

interface Answer {
  label: string;
  /** ISO 8601; empty where it is not known. */
  at: string;
}

/** An answer may be given again when its action has not ended by then, as on the server. Milliseconds. */
const ABANDONED = 120_000;

class ConfirmElement extends PressablePrimitive<Name> {
  #answer: Answer | undefined;
  #typed = '';
  #pending = false;

  protected override willUpdate(changed: PropertyValues): void {
    if (!changed.has('node')) return;
    this.#answer = undefined;
    this.#typed = '';
  }

  protected override show(): unknown {
    const answer = this.#answer ?? this.#known();
    const destructive = this.word('variant', ['primary', 'destructive']) === 'destructive';
    const [title, text] = [this.text('title', t('Are you sure?')), this.text('text')];
    return html`<div class="confirm" role="group" aria-labelledby=${this.uid} ?data-answered=${answer !== undefined}>
      <div class="card-header">
        <span class="tile" data-tone=${answer ? 'neutral' : destructive ? 'error' : 'accent'}>${iconOf(this.text('icon', destructive ? 'warning' : 'help'))}</span>
        <div class="card-heading">
          <div class="card-title" id=${this.uid}>${title}</div>
          ${text ? html`<div class="card-subtitle">${text}</div>` : nothing}
        </div>
      </div>
      ${this.node['children'] === undefined ? nothing : html`<div class="confirm-body" ?inert=${answer !== undefined}>${this.nodes('children')}</div>`}
      ${answer ? this.#outcome(answer) : html`${this.#lock()}${this.#buttons(destructive)}`}
      <div class="visually-hidden" role="status">${this.#answer ? t('Chosen: {choice}', { choice: this.#answer.label }) : nothing}</div>
    </div>`;
  }

  /** What was chosen on another page or before this one was loaded. */
  #known(): Answer | undefined {
    const answered = this.node['answered'] === undefined ? this.#kept() : this.prop('answered');
    if (isMissing(answered) || answered === false || answered === '') return undefined;
    if (answered === true) return { label: this.#confirmLabel, at: '' };
    if (!isRecord(answered)) return { label: toText(answered), at: '' };
    return { label: toText(answered['label']) || this.#confirmLabel, at: toText(answered['at']) };
  }

  /** What the conversation keeps: by question where it knows them apart. One whose action never came to an end is none. */
  #kept(): unknown {
    const answers = this.evaluated('{{ctx.answers}}');
    if (!isRecord(answers) || Object.keys(answers).length === 0) return this.evaluated('{{ctx.answered}}');
    const answer = Object.hasOwn(answers, this.#key) ? answers[this.#key] : undefined;
    if (!isRecord(answer)) return undefined;
    const surroundings = this.scope.mount.surroundings();
    const since = millisecondsOf(answer['pending'], surroundings);
    return since !== undefined && Date.now() - since > ABANDONED ? undefined : answer;
  }

  get #confirmLabel(): string {
    return this.text('confirm_label', t('Confirm'));
  }

  #outcome({ label, at }: Answer): TemplateResult {
    const known = millisecondsOf(at, this.scope.mount.surroundings()) !== undefined;
    return html`<p class="confirm-outcome"><wa-icon name="check" aria-hidden="true"></wa-icon>
      <span class="confirm-choice">${label}</span>${known ? html`<span class="muted">${when(at)}</span>` : nothing}</p>`;
  }

  /** A field for the words that have to be typed first; Enter goes on. */
  #lock(): TemplateResult | typeof nothing {
    const words = this.text('require_text');
    if (!words) return nothing;
    const typed = (event: InputEvent): void => {
      this.#typed = (event.target as HTMLInputElement).value;
      this.requestUpdate();
    };
    const enter = (event: KeyboardEvent): void => {
      if (event.key !== 'Enter' || event.isComposing) return;
      event.preventDefault();
      if (this.#unlocked) void this.#confirm();
    };
    return html`<div class="field"><label for="${this.uid}-lock">${t('To go on, type: {words}', { words })}</label>
      <input class="input" id="${this.uid}-lock" autocomplete="off" spellcheck="false" .value=${live(this.#typed)} ?disabled=${this.busy} @input=${typed} @keydown=${enter} /></div>`;
  }

  get #unlocked(): boolean {
    return this.#typed.trim() === this.text('require_text').trim();
  }

  #buttons(destructive: boolean): TemplateResult {
    const label = this.#confirmLabel;
    return html`<div class="confirm-actions">
      <button type="button" class="button" aria-disabled=${this.busy ? 'true' : nothing} @click=${() => this.#cancel()}>${this.text('cancel_label', t('Cancel'))}</button>
      <button type="button" class="button" data-variant=${destructive ? 'destructive' : 'primary'} aria-busy=${String(this.busy)}
          aria-disabled=${this.busy ? 'true' : nothing} ?disabled=${!this.#unlocked} @click=${() => this.#confirm()}>
        ${this.busy ? html`<span class="spinner" aria-hidden="true"></span>${this.text('loading_label', label)}` : label}
      </button>
    </div>`;
  }

  #confirm(): Promise<void> {
    return this.#choose('confirm', this.#confirmLabel);
  }

  #cancel(): Promise<void> {
    return this.#choose('cancel', this.text('cancel_label', t('Cancel')));
  }

  /** One choice, once. When its action fails, the question stays: the reason has been shown. */
  async #choose(button: 'confirm' | 'cancel', label: string): Promise<void> {
    if (this.#pending) return;
    this.#pending = true;
    const action = withoutIds(this.node[`${button}_action`]);
    const actionId = `${this.#key}.${button}`;
    const outcome = await this.pressAs(action, actionId);
    this.#pending = false;
    const isAnswered = action === undefined || outcome?.ok === true;
    if (isAnswered) this.#answer = { label, at: new Date().toISOString() };
    this.requestUpdate();
    if (isAnswered) await tellAnswer(action, this.scope, actionId);
  }

  /** What the conversation keeps its answer under. */
  get #key(): string {
    return this.node.id || 'confirm';
  }
}

/** The server knows an answer by its node and button, so no action in it goes by a name of its own. */
function withoutIds(action: unknown): unknown {
  if (!isAction(action)) return action;
  const { id: _, ...own } = action;
  const below = Object.entries(own).map(([name, value]) => {
    if (name === 'actions' && Array.isArray(value)) return [name, value.map(withoutIds)];
    return [name, NESTED.has(name) ? withoutIds(value) : value];
  });
  return Object.fromEntries(below) as unknown;
}

definePrimitive({
  type: 'confirm',
  properties: [
    'title', 'text', 'icon', 'variant', 'children', 'confirm_label', 'cancel_label', 'loading_label', 'require_text', 'confirm_action',
    'cancel_action', 'answered',
  ],
  element: ConfirmElement,
});
