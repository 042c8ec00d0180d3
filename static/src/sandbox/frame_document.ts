/**
 * Sandbox: what every document of a widget does before anything of the widget's own: it asks the page for a port, wears
 * the page's theme, and tells of what goes wrong. The document belongs to the widget: nothing here is a secret or a
 * check of the page's.
 */
import type { Port } from './link.ts';
import type { Address } from './protocol.ts';

/** The side of the link that is in the document. */
export interface Side {
  connect(port: Port): void;
  report(method: 'error' | 'blocked', params: Record<string, string>): void;
}

/** What the server wrote into the document. */
export function readConfig<Config extends Address>(): Config {
  return JSON.parse(document.getElementById('sandbox-config')!.textContent) as Config;
}

/** The page's theme as CSS: `color-scheme`, `data-theme` and `--widget-…` on the root. */
export function wear({ theme, colors }: Record<string, unknown>): void {
  const root = document.documentElement;
  root.style.colorScheme = theme === 'dark' ? 'dark' : 'light';
  root.dataset['theme'] = root.style.colorScheme;
  for (const [name, colour] of Object.entries((colors ?? {}) as Record<string, string>)) {
    root.style.setProperty(`--widget-${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`, colour);
  }
}

/** Asks the page for the port, and reports errors and what the content policy refuses. `failed` hears of errors, too. */
export function openLink({ channelId, widgetId }: Address, side: Side, failed?: () => void): void {
  const reportError = (error: unknown, message: string): void => {
    failed?.();
    const stack = error instanceof Error ? String(error.stack) : '';
    const own = stack.split('\n').filter((line) => !line.includes(location.pathname)); // ours is not the author's
    side.report('error', { message: message.slice(0, 1000), stack: own.join('\n').slice(0, 4000) });
  };
  addEventListener('error', ({ error, message }) => reportError(error, message));
  addEventListener('unhandledrejection', ({ reason }) => {
    reportError(reason, reason instanceof Error ? `${reason.name}: ${reason.message}` : String(reason));
  });
  addEventListener('securitypolicyviolation', ({ effectiveDirective: directive, blockedURI }) => {
    side.report('blocked', { directive, url: blockedURI.slice(0, 500) });
  });
  const receive = ({ source, data, ports }: MessageEvent): void => {
    const message = data as Partial<Record<string, unknown>> | null;
    if (source !== parent || message?.['method'] !== 'port' || message['channelId'] !== channelId) return;
    if (ports.length !== 1) return;
    removeEventListener('message', receive);
    side.connect(ports[0]!);
  };
  addEventListener('message', receive);
  parent.postMessage({ type: 'event', method: 'bridge_init', id: 'init', channelId, widgetId, params: {} }, '*');
}
