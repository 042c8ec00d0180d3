/** Sessions: addresses of apps and their tabs, and how a page that shows an app is asked for one of its tabs. */

/** What a page with an app's workspace is asked: window event `app:open-tab`. Whoever shows the tab prevents its default. */
export interface TabRequest {
  app: string;
  tab: string;
  ctx: Record<string, unknown>;
}

/** The page of an app, with one of its tabs open. */
export function appAddress(app: string, tab?: string, ctx: Record<string, unknown> = {}): string {
  const search = new URLSearchParams();
  if (tab !== undefined) search.set('tab', tab);
  if (Object.keys(ctx).length > 0) search.set('ctx', JSON.stringify(ctx));
  return `/apps/${encodeURIComponent(app)}/${search.size > 0 ? `?${search}` : ''}`;
}

/** The `ctx` that the address of the page hands to its tab. */
export function ctxOfAddress(address: string = location.href): Record<string, unknown> {
  try {
    const ctx: unknown = JSON.parse(new URL(address).searchParams.get('ctx') ?? '{}');
    return typeof ctx === 'object' && ctx !== null && !Array.isArray(ctx) ? (ctx as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** Shows a tab: on this page where it can, else on the app's own. */
export function openTab(request: TabRequest, go: (address: string) => void = (address) => location.assign(address)): void {
  const asked = new CustomEvent<TabRequest>('app:open-tab', { detail: request, cancelable: true });
  if (window.dispatchEvent(asked)) go(appAddress(request.app, request.tab, request.ctx));
}
