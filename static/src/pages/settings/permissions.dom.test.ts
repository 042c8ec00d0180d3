/** Settings: what was answered to widgets. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { axeFaults } from '../../declarative/testing.ts';
import { live } from '../../live/client.ts';
import type { StreamListener } from '../../live/client.ts';
import type { Grant } from '../../panels/grants.ts';
import './settings.css';
import { SettingsPermissions } from './permissions.ts';

if (!customElements.get('settings-permissions')) customElements.define('settings-permissions', SettingsPermissions);

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
const NEVER = answered({ permission: 'write:chat', level: 'never' });
const ELSEWHERE = answered({
  instance_id: 'i2',
  widget: { id: 'w2', name: 'Clock', source: 'clock.json' },
  panel: { panel_id: 'clock-a', title: 'Clock A', workspace_id: 's2', workspace: 'Mine' },
});

let grants: Grant[];
let refusal: string;
/** Whether the server takes its time to take an answer back. */
let slow: boolean;
let calls: string[];
let stream: StreamListener | undefined;
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 60));
const words = (element: Element): string => element.textContent.replace(/\s+/g, ' ').trim();
const rows = (): string[] => [...document.querySelectorAll('settings-permissions li')].map(words);
const button = (name: string): HTMLButtonElement =>
  [...document.querySelectorAll('button')].find((each) => (each.getAttribute('aria-label') ?? words(each)) === name)!;

async function shown(): Promise<void> {
  document.body.innerHTML = '<main><div class="settings"><h2 id="permissions-title">Widget permissions</h2></div></main>';
  document.querySelector('.settings')!.append(document.createElement('settings-permissions'));
  await settled();
}

beforeEach(() => {
  grants = [answered(), NEVER, ELSEWHERE];
  refusal = '';
  slow = false;
  calls = [];
  document.documentElement.lang = 'en';
  document.body.dataset['signedIn'] = 'me';
  vi.spyOn(live(), 'subscribe').mockImplementation((_, listener) => {
    stream = listener;
    return () => (stream = undefined);
  });
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
    const { pathname } = new URL(String(input), location.origin);
    if (pathname !== '/api/widgets/permissions') return new Response('', { status: 404 });
    const method = init?.method ?? 'GET';
    calls.push(method);
    if (method === 'DELETE' && slow) await new Promise((resolve) => setTimeout(resolve, 40)).then(() => calls.push('gone'));
    if (refusal) return Response.json({ error: { code: 'REFUSED', message: refusal } }, { status: 409 });
    if (method === 'POST') return Response.json({ grant: answered(JSON.parse(String(init?.body)) as Partial<Grant>) });
    return Response.json(method === 'GET' ? { grants } : { success: true });
  });
});
afterEach(() => {
  document.body.replaceChildren();
  vi.restoreAllMocks();
});

it('test_it_works', async () => {
  await shown();
  expect([...document.querySelectorAll('h3')].map(words)).toEqual(['Clock', 'Weather']);
  expect(rows()[0]).toMatch(/^Change the notes of this dashboard Clock A ?Mine Always allowed · .* Revoke$/);
  expect(rows().filter((row) => row.includes('Never allowed'))).toHaveLength(1);
  expect(document.querySelector('settings-permissions a')!.getAttribute('href')).toBe('/dashboard/s2/?panel=clock-a');
  expect(await axeFaults()).toEqual([]);
  button('Revoke: Change the notes of this dashboard, Clock A').click();
  await settled();
  expect([...document.querySelectorAll('h3')].map(words)).toEqual(['Weather']);
  expect(document.activeElement?.id).toBe('granted-w1');
  button('Undo').click();
  await settled();
  expect(calls.slice(-2)).toEqual(['DELETE', 'POST']);
});

it('all answers of a widget are taken back together', async () => {
  grants = [answered(), NEVER];
  await shown();
  button('Revoke all: Weather').click();
  await settled();
  expect(words(document.querySelector('settings-permissions')!)).toContain('No widget has a lasting answer');
  expect(document.activeElement?.id).toBe('permissions-title');
  expect(words(document.querySelector('.toast:last-child')!)).toContain('2 answers are taken back.');
  button('Undo').click();
  await settled();
  expect(calls).toEqual(['GET', 'DELETE', 'DELETE', 'POST', 'POST']);
});

it('what is refused stands again, with the reason', async () => {
  await shown();
  refusal = 'Not while we move.';
  button('Revoke all: Weather').click();
  await settled();
  expect(rows()).toHaveLength(3);
  expect(words(document.querySelector('.toast:last-child')!)).toContain('Not while we move.');
});

it('follows other tabs', async () => {
  await shown();
  const data = { instance_id: 'i2', permission: 'write:notes' };
  stream!.event!({ type: 'event', stream: 'user:me', number: 2, event: 'grant.removed', data });
  await settled();
  expect(rows()).toHaveLength(2);
});

it('a list that could not be had is asked for again', async () => {
  refusal = 'The database is away.';
  await shown();
  expect(words(document.querySelector('[role=alert]')!)).toContain('The database is away.');
  refusal = '';
  button('Try again').click();
  await settled();
  expect(rows()).toHaveLength(3);
});

it('long names stay within a narrow page', async () => {
  const widget = { id: 'w1', name: 'W'.repeat(200), source: 's'.repeat(200) };
  const panel = { panel_id: 'p', title: 'T'.repeat(200), workspace_id: 's1', workspace: 'D'.repeat(100) };
  grants = [answered({ widget, panel }), NEVER];
  await shown();
  const main = document.querySelector('main')!;
  main.style.width = '328px';
  await settled();
  expect(main.scrollWidth).toBeLessThanOrEqual(328);
});

it('undo waits until the answers are gone', async () => {
  grants = [answered()];
  slow = true;
  await shown();
  button('Revoke: Change the notes of this dashboard, Weather A').click();
  button('Undo').click();
  await settled();
  await settled();
  expect(calls).toEqual(['GET', 'DELETE', 'gone', 'POST']);
  expect(rows()).toHaveLength(1);
});
