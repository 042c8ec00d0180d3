/** Declarative: Markdown as safe HTML. The parser comes in its own chunk, on first use. */
import { html } from 'lit';
import type { TemplateResult } from 'lit';
import { until } from 'lit/directives/until.js';
import { unsafeHTML } from 'lit/directives/unsafe-html.js';
import { hostOf, pictureUrl } from './addresses.ts';

type Render = (source: string) => string;

const MOST_CHARACTERS = 200_000;
let loading: Promise<Render> | undefined;

async function load(): Promise<Render> {
  const [{ default: MarkdownIt }, { default: purify }] = await Promise.all([import('markdown-it'), import('dompurify')]);
  const parser = new MarkdownIt({ html: false, linkify: true, breaks: false });
  const options = {
    FORBID_TAGS: ['style', 'form', 'input', 'button', 'svg', 'math', 'iframe'],
    FORBID_ATTR: ['style', 'class', 'id', 'name'],
    ALLOWED_URI_REGEXP: /^(?:https?:|mailto:|#|\/(?![/\\]))/i,
  };
  purify.addHook('afterSanitizeAttributes', outwards);
  purify.addHook('afterSanitizeAttributes', pictures);
  return (source) => purify.sanitize(parser.render(source.slice(0, MOST_CHARACTERS)), options);
}

/** Links that lead away open in a new tab and tell nothing about this page. */
function outwards(node: Element): void {
  if (node.tagName !== 'A' || !/^https?:/i.test(node.getAttribute('href') ?? '')) return;
  node.setAttribute('target', '_blank');
  node.setAttribute('rel', 'noopener noreferrer nofollow');
}

/** Which hosts' pictures the text that is being made safe may show. */
let shows: (host: string) => boolean = () => false;

/** A picture of a host that may be shown comes through this server when it is seen; any other is a link to it. */
function pictures(node: Element): void {
  if (node.tagName !== 'IMG') return;
  const written = node.getAttribute('src') ?? '';
  const host = hostOf(written);
  if (host !== undefined && !shows(host)) return linkTo(node, written, host);
  node.setAttribute('src', pictureUrl(written));
  node.setAttribute('loading', 'lazy');
}

function linkTo(node: Element, address: string, host: string): void {
  const link = node.ownerDocument.createElement('a');
  link.href = address;
  link.textContent = node.getAttribute('alt') ? `${node.getAttribute('alt')} (${host})` : host;
  outwards(link);
  node.replaceWith(link);
}

/**
 * The HTML of a Markdown text. HTML in the text is shown as text; links and images only lead to https, http or here, and
 * pictures of other servers are links, but for the hosts that `showsPicturesOf` allows.
 */
export async function renderMarkdown(source: string, showsPicturesOf: (host: string) => boolean = () => false): Promise<string> {
  const render = await (loading ??= load());
  shows = showsPicturesOf;
  return render(source);
}

/** Markdown in a template; until the parser is there the source is shown. */
export function markdown(source: string, showsPicturesOf?: (host: string) => boolean): TemplateResult {
  const rendered = renderMarkdown(source, showsPicturesOf).then((safe) => html`${unsafeHTML(safe)}`);
  return html`<div class="prose">${until(rendered, html`<p>${source}</p>`)}</div>`;
}
