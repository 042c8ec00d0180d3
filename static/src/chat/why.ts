/** Chat: `<chat-why>`, how an answer came about: who answered, what was chosen, and the prompt section used. */
import { LitElement, html, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { isRecord } from '../declarative/tree.ts';
import { t } from '../i18n.ts';
import { toast } from '../shell/toasts.ts';
import { argumentList } from './questions.ts';
import { server } from './server.ts';
import type { Message, Step, Why } from './shapes.ts';
import { wordsOf } from './faults.ts';

export class ChatWhy extends LitElement {
  static override properties = { message: { attribute: false }, why: { state: true }, failure: { state: true } };
  declare message: Message;
  declare private why: Why | undefined;
  declare private failure: string;

  constructor() {
    super();
    this.why = undefined;
    this.failure = '';
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override firstUpdated(_changed: PropertyValues): void {
    void this.#load();
  }

  /** Into view, from its beginning where it is higher than the log. */
  protected override updated(changed: PropertyValues): void {
    if (changed.has('why')) this.scrollIntoView({ block: 'nearest' });
  }

  async #load(): Promise<void> {
    this.failure = '';
    try {
      this.why = await server.why(this.message);
    } catch (error) {
      this.failure = wordsOf(error);
    }
  }

  protected override render(): TemplateResult {
    if (this.failure) return this.#failed();
    if (!this.why) {
      return html`<div role="status" aria-label=${t('Loading')} class="chat-why-wait"><span class="skeleton"></span><span class="skeleton"></span></div>`;
    }
    return html`${facts(this.why)} ${this.why.steps.map(stepView)} ${this.#prompt(this.why.prompt_section)}`;
  }

  #failed(): TemplateResult {
    return html`<div class="cluster">
      <span>${this.failure}</span>
      <button type="button" class="button" data-size="small" @click=${() => void this.#load()}>${t('Try again')}</button>
    </div>`;
  }

  #prompt(section: string): TemplateResult | typeof nothing {
    if (!section) return nothing;
    return html`<div class="chat-why-prompt">
      <div class="chat-why-head">
        <span>${t('Prompt section')}</span>
        <button type="button" class="icon-button" data-size="small" aria-label=${t('Copy the prompt section')} title=${t('Copy')}
          @click=${() => void copy(section)}>
          <wa-icon name="content_copy" aria-hidden="true"></wa-icon>
        </button>
      </div>
      <pre tabindex="0" role="region" aria-label=${t('Prompt section')}>${section}</pre>
    </div>`;
  }
}

/** Into the clipboard, with a word about whether it worked. */
export async function copy(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    toast(t('Copied'), { kind: 'success' });
  } catch {
    toast(t('The browser does not allow copying here.'), { kind: 'error' });
  }
}

function facts({ provider, model, generation, visible_panel_ids: visible, focused_panel_id: focused }: Why): TemplateResult {
  return html`<dl class="chat-arguments">
    <div><dt>${t('Answered by')}</dt><dd>${provider}${model && model !== provider ? html` · ${model}` : nothing}</dd></div>
    <div><dt>${t('Panels on the screen')}</dt><dd>${visible ? panels(visible) : t('not told: all of yours count')}</dd></div>
    ${focused ? html`<div><dt>${t('Panel in focus')}</dt><dd><code>${focused}</code></dd></div>` : nothing}
    ${generation ? html`<div><dt>${t('Manifests')}</dt><dd>${t('generation')} <code>${generation}</code></dd></div>` : nothing}
  </dl>`;
}

function panels(ids: string[]): TemplateResult {
  return ids.length === 0 ? html`${t('none')}` : html`${ids.map((id, at) => html`${at > 0 ? ', ' : nothing}<code>${id}</code>`)}`;
}

function stepView(step: Step): TemplateResult {
  return html`<div class="chat-step">
    <div class="chat-why-head">
      <span>${step.tool ? html`${t('Tool called')} <code>${step.tool}</code>` : step.intentName ? t('Intent chosen') : t('No intent chosen')}</span>
      <span class="badge" data-tone=${toneOf(step.outcome)}>${outcomeName(step)}</span>
    </div>
    ${step.panelId && step.intentName
      ? argumentList({ panelId: step.panelId, intentName: step.intentName, params: step.params ?? {} })
      : nothing}
    ${step.tool ? toolArguments(step) : nothing}
  </div>`;
}

function toolArguments({ app, arguments: given }: Step): TemplateResult {
  const entries = Object.entries(isRecord(given) ? given : {});
  return html`<dl class="chat-arguments">
    ${app ? html`<div><dt>${t('App')}</dt><dd><code>${app}</code></dd></div>` : nothing}
    ${entries.map(([name, value]) => html`<div><dt>${name}</dt><dd>${typeof value === 'string' ? value : html`<code>${JSON.stringify(value)}</code>`}</dd></div>`)}
  </dl>`;
}

function toneOf(outcome: string): string {
  const tones: Record<string, string> = { done: 'success', failed: 'error', refused: 'error', declined: 'warning', confirmation: 'warning', asked: 'info' };
  return tones[outcome] ?? 'neutral';
}

function outcomeName({ outcome, code }: Step): string {
  const names: Record<string, string> = {
    done: t('Done'),
    failed: t('Failed'),
    refused: t('Refused'),
    declined: t('Declined'),
    confirmation: t('Waits for a yes'),
    asked: t('Asked back'),
    text: t('Answered in words'),
  };
  return [names[outcome] ?? outcome, code].filter(Boolean).join(' · ');
}
