/**
 * Sandbox: the script of the wrapper frame, which stands between the page and the document of a widget. It makes the
 * widget's frame, hands over one port, and says when that frame was loaded a second time. It reads nothing else.
 */

interface Config {
  channelId: string;
  widgetId: string;
  /** The widget's document, with its ticket. */
  frameUrl: string;
  appOrigin: string;
}

{
  const config = JSON.parse(document.getElementById('sandbox-config')!.textContent) as Config;
  const { channelId, widgetId, frameUrl, appOrigin } = config;
  const frame = document.createElement('iframe');
  let loads = 0;
  let isAnnounced = false;
  let isHandedOver = false;

  const tell = (method: string): void =>
    parent.postMessage({ type: 'event', method, id: method, channelId, widgetId, params: {} }, appOrigin);

  /** Whether it is an event of this mount; what else it holds is not looked at. */
  const isOurs = (data: unknown, method: string): boolean => {
    const message = data as Partial<Record<string, unknown>> | null;
    if (message?.['type'] !== 'event' || message['method'] !== method) return false;
    return message['channelId'] === channelId && message['widgetId'] === widgetId;
  };

  addEventListener('message', ({ source, origin, data, ports }) => {
    if (source === frame.contentWindow) {
      if (isAnnounced || loads > 1 || !isOurs(data, 'bridge_init')) return;
      isAnnounced = true;
      tell('bridge_init'); // written anew: nothing of what the widget wrote gets out this way
    } else if (source === parent && origin === appOrigin) {
      if (isOurs(data, 'theme')) dress((data as { params?: { theme?: unknown } }).params?.theme);
      if (!isOurs(data, 'port') || ports.length !== 1 || isHandedOver || loads > 1) return;
      isHandedOver = true;
      frame.contentWindow?.postMessage({ type: 'event', method: 'port', channelId, widgetId }, '*', [ports[0]!]);
    }
  });

  /** A frame of another colour scheme than what is around it is painted opaque. */
  const dress = (theme: unknown): void => {
    document.documentElement.style.colorScheme = theme === 'dark' ? 'dark' : 'light';
  };

  frame.addEventListener('load', () => {
    loads += 1;
    if (loads === 2) tell('reloaded'); // whatever is in there now is not what was installed
  });
  frame.setAttribute('sandbox', 'allow-scripts');
  frame.allow = '';
  frame.referrerPolicy = 'no-referrer';
  frame.title = document.title;
  frame.src = frameUrl;
  document.body.append(frame);
}
