/**
 * Sandbox: the script of a widget's document. It makes `window.WidgetBridge`, asks the page for a port, and only then
 * runs the widget's own script. The document belongs to the widget: nothing here is a secret or a check of the page's.
 */
import { createWidgetSide } from './widget_side.ts';
import type { WidgetConfig } from './widget_side.ts';

interface Config extends WidgetConfig {
  /** The text of the widget's script. */
  script: string;
  /** Names the script in errors and in the browser's tools. */
  slug?: string;
}

{
  const config = JSON.parse(document.getElementById('sandbox-config')!.textContent) as Config;
  const { channelId, widgetId } = config;
  const root = document.documentElement;

  /** The page's theme as CSS: `color-scheme` and `--widget-…` on the root. */
  const dress = ({ theme, colors }: Record<string, unknown>): void => {
    root.style.colorScheme = theme === 'dark' ? 'dark' : 'light';
    root.dataset['theme'] = root.style.colorScheme;
    for (const [name, colour] of Object.entries((colors ?? {}) as Record<string, string>)) {
      root.style.setProperty(`--widget-${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`, colour);
    }
  };

  const side = createWidgetSide(config, (name, detail) => {
    if (detail['colors']) dress(detail);
    dispatchEvent(new CustomEvent(name, { detail }));
  });
  Object.defineProperty(window, 'WidgetBridge', { value: side.bridge, enumerable: true });

  const reportError = (error: unknown, message: string): void => {
    const stack = error instanceof Error ? String(error.stack) : '';
    const own = stack.split('\n').filter((line) => !line.includes(location.pathname)); // the bridge is not the author's
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

  const script = document.createElement('script');
  script.textContent = `${config.script}\n//# sourceURL=${(config.slug ?? 'widget').replace(/[^\w-]/g, '')}.js`;
  (document.body ?? document.documentElement).append(script);
}
