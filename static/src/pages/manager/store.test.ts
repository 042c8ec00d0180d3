import { beforeEach, expect, test, vi } from 'vitest';
import type { StreamListener } from '../../live/client.ts';
import type { Place, Widget, Workspace } from './server.ts';
import { ManagerStore } from './store.ts';
import type { Server } from './store.ts';

const ME = { userId: 'me', tenantId: 'acme', role: 'member' as const };
const widget = (over: Partial<Widget> = {}): Widget => ({
  id: 'w1',
  user_id: 'me',
  tenant_id: 'acme',
  name: 'Board',
  slug: 'board',
  source_type: 'file',
  source_ref: 'b.json',
  version: '1.0',
  manifest: {},
  enabled: true,
  package_version: 'p1',
  commands: [],
  created_at: '1',
  updated_at: '1',
  ...over,
});
const workspace = (over: Partial<Workspace> = {}): Workspace => ({ id: 's1', name: 'Main', visibility: 'private', owner_id: 'me', created_at: '1', ...over });
const place = (over: Partial<Place> = {}): Place => ({
  id: 'i1',
  widget_id: 'w1',
  builtin_slug: '',
  workspace_id: 's1',
  panel_id: 'board-1',
  label: 'A',
  title: 'Board A',
  slug: 'board',
  panel_type: 'taskboard',
  enabled: true,
  config: {},
  created_at: '1',
  updated_at: '1',
  ...over,
});

let streams: Map<string, StreamListener>;
let server: { [name in keyof Server]: ReturnType<typeof vi.fn> };
let store: ManagerStore;
let number: number;

const tell = (stream: string, event: string, data: unknown): void =>
  streams.get(stream)?.event?.({ type: 'event', stream, number: (number += 1), event, data });

function snapshot(stream: string, data: unknown): void {
  streams.get(stream)?.snapshot?.({ type: 'snapshot', stream, number: 1, data });
}

async function started(widgets = [widget()], workspaces = [workspace()], places = [place()]): Promise<void> {
  server.list.mockResolvedValue({ widgets, builtins: [] });
  server.workspaces.mockResolvedValue(workspaces);
  server.places.mockResolvedValue(places);
  await store.start();
}

beforeEach(() => {
  number = 1;
  streams = new Map();
  const calls = ['list', 'workspaces', 'places', 'enable', 'uninstall', 'remove', 'rename', 'place', 'configure', 'createWorkspace', 'samples', 'sample', 'install', 'preview', 'widgetsOf', 'widget', 'fetchScript'];
  server = Object.fromEntries(calls.map((name) => [name, vi.fn().mockResolvedValue({ success: true })])) as typeof server;
  const live = {
    subscribe: (stream: string, listener: StreamListener) => {
      streams.set(stream, listener);
      return () => streams.delete(stream);
    },
  };
  store = new ManagerStore(ME, server as unknown as Server, live);
});

test('it works', async () => {
  await started();
  expect([...streams.keys()].sort()).toEqual(['tenant:acme', 'user:me', 'workspace:s1']);
  tell('user:me', 'widget.put', { widget: widget({ name: 'Renamed', updated_at: '2' }) });
  expect(store.widget('w1')?.name).toBe('Renamed');
  expect(store.placesOf('w1')).toHaveLength(1);
  tell('user:me', 'widget.removed', { widget_id: 'w1' });
  expect(store.widgets).toEqual([]);
  expect(store.placesOf('w1')).toEqual([]);
  store.stop();
  expect(streams.size).toBe(0);
});

test('a switch moves at once and goes back when it is refused', async () => {
  await started();
  server.enable.mockRejectedValue(new Error('no'));
  const refused = store.enable(store.widget('w1')!, false);
  expect(store.isEnabled(store.widget('w1')!)).toBe(false);
  await expect(refused).rejects.toThrow('no');
  expect(store.isEnabled(store.widget('w1')!)).toBe(true);
});

test('of several wishes the last one holds', async () => {
  await started();
  const first = store.enable(store.widget('w1')!, false);
  for (const wish of [true, false, true]) void store.enable(store.widget('w1')!, wish);
  expect(store.isSwitching(store.widget('w1')!)).toBe(true);
  await first;
  expect(server.enable.mock.calls).toEqual([
    ['w1', false],
    ['w1', true],
  ]);
  expect([store.isSwitching(store.widget('w1')!), store.widget('w1')!.enabled]).toEqual([false, true]);
});

test('somebody else’s later switch is not overwritten by our answer', async () => {
  await started();
  server.enable.mockImplementation(async () => {
    tell('user:me', 'widget.put', { widget: widget({ enabled: false, updated_at: '2' }) });
    tell('user:me', 'widget.put', { widget: widget({ enabled: true, updated_at: '3' }) });
  });
  await store.enable(store.widget('w1')!, false);
  expect(store.isEnabled(store.widget('w1')!)).toBe(true);
});

test('a script is asked for once at a time, and its problem goes with it', async () => {
  const problems = [{ path: 'sandbox.entrypoint', message: 'No answer.' }];
  await started([widget({ problems })]);
  server.fetchScript.mockResolvedValue(widget({ problems: [], updated_at: '2' }));
  const asked = [store.fetchScript({ id: 'w1' }), store.fetchScript({ id: 'w1' })];
  expect(store.isFetching({ id: 'w1' })).toBe(true);
  await Promise.all(asked);
  expect(server.fetchScript).toHaveBeenCalledOnce();
  expect([store.isFetching({ id: 'w1' }), store.widget('w1')!.problems]).toEqual([false, []]);
});

test('a script that is refused once more tells the new reason', async () => {
  await started([widget({ problems: [{ path: 'sandbox.entrypoint', message: 'No answer.' }] })]);
  server.fetchScript.mockRejectedValue(new Error('has changed'));
  server.widget.mockResolvedValue(widget({ problems: [{ path: 'sandbox.entrypoint', message: 'It has changed.' }], updated_at: '2' }));
  await expect(store.fetchScript({ id: 'w1' })).rejects.toThrow('has changed');
  expect(store.widget('w1')!.problems).toEqual([{ path: 'sandbox.entrypoint', message: 'It has changed.' }]);
  server.widget.mockRejectedValue(new Error('away'));
  await expect(store.fetchScript({ id: 'w1' })).rejects.toThrow('has changed');
  expect(store.isFetching({ id: 'w1' })).toBe(false);
  expect(store.widget('w1')!.problems).toEqual([{ path: 'sandbox.entrypoint', message: 'It has changed.' }]);
});

test('what is old or gone does not come back', async () => {
  await started([widget({ updated_at: '5' })]);
  store.putWidget(widget({ name: 'Old', updated_at: '4' }));
  expect(store.widget('w1')?.name).toBe('Board');
  await store.uninstall(store.widget('w1')!);
  store.putWidget(widget({ updated_at: '9' }));
  expect(store.widgets).toEqual([]);
});

test('a snapshot replaces what its stream tells of, and nothing else', async () => {
  const shared = widget({ id: 'w2', user_id: null });
  const mates = widget({ id: 'w3', user_id: 'bob' });
  await started([widget(), shared, mates]);
  snapshot('user:me', { widgets: [widget({ id: 'w4' })], workspaces: [] });
  expect(store.widgets.map(({ id }) => id).sort()).toEqual(['w2', 'w3', 'w4']);
  snapshot('tenant:acme', { widgets: [], workspaces: [workspace({ id: 's2', visibility: 'tenant' })] });
  expect(store.widgets.map(({ id }) => id).sort()).toEqual(['w3', 'w4']);
  expect(streams.has('workspace:s2')).toBe(true);
});

test('a workspace that is shared stays, whichever stream is faster', async () => {
  await started();
  const shared = { workspace: workspace({ visibility: 'tenant' }) };
  tell('tenant:acme', 'workspace.put', shared);
  tell('user:me', 'workspace.removed', { workspace_id: 's1' });
  expect(store.workspaces).toHaveLength(1);
  tell('tenant:acme', 'workspace.removed', { workspace_id: 's1' });
  expect(store.workspaces).toHaveLength(0);
  expect(store.placesOf('w1')).toEqual([]);
  tell('tenant:acme', 'workspace.put', shared);
  expect(store.workspaces).toHaveLength(1);
  tell('tenant:acme', 'workspace.put', { workspace: workspace({ owner_id: 'bob' }) });
  expect(store.workspaces).toHaveLength(0);
});

test('a teammate’s widget is read when it is placed, and follows its places’ switch', async () => {
  await started([], [workspace({ visibility: 'tenant' })], []);
  const mates = widget({ id: 'w3', user_id: 'bob' });
  server.list.mockResolvedValue({ widgets: [mates], builtins: [] });
  server.places.mockResolvedValue([place({ widget_id: 'w3' })]);
  tell('workspace:s1', 'instance.put', { instance: place({ widget_id: 'w3' }) });
  await vi.waitFor(() => expect(store.widget('w3')).toBeDefined());
  tell('workspace:s1', 'instance.put', { instance: place({ widget_id: 'w3', enabled: false }) });
  expect(store.isEnabled(store.widget('w3')!)).toBe(false);
});

test('a teammate’s widget that a snapshot places is read, too, and goes with its last place', async () => {
  await started([], [workspace({ visibility: 'tenant' })], []);
  server.list.mockResolvedValue({ widgets: [widget({ id: 'w3', user_id: 'bob' })], builtins: [] });
  server.places.mockResolvedValue([place({ widget_id: 'w3' })]);
  snapshot('workspace:s1', { instances: [place({ widget_id: 'w3' })] });
  await vi.waitFor(() => expect(store.widget('w3')).toBeDefined());
  server.list.mockResolvedValue({ widgets: [], builtins: [] });
  server.places.mockResolvedValue([]);
  snapshot('workspace:s1', { instances: [] });
  await vi.waitFor(() => expect(store.widget('w3')).toBeUndefined());
});

test('a list that was on its way does not undo what events brought', async () => {
  await started([widget(), widget({ id: 'w3', user_id: 'bob' })]);
  let answer: (list: unknown) => void = () => undefined;
  server.list.mockReturnValue(new Promise((resolve) => (answer = resolve)));
  tell('workspace:s1', 'instance.put', { instance: place({ id: 'i9', widget_id: 'unknown' }) });
  await vi.waitFor(() => expect(server.list).toHaveBeenCalledTimes(2));
  tell('user:me', 'widget.put', { widget: widget({ id: 'new' }) });
  tell('user:me', 'widget.removed', { widget_id: 'w1' });
  answer({ widgets: [widget()], builtins: [] });
  await vi.waitFor(() => expect(store.widget('w3')).toBeUndefined());
  expect(store.widgets.map(({ id }) => id)).toEqual(['new']);
});

test('without an answer the page says so, and tries again', async () => {
  server.list.mockRejectedValue(new Error('away'));
  await store.start();
  expect([store.state, streams.size]).toEqual(['failed', 0]);
  await started();
  expect([store.state, streams.size]).toEqual(['ready', 3]);
});
