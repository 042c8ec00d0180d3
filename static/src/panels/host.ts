/** Panels: how the controls of a panel reach the server and the page. */
import { pageActions } from '../declarative/index.ts';
import type { ActionHost } from '../declarative/index.ts';
import { t } from '../i18n.ts';
import { setDock } from '../shell/dock.ts';
import type { Panel } from './panel.ts';
import type { IntentResult } from './shapes.ts';

/** Shows a panel large, wherever the page does that; without such a place the dashboard is opened with it. */
export function showPanel(panelId: string): void {
  const event = new CustomEvent('panel:open', { detail: { panel_id: panelId }, cancelable: true });
  if (window.dispatchEvent(event)) location.assign(`/dashboard/?panel=${encodeURIComponent(panelId)}`);
}

/** Actions of one panel. `tool` is an operation of its template. */
export function panelHost(panel: Panel): ActionHost {
  return pageActions({
    run: async ({ type, payload, idempotency_key: key }) => {
      if (type !== 'tool') throw new Error(t('A panel can only call its own operations.'));
      const result = await panel.run(String(payload['tool']), payload['args'] ?? {}, key);
      if (result.success) followResult(result, panel.panelId);
      return {
        action: 'tool_result',
        result: { success: result.success, data: result, error: { message: result.error ?? '' } },
      };
    },
    chat: (message, send) => {
      setDock(true);
      window.dispatchEvent(new CustomEvent('chat:compose', { detail: { text: message, send } }));
    },
  });
}

/** Goes where the answer points: a panel, a page of ours, an address outside. */
function followResult({ showInViewPanel, navigateTo, openUrl }: IntentResult, panelId: string): void {
  if (openUrl && /^https?:\/\//i.test(openUrl)) window.open(openUrl, '_blank', 'noopener,noreferrer');
  else if (navigateTo && isOwnPath(navigateTo)) location.assign(navigateTo);
  else if (showInViewPanel && showInViewPanel !== panelId) showPanel(showInViewPanel);
}

function isOwnPath(path: string): boolean {
  return path.startsWith('/') && new URL(path, location.origin).origin === location.origin;
}
