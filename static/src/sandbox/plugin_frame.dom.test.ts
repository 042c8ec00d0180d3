/** `<plugin-frame>`: real frames with pages that use PIE; the server's answers are made here. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { axeFaults } from '../declarative/testing.ts';
import type { PluginFrame } from './plugin_frame.ts';
import './plugin_frame.ts';

const realFetch = globalThis.fetch.bind(globalThis);
let widgets = 0;
let actions: Record<string, unknown>[];
let states: unknown[];
/** What is answered in the place of what is asked for, by its path. */
let refusals: Record<string, number>;
let answer: (action: Record<string, unknown>) => unknown;

async function fakeFetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  const { pathname } = new URL(String(input), location.origin);
  const status = refusals[pathname.replace(/\/[^/]*$/, '')] ?? refusals[pathname];
  if (status) return Response.json({ error: { code: 'REFUSED', message: 'The server said no.' } }, { status });
  if (pathname === '/api/widget-state') return Response.json({ states });
  if (pathname === '/widget-action') {
    const action = JSON.parse(String(init?.body)) as Record<string, unknown>;
    actions.push(action);
    return Response.json(answer(action));
  }
  if (!pathname.startsWith('/api/plugins/places/')) return realFetch(input, init);
  const frame = {
    widget_id: `plugin${widgets}`, status: 'ready', problems: [], permissions: [], min_size: null, preferred_size: null, name: 'Deck', source: 'uploaded file', version: '1', hash: 'abc', in_chat: false, can_retry: false, plugin: { max_height: 500, default_height: 200 },
  };
  return Response.json({ place: { instance_id: 'i1', title: 'Deck A', workspace_id: null, session_id: null, frame } });
}

/** Shows a page that writes everything that it is told into its title line, and reports by `say`. */
async function show(page: string): Promise<PluginFrame> {
  widgets += 1;
  await realFetch(`/test/widgets/plugin${widgets}`, { method: 'PUT', body: page });
  const frame = document.createElement('plugin-frame');
  frame.setAttribute('instance-id', 'i1');
  const main = document.createElement('main');
  main.style.cssText = 'width: 400px';
  main.append(frame);
  document.body.replaceChildren(main);
  return frame;
}

const until = (check: () => void): Promise<unknown> => vi.waitFor(check, 8_000);
const payloads = (actionId: string): unknown[] => actions.filter((action) => action['actionId'] === actionId).map(({ payload }) => payload);

beforeEach(() => {
  [actions, states, refusals] = [[], [], {}];
  answer = () => ({ ok: true, result: null, widgetEvents: [] });
  vi.spyOn(globalThis, 'fetch').mockImplementation(fakeFetch as typeof fetch);
  vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  document.documentElement.lang = 'en';
  document.documentElement.dataset['theme'] = 'light';
});
afterEach(() => {
  vi.restoreAllMocks();
  document.body.replaceChildren();
});

it('test_it_works', async () => {
  states = [{ sequence: 3, kind: 'update', everyone: false, data: { event: 'deck_loaded' } }];
  answer = ({ actionId }) => ({
    ok: true, result: { done: actionId }, widgetEvents: actionId === 'go' ? [{ sequence: 4, kind: 'update', everyone: false, data: { event: 'went' } }] : [],
  });
  const frame = await show(`<!doctype html><html lang="en"><body><script>
    const told = [];
    PIE.onTheme((theme) => told.push(theme));
    PIE.onData((data) => {
      told.push(data.event || data.__actionMeta.actionId + data.__actionMeta.ok);
      if (data.event === 'deck_loaded') PIE.sendAction('go').then((meta) => PIE.sendAction('told', { told, meta }));
    });
    PIE.resize(320);
  </script>`);
  await until(() => expect(payloads('told')).toHaveLength(1));
  expect(payloads('told')[0]).toEqual({
    told: ['light', 'deck_loaded', 'went', 'gotrue'],
    meta: { actionId: 'go', ok: true, result: { done: 'go' }, error: null, code: null },
  });
  await until(() => expect(frame.getBoundingClientRect().height).toBe(320));
  expect(await axeFaults()).toEqual([]);
});

it('leaves nothing of its own in the document, and its name may be declared anew', async () => {
  await show(`<body><script>
    var PIE = window.PIE || {};
    PIE.sendAction('seen', { scripts: document.scripts.length, body: document.body.innerHTML.trim().slice(0, 8), ready: typeof PIE.onData });
  </script>`);
  await until(() => expect(payloads('seen')).toEqual([{ scripts: 1, body: '<script>', ready: 'function' }]));
});

it('tells of forms, which the browser would keep to itself', async () => {
  const frame = await show(`<form id="f"><input name="a" required value="" /><button>Send</button></form>
    <dialog open><form method="dialog"><button value="yes">Close</button></form></dialog><script>
    const say = (what) => PIE.sendAction('form', { what });
    document.getElementById('f').addEventListener('submit', (event) => {
      event.preventDefault();
      say('sent ' + new FormData(event.target).get('a') + ' by ' + event.submitter.textContent);
    });
    const dialog = document.querySelector('dialog');
    dialog.addEventListener('close', () => say('closed ' + dialog.returnValue));
    PIE.onData((data) => {
      if (data.__actionMeta) return;
      document.querySelector('#f button').click();
      document.querySelector('input').value = 'x';
      document.querySelector('#f button').click();
      document.querySelector('dialog button').click();
    });
  </script>`);
  states = [];
  await until(() => expect(frame.querySelector('.sandbox-stage:not([inert]) > iframe')).not.toBeNull());
  states = [{ sequence: 1, kind: 'show', everyone: false, data: {} }];
  document.body.replaceChildren(frame.parentElement!); // opened again, it is given the last data
  await until(() => expect(payloads('form')).toEqual([{ what: 'sent x by Send' }, { what: 'closed yes' }]));
});

it('shows that something goes on in the background', async () => {
  answer = () => ({ ok: true, widgetEvents: [], jobId: 'j1' });
  const frame = await show(`<script>PIE.sendAction('begin');</script>`);
  await until(() => expect(frame.querySelector('.panel-progress[role=status]')).not.toBeNull());
});

it('has a height between what the manifest says and what the page wants', async () => {
  const frame = await show('<script>PIE.resize(9999)</script>');
  await until(() => expect(frame.getBoundingClientRect().height).toBe(500));
});

it('stays as it is while nobody sees it', async () => {
  document.body.dataset['sandboxIdle'] = '0';
  const frame = await show('<p>Here</p>');
  await until(() => expect(frame.querySelector('.sandbox-stage:not([inert]) > iframe')).not.toBeNull());
  const page = frame.querySelector('iframe');
  frame.style.marginTop = '5000px';
  await new Promise((resolve) => setTimeout(resolve, 1_500)); // in this time a script's frame would have been released
  expect(frame.querySelector('iframe')).toBe(page);
  delete document.body.dataset['sandboxIdle'];
});

it('says what happened to an action that the plugin could not finish', async () => {
  answer = () => ({ ok: false, error: { code: 'HANDLER_TIMEOUT', message: 'The plugin took too long.' }, widgetEvents: [] });
  await show(`<script>PIE.sendAction('slow');</script>`);
  await until(() => expect(document.querySelector('#toasts')?.textContent).toContain('Deck A: The plugin took too long.'));
});

it('covers a page whose script failed before it listened', async () => {
  const frame = await show('<p>Never seen</p><script>nothing.here();</script>');
  await until(() => expect(frame.querySelector('.sandbox-broken')?.textContent).toContain('Its script failed before it was ready.'));
});

it('says that it is gone, or lets one try again', async () => {
  refusals['/api/plugins/places'] = 404;
  const frame = await show('<p>Here</p>');
  await until(() => expect(frame.textContent).toContain('no longer there'));
  refusals['/api/plugins/places'] = 500;
  document.body.replaceChildren();
  const other = await show('<p>Here</p>');
  await until(() => expect(other.textContent).toContain('The server said no.'));
  expect(await axeFaults()).toEqual([]);
  refusals = {};
  other.querySelector('button')!.click();
  await until(() => expect(other.querySelector('.sandbox-stage:not([inert]) > iframe')).not.toBeNull());
});
