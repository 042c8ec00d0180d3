/** Primitive `confirm`: a card that asks before something is done, and says afterwards what was chosen. */
import { html, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { t } from '../../i18n.ts';
import { when } from '../../times.ts';
import { tellAnswer } from '../actions.ts';
import { millisecondsOf } from '../expressions/dates.ts';
import { isMissing, toText } from '../expressions/values.ts';
import { iconOf } from '../primitive.ts';
import { PressablePrimitive } from '../pressable.ts';
import { definePrimitive } from '../registry.ts';
import { isRecord } from '../tree.ts';

type Name =
  | 'title' | 'text' | 'icon' | 'variant' | 'children' | 'confirm_label' | 'cancel_label' | 'loading_label' | 'require_text'
  | 'confirm_action' | 'cancel_action' | 'answered';

interface Answer {
  label: string;
  /** ISO 8601; empty where it is not known. */
  at: string;
}

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
    const answered = this.node['answered'] === undefined ? this.evaluated('{{ctx.answered}}') : this.prop('answered');
    if (isMissing(answered) || answered === false || answered === '') return undefined;
    if (answered === true) return { label: this.#confirmLabel, at: '' };
    if (!isRecord(answered)) return { label: toText(answered), at: '' };
    return { label: toText(answered['label']) || this.#confirmLabel, at: toText(answered['at']) };
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
    return this.#choose('confirm_action', this.#confirmLabel, this.node.id ?? 'confirm');
  }

  #cancel(): Promise<void> {
    return this.#choose('cancel_action', this.text('cancel_label', t('Cancel')), `${this.node.id ?? 'confirm'}.cancel`);
  }

  /** One choice, once. When its action fails, the question stays: the reason has been shown. */
  async #choose(name: 'confirm_action' | 'cancel_action', label: string, actionId: string): Promise<void> {
    if (this.#pending) return;
    this.#pending = true;
    const outcome = await this.pressAs(this.node[name], actionId);
    this.#pending = false;
    const isAnswered = this.node[name] === undefined || outcome?.ok === true;
    if (isAnswered) this.#answer = { label, at: new Date().toISOString() };
    this.requestUpdate();
    if (isAnswered) await tellAnswer(this.node[name], this.scope, actionId);
  }
}

definePrimitive({
  type: 'confirm',
  properties: [
    'title', 'text', 'icon', 'variant', 'children', 'confirm_label', 'cancel_label', 'loading_label', 'require_text', 'confirm_action',
    'cancel_action', 'answered',
  ],
  element: ConfirmElement,
});
