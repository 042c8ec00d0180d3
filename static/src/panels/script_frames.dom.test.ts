/** A sandboxed widget in its panel: one frame as long as the panel shows, another in the drawer, closed on demand. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import '../theme/theme.css';
import { live } from '../live/client.ts';
import type { SandboxFrame } from '../sandbox/frame.ts';
import { startPanelDrawer } from './drawer.ts';
import { openPanel, release } from './panel.ts';
import type { Panel } from './panel.ts';
import type { Instance, PanelView, SandboxInfo } from './shapes.ts';
import './view.ts';

const info = (over: Partial<SandboxInfo> = {}): SandboxInfo => ({
  widget_id: 'w1',
  status: 'ready',
  problems: [],
  permissions: [],
  in_chat: true,
  can_retry: true,
  min_size: { width: 200, height: 150 },
  preferred_size: { width: 400, height: 260 },
  name: 'Clock',
  source: 'widgets.example.com',
  version: '1.0',
  hash: 'abc',
  config: { zone: 'UTC' },
  ...over,
});
const view = (sandbox: SandboxInfo | null): PanelView => ({
  panel: {
    panel_id: 'clock-a',
    instance_id: 'i1',
    workspace_id: 's1',
    slug: 'clock',
    panel_type: 'clock',
    title: 'Clock A',
    label: 'A',
    builtin: false,
    sandbox,
  },
  tree: { type: 'column', children: [] } as unknown as PanelView['tree'],
  data: {},
});
const instance = (over: Partial<Instance> = {}): Instance =>
  ({
    id: 'i1',
    workspace_id: 's1',
    panel_id: 'clock-a',
    title: 'Clock A',
    enabled: true,
    config: {},
    panel_type: 'clock',
    builtin_slug: '',
    package_version: 'v1',
    layout: {},
    ...over,
  }) as Instance;

let answer: () => Response;
let asked: number;
let panel: Panel;
const settled = (time = 60): Promise<void> => new Promise((resolve) => setTimeout(resolve, time));
const frame = (within = 'main'): SandboxFrame | null => document.querySelector<SandboxFrame>(`${within} sandbox-frame`);
const host = (within = 'main'): HTMLElement => document.querySelector<HTMLElement>(`${within} panel-view`)!;
const resize = (detail: unknown, within = 'main'): boolean => frame(within)!.dispatchEvent(new CustomEvent('sandbox:resize', { bubbles: true, detail }));

beforeEach(async () => {
  asked = 0;
  answer = () => Response.json(view(info()));
  vi.spyOn(live(), 'subscribe').mockReturnValue(() => undefined);
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (input) => {
    const { pathname } = new URL(String(input), location.origin);
    if (!pathname.endsWith('/view')) return new Response('', { status: 404 });
    asked += 1;
    return answer();
  });
  document.body.innerHTML = '<div class="shell"><main></main></div>';
  const element = document.createElement('panel-view');
  panel = element.panel = openPanel('clock-a');
  document.querySelector('main')!.append(element);
  panel.place(instance());
  await vi.waitUntil(() => frame(), { timeout: 3_000 });
});
afterEach(() => {
  release(panel);
  document.body.replaceChildren();
  history.replaceState(null, '', location.pathname);
  vi.restoreAllMocks();
});

it('test_it_works', () => {
  expect(frame()!.info!.name).toBe('Clock');
  expect([frame()!.config, frame()!.label, frame()!.workspaceId, frame()!.instanceId]).toEqual([{ zone: 'UTC' }, 'Clock A', 's1', 'i1']);
  expect(host().hasAttribute('data-sandbox')).toBe(true);
  expect(host().style.getPropertyValue('--sandbox-height')).toBe('260px');
  expect(document.querySelector('wm-widget')).toBeNull();
});

it('the frame stays the same while the view is read again, also when that fails', async () => {
  const first = frame();
  answer = () => Response.json({ error: { code: 'INTERNAL', message: 'The database is away.' } }, { status: 500 });
  await panel.load();
  await settled();
  expect(document.querySelector('main [role=alert]')!.textContent).toContain('The database is away.');
  expect(frame()).toBe(first);
  answer = () => Response.json(view(info({ hash: 'def' })));
  panel.place(instance({ package_version: 'v2' })); // as a live event says it
  await settled();
  expect(frame()).toBe(first);
  expect(first!.info!.hash).toBe('def');
  expect(document.querySelector('main [role=alert]')).toBeNull();
});

it('the view is read again when the version changes or the frame asks, and not when the panel is moved', async () => {
  const before = asked;
  panel.place(instance({ layout: { x: 4, y: 0, w: 3, h: 3 } }));
  expect(asked).toBe(before);
  panel.place(instance({ package_version: 'v2' }));
  expect(asked).toBe(before + 1);
  frame()!.dispatchEvent(new Event('sandbox:reload', { bubbles: true }));
  expect(asked).toBe(before + 2);
  await settled();
});

it('a height that the widget asks for is kept within bounds', async () => {
  const wishes = [[512, '512px'], [1, '80px'], [1e12, '4000px'], ['90', '4000px'], [Number.NaN, '4000px'], [null, '4000px']];
  for (const [wish, height] of wishes) {
    resize({ width: 300, height: wish });
    await settled(20);
    expect(host().style.getPropertyValue('--sandbox-height')).toBe(height);
  }
  expect(host().hasAttribute('data-resized')).toBe(true);
});

it('a panel that is switched off has no frame', async () => {
  panel.place(instance({ enabled: false }));
  await settled(20);
  expect(frame()).toBeNull();
  expect(host().hasAttribute('data-sandbox')).toBe(false);
});

it('in the drawer it has a frame of its own, and is closed by whoever asks', async () => {
  startPanelDrawer();
  window.dispatchEvent(new CustomEvent('panel:open', { detail: { panel_id: 'clock-a' }, cancelable: true }));
  await vi.waitUntil(() => frame('panel-drawer'));
  expect(frame('panel-drawer')).not.toBe(frame());
  resize({ height: 640 }, 'panel-drawer');
  await settled(20);
  expect([host('panel-drawer').offsetHeight, host().style.getPropertyValue('--sandbox-height')]).toEqual([640, '260px']);
  expect(document.querySelector('[aria-label="Permissions and network of Clock A"]')).not.toBeNull();
  const drawer = document.querySelector<HTMLElement>('panel-drawer')!;
  window.dispatchEvent(new CustomEvent('panel:close', { detail: { panel_id: 'another' } }));
  expect(drawer.hidden).toBe(false);
  window.dispatchEvent(new CustomEvent('panel:close', { detail: { panel_id: 'clock-a' } }));
  expect(drawer.hidden).toBe(true);
  expect(frame()).not.toBeNull();
});
