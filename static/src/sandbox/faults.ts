/** Sandbox: what went wrong with a widget, in words, and the dialog with everything that is known about it. */
import { html, nothing, render } from 'lit';
import type { TemplateResult } from 'lit';
import { putOnClipboard } from '../clipboard.ts';
import { t } from '../i18n.ts';
import { openDialog } from '../shell/dialogs.ts';
import { toast } from '../shell/toasts.ts';
import type { Refusal } from './protocol.ts';
import { nameOf, plain, sourceWords } from './words.ts';

export type FaultKind = 'chat_only' | 'failed' | 'script' | 'slow' | 'silent' | 'crashed';

export interface Fault {
  kind: FaultKind;
  /** What the server or the frame said. */
  messages: string[];
}

/** What is known of a mount that has a fault. */
export interface Report {
  name: string;
  source: string;
  version: string;
  hash: string;
  fault: Fault;
  errors: { message: string; stack: string }[];
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
      return messages[0] === 'too many' ? t('It sent more than a page can take, and was stopped.') : t('It left its page, and was stopped.');
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
  const { body, dialog, closed } = openDialog({ title: t('Widget Error: {name}', { name: nameOf(report.name) }), width: 640 });
  dialog.classList.add('sandbox-report');
  render(contents(report), body);
  void closed.then(() => render(nothing, body));
}

function contents(report: Report): TemplateResult {
  const { fault, errors, blocked, refusals } = report;
  const copy = (): void => void putOnClipboard(textOf(report)).then((worked) => toast(worked ? t('Copied') : t('It could not be copied.'), { kind: worked ? 'success' : 'error' }));
  return html`<div class="stack">
    <p>${faultWords(fault)}</p>
    ${section(t('Reasons'), fault.kind === 'crashed' || fault.messages.length === 0 ? nothing : html`<ul>${fault.messages.map((message) => html`<li>${plain(message)}</li>`)}</ul>`)}
    ${section(t('Errors of its script'), errors.length === 0 ? nothing : errors.map(({ message, stack }) => html`<pre tabindex="0" role="region" aria-label=${t('Error')}>${plain(stack.includes(message.replace(/^Uncaught /, '')) ? stack : [message, stack].filter(Boolean).join('\n'))}</pre>`))}
    ${section(t('Refused by its content policy'), blocked.length === 0 ? nothing : html`<ul>${blocked.map((what) => html`<li><code>${plain(what)}</code></li>`)}</ul>`)}
    ${section(t('Refused by this page'), refusals.size === 0 ? nothing : html`<ul>${[...refusals].map(([kind, count]) => html`<li>${count} × ${refusalWords(kind)}</li>`)}</ul>`)}
    <dl class="permission-facts">
      <dt>${t('Source')}</dt><dd><bdi>${sourceWords(report.source)}</bdi></dd>
      <dt>${t('Version')}</dt><dd><bdi>${plain(report.version)}</bdi> <code class="permission-hash">${report.hash}</code></dd>
    </dl>
    <div class="cluster"><button type="button" class="button" data-size="small" @click=${copy}><wa-icon name="content_copy" aria-hidden="true"></wa-icon>${t('Copy all')}</button></div>
  </div>`;
}

function section(title: string, content: unknown): TemplateResult | typeof nothing {
  return content === nothing ? nothing : html`<section class="sandbox-report-part"><h3>${title}</h3>${content}</section>`;
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
