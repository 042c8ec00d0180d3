/** Chat: what an answer asks back: a yes to a write with its exact arguments, or one of several candidates. */
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { t } from '../i18n.ts';
import type { ChoicesPayload, ConfirmationPayload, IntentArgs } from './shapes.ts';
import type { Fault } from './faults.ts';

export interface QuestionState {
  /** What is being done with the message: `accepted`, `declined`, `choose:<index>`. */
  doing: string | undefined;
  fault: Fault | undefined;
}

/** Every argument as it will be sent; nothing is shortened. */
export function argumentList({ panelId, intentName, params }: IntentArgs): TemplateResult {
  const given = Object.entries(params);
  return html`<dl class="chat-arguments">
    <div><dt>${t('Panel')}</dt><dd><code>${panelId}</code></dd></div>
    <div><dt>${t('Command')}</dt><dd><code>${intentName}</code></dd></div>
    ${given.map(([name, value]) => html`<div><dt class="mono">${name}</dt><dd>${written(value)}</dd></div>`)}
    ${given.length === 0 ? html`<div><dt>${t('Arguments')}</dt><dd class="muted">${t('none')}</dd></div>` : nothing}
  </dl>`;
}

function written(value: unknown): TemplateResult {
  return typeof value === 'string' ? html`<span class="chat-value">${value}</span>` : html`<code class="chat-value">${JSON.stringify(value, null, 2)}</code>`;
}

export function confirmationView(
  { summary, args, answer }: ConfirmationPayload,
  { doing, fault }: QuestionState,
  answerIt: (accept: boolean) => void,
): TemplateResult {
  const isOver = fault?.code.startsWith('CONFIRMATION_') ?? false;
  return html`<section class="chat-card" data-tone=${answer || isOver ? 'neutral' : 'warning'} aria-label=${t('Confirmation')}>
    <div class="chat-card-head">
      <wa-icon name="gpp_maybe" aria-hidden="true"></wa-icon>
      <div><div class="chat-card-title">${answer ? t('Asked before a change') : t('Do this?')}</div><div>${summary}</div></div>
    </div>
    ${argumentList(args)}
    ${answer ? verdict(answer) : isOver ? nothing : yesAndNo(doing, answerIt)} ${faultView(fault)}
  </section>`;
}

function yesAndNo(doing: string | undefined, answerIt: (accept: boolean) => void): TemplateResult {
  const isBusy = doing !== undefined;
  return html`<div class="cluster">
    <button type="button" class="button" data-variant="primary" aria-disabled=${String(isBusy)} @click=${() => !isBusy && answerIt(true)}>
      ${doing === 'accepted' ? html`<span class="spinner" aria-hidden="true"></span>` : nothing}${t('Confirm')}
    </button>
    <button type="button" class="button" aria-disabled=${String(isBusy)} @click=${() => !isBusy && answerIt(false)}>
      ${doing === 'declined' ? html`<span class="spinner" aria-hidden="true"></span>` : nothing}${t('Cancel')}
    </button>
  </div>`;
}

function verdict(answer: 'accepted' | 'declined'): TemplateResult {
  const accepted = answer === 'accepted';
  return html`<p class="chat-verdict" tabindex="-1" data-tone=${accepted ? 'success' : 'neutral'}>
    <wa-icon name=${accepted ? 'check_circle' : 'cancel'} aria-hidden="true"></wa-icon>${accepted ? t('Confirmed') : t('Cancelled')}
  </p>`;
}

/** The one taken is marked at once, and freed again where the server refuses. */
export function choicesView(
  { choices, chosen }: ChoicesPayload,
  { doing, fault }: QuestionState,
  choose: (index: number) => void,
): TemplateResult {
  const taken = chosen ?? (doing?.startsWith('choose:') ? Number(doing.slice('choose:'.length)) : undefined);
  const isOpen = taken === undefined;
  return html`<div class="chat-choices" role="group" aria-label=${t('Choices')}>
      ${choices.map(
        ({ label, intentName }, index) => html`<button
          type="button"
          class="button"
          aria-pressed=${String(index === taken)}
          aria-disabled=${String(!isOpen)}
          @click=${() => isOpen && choose(index)}
        >
          ${index === taken
            ? chosen === undefined
              ? html`<span class="spinner" aria-hidden="true"></span>`
              : html`<wa-icon name="check" aria-hidden="true"></wa-icon>`
            : nothing}<span>${label || intentName}</span>
        </button>`,
      )}
    </div>
    ${faultView(fault)}`;
}

export function faultView(fault: Fault | undefined): TemplateResult | typeof nothing {
  if (!fault) return nothing;
  return html`<p class="chat-fault" role="alert"><wa-icon name="error" aria-hidden="true"></wa-icon>${fault.words}</p>`;
}
