/** What a widget may do in one place, and what it fetched, with the server's answers made here. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { axeFaults } from '../declarative/testing.ts';
import { live } from '../live/client.ts';
import type { StreamListener } from '../live/client.ts';
import type { Grant } from './grants.ts';
import type { LoggedRequest } from './network_log.ts';
import { openPermissions } from './permissions_dialog.ts';

interface Call {
  method: string;
  path: string;
  body: Record<string, unknown>;
}

const LONG = `${'A name that is very long '.repeat(6)}A`;
const answered = (over: Partial<Grant> = {}): Grant => ({
  instance_id: 'i1',
  permission: 'write:notes',
  level: 'always',
  expires_at: null,
  created_at: '2026-01-01T00:00:00Z',
  current: true,
  widget: { id: 'w1', name: 'Weather', source: 'widgets.example.com' },
  panel: { panel_id: 'weather-a', title: 'Weather A', workspace_id: 's1', workspace: 'Team' },
  ...over,
});
const fetched = (over: Partial<LoggedRequest> = {}): LoggedRequest => ({
  method: 'GET',
  url: 'https://api.example.com/v1?city=Bern',
  status: 200,
  size: 3_200,
  milliseconds: 120,
  error: '',
  created_at: '2026-01-01T00:00:00Z',
  user: 'Alice',
  ...over,
});

let calls: Call[];
let grants: Grant[];
let requests: LoggedRequest[];
let permissions: string[];
/** Paths that are refused, with the reason. */
let refused: Record<string, string>;
let stream: StreamListener | undefined;

async function fakeFetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  const url = new URL(String(input), location.origin);
  if (!url.pathname.startsWith('/api/')) return new Response('', { status: 404 }); // an icon
  const method = init?.method ?? 'GET';
  const body = typeof init?.body === 'string' ? (JSON.parse(init.body) as Record<string, unknown>) : {};
  calls.push({ method, path: url.pathname + url.search, body });
  const reason = refused[`${method} ${url.pathname}`];
  if (reason) return Response.json({ error: { code: 'REFUSED', message: reason } }, { status: 409 });
  if (url.pathname === '/api/widgets/network-log') return Response.json({ requests });
  if (url.pathname === '/api/widgets/w1') return Response.json({ widget: widget() });
  if (method === 'POST') return Response.json({ grant: answered(body as Partial<Grant>) }, { status: 201 });
  return Response.json(method === 'DELETE' ? { success: true } : { grants });
}

function widget(): unknown {
  const sandbox = {
    status: 'ready',
    permissions,
    network_allowlist: ['https://api.example.com'],
    entrypoint_host: 'widgets.example.com',
    min_size: null,
    preferred_size: null,
  };
  return {
    name: 'Weather',
    source_type: 'url',
    source_ref: 'https://widgets.example.com/m.json',
    version: '1.0',
    content_hash: 'abcdef0123456789'.repeat(4),
    problems: [],
    sandbox,
  };
}

const settled = async (): Promise<void> => {
  for (let frame = 0; frame < 4; frame += 1) await new Promise((resolve) => requestAnimationFrame(resolve));
};
const words = (element: Element): string => element.textContent.replace(/\s+/g, ' ').trim();
const find = <Found extends HTMLElement = HTMLElement>(selector: string): Found => document.querySelector<Found>(selector)!;
const rights = (): string[] => [...document.querySelectorAll('panel-permissions > section:nth-of-type(2) li')].map(words);
const button = (name: string): HTMLButtonElement =>
  [...document.querySelectorAll('button')].find((each) => (each.getAttribute('aria-label') ?? words(each)) === name)!;
const tell = (event: string, data: unknown): void => stream!.event!({ type: 'event', stream: 'user:me', number: 1, event, data });

async function opened(title = 'Weather A'): Promise<void> {
  openPermissions({ instanceId: 'i1', widgetId: 'w1', title });
  await settled();
}

beforeEach(() => {
  calls = [];
  grants = [];
  requests = [];
  refused = {};
  permissions = ['read:notes', 'write:notes', 'write:chat', 'network:fetch'];
  document.documentElement.lang = 'en';
  document.body.innerHTML = '<main></main>';
  document.body.dataset['signedIn'] = 'me';
  document.body.dataset['role'] = 'member';
  vi.spyOn(globalThis, 'fetch').mockImplementation(fakeFetch);
  vi.spyOn(live(), 'subscribe').mockImplementation((_, listener) => {
    stream = listener;
    return () => (stream = undefined);
  });
});
afterEach(() => {
  find<HTMLDialogElement>('dialog[open]')?.close();
  vi.restoreAllMocks();
});

it('test_it_works', async () => {
  grants = [answered()];
  const error = 'evil.example is not in the list of this widget';
  requests = [fetched(), fetched({ method: 'POST', status: null, error, url: 'https://evil.example/', user: null })];
  await opened();
  expect(find('dialog h2').textContent).toBe('Permissions of Weather A');
  expect(words(find('panel-permissions > section'))).toContain('Weather runs a script of its own from widgets.example.com.');
  expect(rights()).toHaveLength(5); // four, and the server that may be asked
  expect(rights()[0]).toContain('Without asking.');
  expect(rights()[1]).toContain('Always allowed');
  expect(rights()[2]).toContain('Asks you each time.');
  expect(rights()[3]).toContain('https://api.example.com');
  expect([...document.querySelectorAll('.network-rows > li')].map(words)).toEqual([
    expect.stringMatching(/^200 GET https:\/\/api\.example\.com\/v1\?city=Bern 3\.2 kB · 120 ms · .* · Alice$/),
    expect.stringMatching(/^Refused POST https:\/\/evil\.example\/ evil\.example is not in the list of this widget [^·]*$/),
  ]);
  expect(await axeFaults()).toEqual([]);
});

it('an answer is taken back at once and given again by Undo', async () => {
  grants = [answered({ level: 'never' })];
  await opened();
  expect(rights()[1]).toContain('Never allowed');
  button('Ask again: Change the notes of this dashboard').click();
  await settled();
  expect(rights()[1]).toContain('Asks you each time.');
  expect(document.activeElement?.id).toBe('permissions-title');
  const body = { instanceId: 'i1', permission: 'write:notes' };
  expect(calls.at(-1)).toMatchObject({ method: 'DELETE', path: '/api/widgets/permissions', body });
  button('Undo').click();
  await settled();
  expect(calls.at(-1)).toMatchObject({ method: 'POST', body: { ...body, level: 'never' } });
  expect(rights()[1]).toContain('Never allowed');
});

it('an answer that cannot be taken back stands again, with the reason', async () => {
  grants = [answered()];
  refused = { 'DELETE /api/widgets/permissions': 'The server rests.' };
  await opened();
  button('Ask again: Change the notes of this dashboard').click();
  await settled();
  expect(rights()[1]).toContain('Always allowed');
  expect(words(find('.toast:last-child'))).toContain('The server rests.');
  expect(button('Undo')).toBeUndefined();
});

it('an answer for a former version counts no longer, and nothing gives it again', async () => {
  grants = [answered({ current: false }), answered({ permission: 'write:workspace', current: false })];
  await opened();
  expect(rights()[1]).toContain('Counts no longer');
  expect(rights().at(-1)).toContain('This version no longer asks for it.');
  button('Forget: Open and close panels').click();
  await settled();
  expect(rights()).toHaveLength(5);
  expect(button('Undo')).toBeUndefined();
});

it('follows what is answered elsewhere', async () => {
  await opened();
  tell('grant.put', { grant: answered() });
  tell('grant.put', { grant: answered({ instance_id: 'other', permission: 'write:chat' }) });
  await settled();
  expect(rights()[1]).toContain('Always allowed');
  expect(rights()[2]).toContain('Asks you each time.');
  tell('grant.removed', { instance_id: 'i1', permission: 'write:notes' });
  await settled();
  expect(rights()[1]).toContain('Asks you each time.');
  find<HTMLDialogElement>('dialog').close();
  await settled();
  expect(stream).toBeUndefined();
});

it('the network log is read anew; what was there stays when that fails', async () => {
  await opened();
  expect(words(find('network-log'))).toContain('It has fetched nothing in the last seven days.');
  requests = [fetched()];
  button('Refresh').click();
  await settled();
  expect(document.querySelectorAll('.network-rows > li')).toHaveLength(1);
  refused = { 'GET /api/widgets/network-log': 'The log is away.' };
  button('Refresh').click();
  await settled();
  expect(words(find('network-log [role=alert]'))).toContain('The log is away.');
  expect(document.querySelectorAll('.network-rows > li')).toHaveLength(1);
});

it('what could not be loaded is asked for again', async () => {
  refused = { 'GET /api/widgets/permissions': 'Not now.' };
  await opened();
  expect(words(find('panel-permissions > section:first-of-type'))).toContain('Weather');
  expect(words(find('[role=alert]'))).toContain('The permissions could not be loaded. Not now.');
  refused = {};
  button('Try again').click();
  await settled();
  expect(rights()).toHaveLength(5);
});

it('a widget that asks for nothing says so, and viewers learn that they are not asked', async () => {
  permissions = [];
  await opened();
  expect(words(find('panel-permissions'))).toContain('It asks for nothing');
  find<HTMLDialogElement>('dialog').close();
  permissions = ['write:notes'];
  document.body.dataset['role'] = 'viewer';
  await opened();
  expect(rights()[0]).toContain('Not for you');
});

it('long names and addresses stay in a narrow drawer', async () => {
  requests = [fetched({ url: `https://api.example.com/${'x'.repeat(900)}`, error: 'y'.repeat(300) })];
  await opened(LONG);
  const dialog = find('dialog');
  dialog.style.width = '320px';
  await settled();
  expect(words(find('.network-address')).length).toBeLessThan(200);
  button('Show the whole address').click();
  await settled();
  expect(words(find('.network-address')).length).toBeGreaterThan(900);
  for (const part of [dialog, find('.dialog-body')]) expect(part.scrollWidth).toBeLessThanOrEqual(part.clientWidth);
  expect(await axeFaults()).toEqual([]);
});

it('an address with letters that turn what stands around them is written out', async () => {
  requests = [fetched({ url: 'https://api.example.com/\u202egnp.\u200b', status: null, error: 'Not \u202ethere' })];
  await opened();
  expect(words(find('.network-rows'))).toContain('https://api.example.com/\\u202egnp.\\u200b');
  expect(words(find('.network-error'))).toBe('Not \\u202ethere');
});
