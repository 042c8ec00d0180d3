/** Manager: a widget's own script: `<script-problem>` when it could not be had, and what it may do. */
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { locale, t } from '../../i18n.ts';
import { isAsked, permissionIcon, permissionWords } from '../../panels/permissions.ts';
import type { PixelSize } from '../../panels/shapes.ts';
import { toast } from '../../shell/toasts.ts';
import { brief, plain, plainName } from '../../texts.ts';
import { ManagerElement, message } from './element.ts';
import { canManage, whyNot } from './page.ts';
import type { SandboxFacts, Widget } from './server.ts';

/** `<script-problem .store .widget>`: what happened, and Retry for who may. Nothing where nothing is wrong. */
export class ScriptProblem extends ManagerElement {
  static override properties = { ...ManagerElement.properties, widget: { attribute: false }, tried: { state: true } };
  declare widget: Widget;
  /** When a try failed last: the reason may be the same as before. */
  declare private tried: Date | undefined;

  override render(): TemplateResult | typeof nothing {
    const { widget, store } = this;
    const { problems = [] } = widget;
    if (problems.length === 0) return nothing;
    const busy = store.isFetching(widget);
    // Why a try failed here is told by the widget itself by then; only a call that never came there is not.
    const fault = this.fault === undefined ? '' : message(this.fault);
    const refusal = problems.some((problem) => fault.includes(problem.message)) ? '' : fault;
    return html`<div class="script-problem" role="group" aria-label=${t('Problem of {name}', { name: plainName(widget.name) })}>
      <wa-icon name="warning" aria-hidden="true"></wa-icon>
      <div class="script-problem-text" role="status">
        <div class="alert-title">${whatLacks(widget)}</div>
        ${problems.map((problem) => html`<div>${plain(problem.message)}</div>`)} ${refusal ? html`<div>${plain(refusal)}</div>` : nothing}
        ${this.tried && !busy ? triedAt(this.tried) : nothing}
      </div>
      ${canManage(store.reader, widget)
        ? html`<button
            type="button"
            class="button"
            data-size="small"
            aria-label=${t('Retry: fetch the script of {name}', { name: plainName(widget.name) })}
            aria-busy=${String(busy)}
            aria-disabled=${String(busy)}
            @click=${() => void this.#retry()}
          >
            ${busy ? html`<span class="spinner" aria-hidden="true"></span>` : html`<wa-icon name="refresh" aria-hidden="true"></wa-icon>`}${busy ? t('Fetching…') : t('Retry')}
          </button>`
        : html`<span class="caption">${whyNot(store.reader, widget)}</span>`}
    </div>`;
  }

  async #retry(): Promise<void> {
    const { widget, store } = this;
    if (store.isFetching(widget)) return;
    this.fault = undefined;
    try {
      await store.fetchScript(widget);
      // A live event may have taken the button away before the answer came.
      const lostFocus = document.activeElement === document.body || this.contains(document.activeElement);
      toast(t('{name} has its script: its panels show it now.', { name: brief(widget.name) }), { kind: 'success' });
      if (lostFocus) this.dispatchEvent(new CustomEvent('solved', { bubbles: true }));
    } catch (error) {
      this.fault = error;
      this.tried = new Date();
    }
  }
}

function triedAt(moment: Date): TemplateResult {
  const time = moment.toLocaleTimeString(locale());
  return html`<div class="caption">${t('Tried again at {time}.', { time })}</div>`;
}

function whatLacks({ commands }: Widget): string {
  if (commands.length === 0) return t('Its script is not here: its panels stay empty.');
  return t('Its script is not here: the chat can use it, its panels stay empty.');
}

/** What its manifest declares about its script. */
export function scriptSection(facts: SandboxFacts): TemplateResult {
  const { permissions, network_allowlist: origins, min_size: smallest, preferred_size: preferred } = facts;
  const state = facts.status === 'ready' ? t('Here, and part of this version') : t('Not here');
  return html`<section aria-labelledby="script-title">
    <h3 id="script-title" tabindex="-1">${t('Its own script')}</h3>
    <p class="muted">${t('Runs in a sealed frame: of the page around it, it gets only what is listed here.')}</p>
    <dl class="facts">
      ${fact(t('Script from'), facts.entrypoint_host)} ${fact(t('State'), state)}
      ${preferred ? fact(t('Likes to be'), sizeInWords(preferred)) : nothing}
      ${smallest ? fact(t('At least'), sizeInWords(smallest)) : nothing}
    </dl>
    ${permissions.length === 0
      ? html`<p class="muted">${t('It asks for nothing.')}</p>`
      : html`<ul class="package-list script-rights" role="list">
          ${permissions.map((permission) => right(permission, origins))}
        </ul>`}
  </section>`;
}

function right(permission: string, origins: string[]): TemplateResult {
  const hosts = permission === 'network:fetch' && origins.length > 0 ? html`<span class="mono caption">${origins.join(', ')}</span>` : nothing;
  return html`<li>
    <wa-icon name=${permissionIcon(permission)} aria-hidden="true"></wa-icon>
    <span>${permissionWords(permission)} ${isAsked(permission) ? html`<span class="badge">${t('asks first')}</span>` : nothing} ${hosts}</span>
  </li>`;
}

function fact(name: string, value: string): TemplateResult {
  return html`<div><dt>${name}</dt><dd>${value}</dd></div>`;
}

function sizeInWords({ width, height }: PixelSize): string {
  return t('{width} × {height} pixels', { width, height });
}
