/** Tests: serves the documents of sandbox frames as the server does on one host, with scripts that tests hand in. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Plugin } from 'vite';
import { classicScript } from './classic.ts';

interface Mounted {
  widgetId: string;
  channelId: string;
  instanceId: string;
}

const NONCE = 'test';
const WRAPPER = `sandbox allow-scripts; default-src 'none'; script-src 'nonce-${NONCE}'; style-src 'nonce-${NONCE}'; frame-src`;
const WIDGET = "sandbox allow-scripts; default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:; connect-src 'none'; base-uri 'none'; form-action 'none'";
const FILL = 'html,body{margin:0;height:100%;background:transparent}iframe{display:block;width:100%;height:100%;border:0}';
const BASE = 'html{background:transparent}body{margin:0;padding:12px;color:var(--widget-text,#222);font:14px/1.5 system-ui,sans-serif}';

const json = (value: unknown): string => JSON.stringify(value).replace(/[<>&]/g, (sign) => `\\u00${sign.charCodeAt(0).toString(16)}`);
const config = (value: unknown): string => `<script type="application/json" id="sandbox-config">${json(value)}</script>`;
const page = (head: string, body: string): string => `<!doctype html><html><head><meta charset="utf-8"><title>Test</title>${head}</head><body>${body}</body></html>`;

/** `PUT /test/widgets/<id>` keeps a script, or the page of a widget called `plugin…`; a widget called `gone…` is answered 404, `lost…` with a page that says that it failed. */
export function frameServer(): Plugin {
  const scripts = new Map<string, string>();

  async function wrapper(origin: string, query: URLSearchParams): Promise<{ html: string; policy: string; status: number }> {
    const mounted = Object.fromEntries(query) as unknown as Mounted;
    const { widgetId, channelId } = mounted;
    if (widgetId.startsWith('gone')) return { html: page('', 'Not found'), policy: "default-src 'none'", status: 404 };
    const policy = `${WRAPPER} ${origin}/api/widgets/frame/`;
    if (widgetId.startsWith('lost')) {
      const say = `parent.postMessage({type:'event',method:'failed',id:'failed',channelId:${json(channelId)},widgetId:${json(widgetId)},params:{message:'The script answered with status 500.'}},${json(origin)})`;
      return { html: page('', `<script nonce="${NONCE}">${say}</script>`), policy, status: 200 };
    }
    const ticket = Buffer.from(JSON.stringify(mounted)).toString('base64url');
    const settings = { channelId, widgetId, frameUrl: `${origin}/api/widgets/frame/${ticket}`, appOrigin: origin, widgetOrigin: 'null' };
    const script = await classicScript('wrapper');
    return { html: page(`<style nonce="${NONCE}">${FILL}</style>`, `${config(settings)}<script nonce="${NONCE}">${script}</script>`), policy, status: 200 };
  }

  async function widget(ticket: string): Promise<{ html: string; policy: string; status: number }> {
    const mounted = JSON.parse(Buffer.from(ticket, 'base64url').toString()) as Mounted;
    if (mounted.widgetId.startsWith('plugin')) {
      const html = `<!doctype html><meta charset="utf-8">${config(mounted)}<script>${await classicScript('pie')}</script>${scripts.get(mounted.widgetId) ?? ''}`;
      return { html, policy: WIDGET, status: 200 };
    }
    const settings = { ...mounted, permissions: [], slug: 'test', script: scripts.get(mounted.widgetId) ?? '' };
    const script = await classicScript('bridge');
    return { html: page(`<style>${BASE}</style>`, `<div id="widget-root"></div>${config(settings)}<script>${script}</script>`), policy: WIDGET, status: 200 };
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<boolean> {
    const origin = `http://${request.headers.host}`;
    const { pathname, searchParams } = new URL(request.url ?? '/', origin);
    if (request.method === 'PUT' && pathname.startsWith('/test/widgets/')) {
      scripts.set(pathname.slice('/test/widgets/'.length), await textOf(request));
      response.end();
      return true;
    }
    const isWrapper = pathname === '/api/widgets/sandbox';
    if (!isWrapper && !pathname.startsWith('/api/widgets/frame/')) return false;
    const { html, policy, status } = isWrapper ? await wrapper(origin, searchParams) : await widget(pathname.split('/').at(-1)!);
    response.writeHead(status, { 'Content-Type': 'text/html; charset=utf-8', 'Content-Security-Policy': policy, 'Cache-Control': 'no-store' });
    response.end(html);
    return true;
  }

  return {
    name: 'frame-server',
    configureServer({ middlewares }) {
      middlewares.use((request, response, next) => void answer(request, response).then((isAnswered) => isAnswered || next(), next));
    },
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}
