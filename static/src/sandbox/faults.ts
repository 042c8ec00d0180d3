/** Sandbox: what went wrong with a widget, in words, and the dialog with everything that is known about it. */
import { html, nothing, render } from 'lit';
import type { TemplateResult } from 'lit';
import { putOnClipboard } from '../clipboard.ts';
import { t } from '../i18n.ts';
import { openDialog } from '../shell/dialogs.ts';
import { toast } from '../shell/toasts.ts';
import { plain } from '../texts.ts';
import type { Ending } from './host.ts';
import type { Refusal } from './protocol.ts';
import { nameOf, sourceWords } from './words.ts';

export type FaultKind = 'chat_only' | 'failed' | 'script' | 'slow' | 'silent' | 'crashed';

export interface Fault {
  kind: FaultKind;
  /** What the server or the frame said. */
  messages: string[];
}

export interface ScriptError {
  message: string;
  stack: string;
}

/** What is known of a mount that has a fault. */
export interface Report {
  name: string;
  source: string;
  version: string;
  hash: string;
  fault: Fault;
  errors: ScriptError[];
  blocked: string[];
  refusals: ReadonlyMap<Refusal, number>;
}

/** One sentence for the person. */
export function faultWords({ kind, messages }: Fault): string {
  switch (kind) {
    case 'chat_only':
      return t('Its script could not be fetched.');
    case 'failed':
      return messages[0] ? plain(messages[0]) : t('It could not be loaded.');
    case 'script':
      return t('Its script failed before it was ready.');
    case 'slow':
      return t('It was not ready after 10 seconds.');
    case 'silent':
      return t('It does not respond.');
    case 'crashed':
      return endingWords(messages[0] as Ending);
  }
}

function endingWords(why: Ending): string {
  switch (why) {
    case 'reloaded':
      return t('It left its page, and was stopped.');
    case 'too many':
      return t('It sent more than a page can take, and was stopped.');
    case 'keyboard':
      return t('It kept taking the keyboard from the page, and was stopped.');
  }
}

function refusalWords(kind: Refusal): string {
  switch (kind) {
    case 'malformed':
      return t('messages that are none');
    case 'too large':
      return t('messages over 64 KB');
    case 'too many':
      return t('messages over the limit of 20 per second');
    case 'wrong channel':
      return t('messages of another frame’s channel');
    case 'wrong window':
      return t('messages of a window that is not its frame');
    case 'wrong origin':
      return t('messages from another origin');
    case 'repeated':
      return t('messages that come once only');
    case 'unknown event':
      return t('events that nobody knows');
  }
}

/** Everything for whoever has to find the reason. */
export function openReport(report: Report): void {
  const title = t('Widget Error: {name}', { name: nameOf(report.name) });
  const { body, dialog, closed } = openDialog({ title, width: 640 });
  dialog.classList.add('sandbox-report');
  render(contents(report), body);
  void closed.then(() => render(nothing, body));
}

function contents(report: Report): TemplateResult {
  const { fault, errors, blocked, refusals, version, hash } = report;
  const refused = [...refusals].map(([kind, count]) => html`${count} × ${refusalWords(kind)}`);
  const reasons = fault.kind === 'crashed' ? [] : fault.messages.map(plain);
  return html`<div class="stack">
    <p>${faultWords(fault)}</p>
    ${part(t('Reasons'), listOf(reasons))}
    ${part(t('Errors of its script'), errors.map(errorBox))}
    ${part(t('Refused by its content policy'), listOf(blocked.map((what) => html`<code>${plain(what)}</code>`)))}
    ${part(t('Refused by this page'), listOf(refused))}
    <dl class="permission-facts">
      <dt>${t('Source')}</dt>
      <dd><bdi>${sourceWords(report.source)}</bdi></dd>
      <dt>${t('Version')}</dt>
      <dd><bdi>${plain(version)}</bdi> <code class="permission-hash">${hash}</code></dd>
    </dl>
    <div class="cluster">
      <button type="button" class="button" data-size="small" @click=${() => void copy(report)}>
        <wa-icon name="content_copy" aria-hidden="true"></wa-icon>${t('Copy all')}
      </button>
    </div>
  </div>`;
}

function part(title: string, content: TemplateResult[]): TemplateResult | typeof nothing {
  if (content.length === 0) return nothing;
  return html`<section class="sandbox-report-part"><h3>${title}</h3>${content}</section>`;
}

/** None or one list. */
function listOf(entries: (TemplateResult | string)[]): TemplateResult[] {
  return entries.length === 0 ? [] : [html`<ul>${entries.map((entry) => html`<li>${entry}</li>`)}</ul>`];
}

function errorBox({ message, stack }: ScriptError): TemplateResult {
  const isTold = stack.includes(message.replace(/^Uncaught /, ''));
  const text = isTold ? stack : [message, stack].filter(Boolean).join('\n');
  return html`<pre tabindex="0" role="region" aria-label=${t('Error')}>${plain(text)}</pre>`;
}

async function copy(report: Report): Promise<void> {
  const worked = await putOnClipboard(textOf(report));
  toast(worked ? t('Copied') : t('It could not be copied.'), { kind: worked ? 'success' : 'error' });
}

function textOf({ name, source, version, hash, fault, errors, blocked, refusals }: Report): string {
  return [
    `${name} ${version} (${source}, ${hash})`,
    faultWords(fault),
    ...fault.messages,
    ...errors.map(({ message, stack }) => `${message}\n${stack}`.trim()),
    ...blocked,
    ...[...refusals].map(([kind, count]) => `${count} × ${refusalWords(kind)}`),
  ].join('\n');
}
