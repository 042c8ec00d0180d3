/** Manager: a widget whose script could not be had. */
import { beforeEach, expect, it, vi } from 'vitest';
import { ApiError } from '../../api.ts';
import { axeFaults } from '../../declarative/testing.ts';
import type { Reader } from './page.ts';
import { ScriptProblem } from './script.ts';
import type { Widget } from './server.ts';
import { ManagerStore } from './store.ts';
import type { Server } from './store.ts';
import './manager.css';

if (!customElements.get('script-problem')) customElements.define('script-problem', ScriptProblem);

const problem = (message: string): NonNullable<Widget['problems']> => [{ path: 'sandbox.entrypoint', message }];
const widget = (over: Partial<Widget> = {}): Widget =>
  ({
    id: 'w1',
    user_id: 'me',
    name: 'Weather',
    manifest: {},
    enabled: true,
    commands: [],
    problems: problem('widgets.example.com did not answer.'),
    created_at: '1',
    updated_at: '1',
    ...over,
  }) as Widget;

let server: Record<'list' | 'workspaces' | 'places' | 'fetchScript' | 'widget', ReturnType<typeof vi.fn>>;
let store: ManagerStore;
let element: ScriptProblem;
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 30));
const words = (): string => element.textContent.replace(/\s+/g, ' ').trim();
const button = (): HTMLButtonElement => element.querySelector('button')!;

async function shown(role: Reader['role'] = 'member', over: Partial<Widget> = {}): Promise<void> {
  server = {
    list: vi.fn().mockResolvedValue({ widgets: [widget(over)], builtins: [] }),
    workspaces: vi.fn().mockResolvedValue([]),
    places: vi.fn().mockResolvedValue([]),
    fetchScript: vi.fn(),
    widget: vi.fn(),
  };
  store = new ManagerStore({ userId: 'me', tenantId: 'acme', role }, server as unknown as Server);
  await store.start();
  element = document.createElement('script-problem') as ScriptProblem;
  const show = (): void => void (element.widget = store.widget('w1')!); // as the row does it
  element.store = store;
  show();
  store.addEventListener('change', show);
  document.body.innerHTML = '<main><h2>Weather</h2></main>';
  document.querySelector('main')!.append(element);
  await settled();
}

beforeEach(() => (document.documentElement.lang = 'en'));

it('test_it_works', async () => {
  await shown();
  expect(words()).toContain('Its script is not here');
  expect(words()).toContain('widgets.example.com did not answer.');
  expect(await axeFaults()).toEqual([]);
  let arrive = (_: Widget): void => undefined;
  server.fetchScript.mockReturnValue(new Promise((resolve) => (arrive = resolve)));
  button().focus();
  button().click();
  await settled();
  expect([button().textContent.trim(), button().getAttribute('aria-busy')]).toEqual(['Fetching…', 'true']);
  button().click();
  expect(server.fetchScript).toHaveBeenCalledOnce();
  const solved = vi.fn();
  element.addEventListener('solved', solved);
  arrive(widget({ problems: [], updated_at: '2' }));
  await settled();
  expect(words()).toBe('');
  expect(document.querySelector('.toast')?.textContent).toContain('Weather has its script');
});

it('tells the new reason, and that it was tried when the reason is the same', async () => {
  await shown();
  server.fetchScript.mockRejectedValue(new ApiError('FETCH_FAILED', 'It answered with status 500.', 502));
  server.widget.mockResolvedValue(widget({ problems: problem('It answered with status 500.'), updated_at: '2' }));
  button().click();
  await settled();
  expect(words()).toContain('It answered with status 500.');
  expect(words()).not.toContain('did not answer');
  expect(words()).toContain('Tried again at');
  expect(button().getAttribute('aria-busy')).toBe('false');
});

it('tells why a try did not even come to the server', async () => {
  await shown();
  server.fetchScript.mockRejectedValue(new ApiError('NETWORK', 'The server cannot be reached.', 0));
  server.widget.mockRejectedValue(new ApiError('NETWORK', 'The server cannot be reached.', 0));
  button().click();
  await settled();
  expect(words()).toContain('widgets.example.com did not answer.');
  expect(words()).toContain('The server cannot be reached.');
});

it('who may not change the widget reads why', async () => {
  await shown('viewer');
  expect(button()).toBeNull();
  expect(words()).toContain('You are a viewer here.');
});

it('nothing is shown where nothing is wrong, and long reasons stay in their place', async () => {
  await shown('member', { problems: [] });
  expect(element.childElementCount).toBe(0);
  await shown('member', { problems: problem('x'.repeat(600)) });
  document.querySelector('main')!.style.width = '300px';
  expect(element.scrollWidth).toBeLessThanOrEqual(300);
});
