/** Dashboard: what a tile and the drawer call a panel whose name hides or turns letters. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { live } from '../../live/client.ts';
import { startPanelDrawer } from '../../panels/drawer.ts';
import { openPanel, release } from '../../panels/panel.ts';
import type { Instance, PanelView } from '../../panels/shapes.ts';
import { DashboardPanel } from './frame.ts';

if (!customElements.get('dashboard-panel')) customElements.define('dashboard-panel', DashboardPanel);

const WRITTEN = 'Sys\u200btem\u202e A';
const SHOWN = 'Sys\\u200btem\\u202e';
const PLACE = { id: 'i1', workspace_id: 's1', panel_id: 'system-a', slug: 'system', title: WRITTEN, label: 'A', panel_type: 'list', builtin_slug: '', widget_id: 'w1', enabled: true, sandbox: true, config: {}, config_schema: null, layout: {}, size: [4, 4] } satisfies Instance;
const VIEW = { panel: { panel_id: 'system-a', instance_id: 'i1', workspace_id: 's1', slug: 'system', panel_type: 'list', title: WRITTEN, label: 'A', builtin: false }, tree: { type: 'column', children: [] } as unknown as PanelView['tree'], data: {} } satisfies PanelView;

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 60));
/** Everything that is read or read out. */
const told = (element: Element): string => {
  const parts = [...element.querySelectorAll('*')].flatMap((one) => ['aria-label', 'title'].map((name) => one.getAttribute(name) ?? ''));
  return [element.textContent, ...parts].join('\n');
};

beforeEach(() => {
  vi.spyOn(live(), 'subscribe').mockReturnValue(() => undefined);
  vi.spyOn(globalThis, 'fetch').mockImplementation((input) => Promise.resolve(String(input).includes('/view') ? Response.json(VIEW) : new Response('', { status: 404 })));
  document.body.innerHTML = '<div class="shell"><main></main></div>';
});
afterEach(() => {
  vi.restoreAllMocks();
  document.body.replaceChildren();
});

it('a tile writes them out, in its title, its menu and the question before it goes', async () => {
  const panel = openPanel('system-a');
  const tile = new DashboardPanel();
  Object.assign(tile, { instance: PLACE, panel, editable: true, switchable: true });
  document.querySelector('main')!.append(tile);
  await settled();
  expect(tile.querySelector('h2')!.textContent.replace(/\s+/g, ' ').trim()).toBe(`${SHOWN} A`);
  expect(tile.querySelector('h2')!.title).toBe(`${SHOWN} A`);
  tile.querySelector<HTMLElement>('[data-stay]')!.click();
  await settled();
  expect(tile.querySelector('.menu-question')!.textContent).toContain(`Remove ${SHOWN} A?`);
  expect(told(tile)).not.toMatch(/[\u200b\u202e]/);
  release(panel);
});

it('and so does the drawer', async () => {
  startPanelDrawer();
  window.dispatchEvent(new CustomEvent('panel:open', { cancelable: true, detail: { panel_id: 'system-a' } }));
  await vi.waitFor(() => expect(document.querySelector('panel-drawer h2')!.textContent).toBe(SHOWN));
  expect(told(document.querySelector('panel-drawer')!)).not.toMatch(/[\u200b\u202e]/);
  window.dispatchEvent(new CustomEvent('panel:close', { detail: { panel_id: 'system-a' } }));
});
