/** `<sandbox-frame>`: real frames with real scripts; the server's documents and answers are made here. */
import { registerIconLibrary } from '@awesome.me/webawesome/dist/components/icon/library.js';
import { page as screen } from 'vitest/browser';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { axeFaults } from '../declarative/testing.ts';
import type { SandboxInfo } from '../panels/shapes.ts';
import { SandboxFrame } from './frame.ts';
import './frame.ts';

interface Call {
  path: string;
  body: Record<string, unknown>;
  key: string | null;
}

registerIconLibrary('default', { resolver: (name) => `/node_modules/@material-symbols/svg-400/outlined/${name}.svg`, mutator: (svg) => svg.setAttribute('fill', 'currentColor') });

const realFetch = globalThis.fetch.bind(globalThis);
let calls: Call[] = [];
let answer: (call: Call) => unknown = () => null;
let widgets = 0;

/** What the server answers to writes; what is thrown is refused with its code. */
async function fakeFetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  const { pathname } = new URL(String(input), location.origin);
  if (init?.method !== 'POST') return realFetch(input, init); // an icon
  const call = { path: pathname, body: JSON.parse(String(init.body)) as Record<string, unknown>, key: new Headers(init.headers).get('Idempotency-Key') };
  calls.push(call);
  try {
    return Response.json(pathname.endsWith('/bridge') ? { result: await answer(call) } : ((await answer(call)) ?? { grant: null }));
  } catch (error) {
    return Response.json({ error: { message: 'Refused.', ...(error as object) } }, { status: 403 });
  }
}

const infoOf = (members: Partial<SandboxInfo> = {}): SandboxInfo => ({
  widget_id: `w${widgets}`, status: 'ready', problems: [], permissions: [], min_size: null, preferred_size: null, name: 'Weather', source: 'widgets.example.com', version: '1.2.0', hash: '3fa9c1d20b77', in_chat: true, can_retry: true, ...members,
});

/** Shows a widget whose script is `script`; it reports by `say(…)`, which is a `storage.set`. */
async function show(script: string, members: Partial<SandboxInfo> = {}, properties: Partial<SandboxFrame> = {}): Promise<SandboxFrame> {
  widgets += 1;
  const info = infoOf(members);
  await realFetch(`/test/widgets/${info.widget_id}`, { method: 'PUT', body: `const say = (key, value) => WidgetBridge.storage.set(key, value);\n${script}` });
  const frame = document.createElement('sandbox-frame');
  Object.assign(frame, { panelId: 'p1', instanceId: 'i1', config: { city: 'Oslo' }, info, ...properties });
  const main = document.createElement('main');
  main.style.cssText = 'width: 400px; height: 300px';
  main.append(frame);
  document.body.replaceChildren(main);
  return frame;
}

const text = (element: Element): string => element.textContent.replace(/\s+/g, ' ').trim();
const said = (key: string): unknown[] => calls.filter(({ body }) => body['method'] === 'storage.set').map(({ body }) => body['params'] as { key: string; value: unknown }).filter((params) => params.key === key).map(({ value }) => value);
const iframe = (frame: SandboxFrame): HTMLIFrameElement | null => frame.querySelector('iframe');
/** Real frames take their time on a busy machine. */
const until = (check: () => void, time = 8_000): Promise<unknown> => vi.waitFor(check, time);
const isReady = (frame: SandboxFrame): Promise<unknown> => until(() => expect(frame.querySelector('.sandbox-stage:not([inert]) > iframe')).not.toBeNull());
const sleep = (time: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, time));
const READY = `addEventListener('widget:init', ({ detail }) => { say('init', detail); WidgetBridge.ready(); });`;

beforeEach(() => {
  calls = [];
  answer = () => null;
  vi.spyOn(globalThis, 'fetch').mockImplementation(fakeFetch as typeof fetch);
  vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  document.documentElement.lang = 'en';
  document.documentElement.dataset['theme'] = 'light';
  delete document.body.dataset['sandboxIdle'];
});
afterEach(() => {
  vi.restoreAllMocks();
  document.body.replaceChildren();
});

it('test_it_works', async () => {
  const frame = await show(READY, { permissions: ['read:notes'] });
  await until(() => expect(frame.querySelector('.sandbox-cover[role=status]')).not.toBeNull());
  await isReady(frame);
  expect(iframe(frame)!.title).toBe('Weather');
  expect(iframe(frame)!.getAttribute('sandbox')).toBe('allow-scripts');
  await until(() => expect(said('init')).toHaveLength(1));
  expect(said('init')[0]).toMatchObject({ config: { city: 'Oslo' }, permissions: ['read:notes'], theme: 'light', width: 400, height: 300, restored: false, colors: { background: '#ffffff' } });
  expect(await axeFaults()).toEqual([]);
});

it('what it asks reaches the server with its place and what is on the screen, and the answer comes back', async () => {
  answer = ({ body }) => (body['method'] === 'notes.getNote' ? { id: 'n1', title: 'Hi' } : null);
  const frame = await show(`${READY} WidgetBridge.notes.getNote('n1').then((note) => say('note', note.title));`, { permissions: ['read:notes'] });
  await isReady(frame);
  await until(() => expect(said('note')).toEqual(['Hi']));
  const [read] = calls.filter(({ body }) => body['method'] === 'notes.getNote');
  expect(read).toMatchObject({ path: '/api/widgets/bridge', key: null, body: { instanceId: 'i1', params: { noteId: 'n1' }, context: {} } });
  expect(calls.find(({ body }) => body['method'] === 'storage.set')!.key).toMatch(/^\w{32}$/);
});

it('what it may not is refused with a code, and a method that nobody knows is the server’s to refuse', async () => {
  answer = ({ body }) => {
    if (body['method'] === 'nothing.atAll') throw { code: 'UNKNOWN_METHOD' };
    return null;
  };
  await show(`${READY} for (const name of ['notes.getNote', 'nothing.atAll']) WidgetBridge.request(name, {}).catch(({ code }) => say(name, code));`);
  await until(() => expect([said('notes.getNote'), said('nothing.atAll')]).toEqual([['PERMISSION_NOT_DECLARED'], ['UNKNOWN_METHOD']]));
  expect(calls.some(({ body }) => body['method'] === 'notes.getNote')).toBe(false);
});

describe('a widget is told', () => {
  it('the theme, as events and as CSS', async () => {
    const frame = await show(`${READY} addEventListener('widget:theme', ({ detail }) => say('theme', [detail.theme, getComputedStyle(document.documentElement).getPropertyValue('--widget-text'), document.documentElement.style.colorScheme]));`);
    await isReady(frame);
    document.documentElement.dataset['theme'] = 'dark';
    await until(() => expect(said('theme')).toHaveLength(1));
    expect(said('theme')[0]).toEqual(['dark', expect.stringMatching(/^#[d-f]\w[d-f]\w[d-f]\w$/), 'dark']);
  });

  it('its size and its configuration, when they change', async () => {
    const frame = await show(`${READY} addEventListener('widget:resize', ({ detail }) => say('size', detail)); addEventListener('widget:config', ({ detail }) => say('config', detail.config));`);
    await isReady(frame);
    frame.parentElement!.style.width = '320px';
    frame.config = { city: 'Oslo' };
    await frame.updateComplete;
    frame.config = { city: 'Bergen' };
    await until(() => expect([said('size').at(-1), said('config')]).toEqual([{ width: 320, height: 300 }, [{ city: 'Bergen' }]]));
  });
});

describe('a widget may', () => {
  it('ask for a size, and show a message under its name', async () => {
    const sizes: unknown[] = [];
    document.addEventListener('sandbox:resize', (event) => sizes.push((event as CustomEvent).detail), { once: true });
    await show(`${READY} WidgetBridge.ui.requestResize(null, 500); WidgetBridge.ui.showToast('Saved', 'success'); WidgetBridge.ui.showToast('x', 'loud').catch(({ code }) => say('fault', code));`, {}, { label: 'Weather A' });
    await until(() => expect(document.querySelector('.toast-text')?.textContent).toBe('Weather A: Saved'));
    expect(sizes).toEqual([{ height: 500 }]);
    await until(() => expect(said('fault')).toEqual(['INVALID_PARAMS']));
  });

  it('open and close panels, once the server has said yes', async () => {
    const shown: string[] = [];
    const note = (event: Event): void => (event.preventDefault(), void shown.push(`${event.type} ${(event as CustomEvent<{ panel_id: string }>).detail.panel_id}`));
    for (const name of ['panel:open', 'panel:close']) window.addEventListener(name, note);
    await show(`${READY} WidgetBridge.workspace.openPanel('p7').then(() => WidgetBridge.workspace.closePanel('p7'));`, { permissions: ['write:workspace'] });
    await until(() => expect(shown).toEqual(['panel:open p7', 'panel:close p7']));
    for (const name of ['panel:open', 'panel:close']) window.removeEventListener(name, note);
  });
});

describe('before a widget writes', () => {
  const WRITES = `${READY} WidgetBridge.notes.updateNote('n1', 'x').then(() => say('done', 1), ({ code }) => say('done', code));`;
  const prompt = (): HTMLDialogElement | null => document.querySelector('dialog.permission-prompt');
  let granted = false;

  beforeEach(() => {
    granted = false;
    answer = ({ path, body }) => {
      if (path.endsWith('/permissions')) granted = body['level'] === 'once';
      else if (body['method'] === 'notes.updateNote' && !granted) throw { code: 'PERMISSION_REQUIRED', permission: 'write:notes', subject: 'Shopping' };
      return null;
    };
  });

  it('the person is asked in the page; what they allow is done', async () => {
    await show(WRITES, { permissions: ['write:notes'] }, { label: 'Weather A' });
    await until(() => expect(prompt()).not.toBeNull());
    expect(text(prompt()!)).toContain('Weather A from widgets.example.com'.replace(' A ', 'A'));
    await until(() => expect('arming' in prompt()!.dataset).toBe(false));
    expect(said('done')).toEqual([]);
    [...prompt()!.querySelectorAll('button')].find((button) => text(button) === 'Allow once')!.click();
    await until(() => expect(said('done')).toEqual([1]));
    expect(calls.filter(({ path }) => path.endsWith('/permissions')).map(({ body }) => body)).toEqual([{ instanceId: 'i1', permission: 'write:notes', level: 'once', method: 'notes.updateNote', params: { noteId: 'n1', content: 'x' } }]);
  });

  it('and no more when the widget has gone meanwhile: nothing is decided', async () => {
    const frame = await show(WRITES, { permissions: ['write:notes'] });
    await until(() => expect(prompt()).not.toBeNull());
    frame.remove();
    await until(() => expect(prompt()).toBeNull());
    expect(calls.filter(({ path }) => path.endsWith('/permissions'))).toEqual([]);
  });
});

describe('a hostile widget', () => {
  const patched = `const { postMessage } = MessagePort.prototype; let port; MessagePort.prototype.postMessage = function (...args) { port = this; return postMessage.apply(this, args); };`;

  it('that floods is let through as far as the limit, and logged once', async () => {
    const frame = await show(`${patched} ${READY} setTimeout(() => { for (let n = 0; n < 3000; n += 1) postMessage.call(port, { type: 'request', id: 'f' + n, method: 'storage.get', params: { key: 'flood' }, channelId: WidgetBridge.channelId, widgetId: WidgetBridge.widgetId }); }, 200);`);
    await isReady(frame);
    await until(() => expect(calls.filter(({ body }) => body['method'] === 'storage.get').length).toBeGreaterThan(20));
    await sleep(500);
    expect(calls.filter(({ body }) => body['method'] === 'storage.get').length).toBeLessThan(90);
    expect(vi.mocked(console.warn).mock.calls.map(([words]) => words as unknown)).toEqual([expect.stringContaining('too many')]);
  });

  it('cannot speak for another one, nor past its port', async () => {
    const frame = await show(`${READY} addEventListener('widget:config', ({ detail }) => { const spoof = { type: 'event', method: 'failed', id: 'x', params: { message: 'spoofed' }, ...detail.config }; for (const to of [parent, parent.parent]) to.postMessage(spoof, '*'); say('spoofed', 1); });`);
    const other = document.createElement('sandbox-frame');
    Object.assign(other, { panelId: 'p2', instanceId: 'i2', info: frame.info, config: {} });
    other.style.height = '200px';
    frame.parentElement!.after(other);
    await Promise.all([isReady(frame), isReady(other)]);
    const channels = [frame, other].map((one) => new URL(iframe(one)!.src).searchParams.get('channelId')!);
    for (const channelId of channels) frame.config = { channelId, widgetId: frame.info!.widget_id };
    await frame.updateComplete;
    frame.config = { channelId: channels[0], widgetId: frame.info!.widget_id };
    await until(() => expect(said('spoofed').length).toBeGreaterThan(0));
    window.postMessage({ type: 'event', method: 'bridge_init', id: 'i', channelId: channels[1], widgetId: frame.info!.widget_id, params: {} }, '*');
    await sleep(200);
    expect([frame, other].map((one) => one.querySelector('[role=alert]'))).toEqual([null, null]);
    expect(new Set(vi.mocked(console.warn).mock.calls.map(([words]) => words as unknown)).size).toBe(1);
    expect(vi.mocked(console.warn).mock.calls[0]![0]).toContain('wrong window');
  });
});

it('lets what is behind it show through, in either theme', async () => {
  const frame = await show(`${READY} document.getElementById('widget-root').textContent = 'Text of the widget';`);
  await isReady(frame);
  for (const theme of ['light', 'dark']) {
    document.documentElement.dataset['theme'] = theme;
    frame.parentElement!.style.background = 'var(--surface)';
    await sleep(200);
    await screen.screenshot({ element: frame.parentElement!, path: `../../../test-results/sandbox/frame-${theme}.png` });
  }
});

describe('what goes wrong is shown', () => {
  const broken = async (frame: SandboxFrame, words: string | RegExp, time = 8_000): Promise<void> => {
    await until(() => expect(text(frame.querySelector('[role=alert]')!)).toMatch(words), time);
    expect(text(frame.querySelector('.empty-title')!)).toBe('Widget Error');
  };
  const press = (label: string): void => [...document.querySelectorAll<HTMLElement>('button')].find((button) => text(button) === label)!.click();

  it('an error of the script, with its message in the details; Retry begins anew', async () => {
    const frame = await show(`throw new Error('No such city');`);
    await broken(frame, /script failed/);
    press('Details');
    await until(() => expect(text(document.querySelector('dialog pre')!)).toContain('Error: No such city'));
    expect(text(document.querySelector('dialog .permission-facts')!)).toContain('1.2.0 3fa9c1d20b77');
    await screen.screenshot({ path: '../../../test-results/sandbox/report.png' });
    expect(await axeFaults()).toEqual([]);
    document.querySelector('dialog')!.close();
    const before = iframe(frame);
    press('Retry');
    await until(() => expect(iframe(frame)).not.toBe(before));
  });

  it('a document that says that it failed, and one that is none', async () => {
    await broken(await show('', { widget_id: 'lost1' }), /The script answered with status 500/);
    await broken(await show('', { widget_id: 'gone1' }), /could not be loaded/);
  });

  it('a second document in the frame: nothing of it is heard', async () => {
    const frame = await show(`${READY} if (!location.hash) setTimeout(() => { say('before', 1); location.replace(location.pathname + '?again'); }, 300); else say('after', 1);`);
    await broken(frame, /left its page/);
    await sleep(300);
    expect([said('before'), said('after')]).toEqual([[1], []]);
    expect(said('init')).toHaveLength(1);
  });

  it('a script that could not be had, with a way to try again', async () => {
    answer = () => ({ widget: {} });
    let reloads = 0;
    const count = (): void => void (reloads += 1);
    document.addEventListener('sandbox:reload', count);
    const frame = await show('', { status: 'chat_only', problems: [{ path: 'sandbox.entrypoint', message: 'It answers with status 404.' }] });
    await broken(frame, /could not be fetched. It answers with status 404/);
    expect(iframe(frame)).toBeNull();
    expect(await axeFaults()).toEqual([]);
    press('Retry');
    await until(() => expect(reloads).toBe(1));
    expect(calls.map(({ path }) => path)).toEqual([`/api/widgets/${frame.info!.widget_id}/entrypoint`]);
    document.removeEventListener('sandbox:reload', count);
    frame.info = infoOf({ hash: 'another' });
    await until(() => expect(iframe(frame)).not.toBeNull());
  });

  it('and to whoever may not try again, no more than why; what it is to the chat only where the chat knows it', async () => {
    const problems = [{ path: 'sandbox.entrypoint', message: 'It answers with status 404.' }];
    const frame = await show('', { status: 'chat_only', problems, can_retry: false });
    await broken(frame, /It answers with status 404. Until it can be, only the chat knows this widget./);
    expect([...frame.querySelectorAll('button')].map(text)).toEqual(['Details']);
    frame.info = infoOf({ status: 'chat_only', problems, in_chat: false });
    await until(() => expect([...frame.querySelectorAll('button')].map(text)).toEqual(['Retry', 'Details']));
    expect(text(frame)).not.toContain('chat');
    frame.info = infoOf({ status: 'chat_only', problems, in_chat: false, can_retry: false });
    await until(() => expect(frame.querySelectorAll('button')).toHaveLength(1));
    for (const theme of ['light', 'dark']) {
      document.documentElement.dataset['theme'] = theme;
      await screen.screenshot({ element: frame.parentElement!, path: `../../../test-results/sandbox/error-no-retry-${theme}.png` });
    }
  });

  it('and a refusal, such as of a person who may no longer, leaves the reason there', async () => {
    answer = () => {
      throw { code: 'PERMISSION_DENIED', message: 'Only its installer or an admin can change it.' };
    };
    const frame = await show('', { status: 'chat_only', problems: [{ path: 'sandbox.entrypoint', message: 'It answers with status 404.' }] });
    await broken(frame, /status 404/);
    press('Retry');
    await until(() => expect(text(document.querySelector('.toast-text')!)).toBe('Only its installer or an admin can change it.'));
    await broken(frame, /could not be fetched. It answers with status 404/);
  });

  it('and fits where there is little room', async () => {
    const frame = await show('', { status: 'chat_only', problems: [{ path: '', message: 'widgets.example.com answers with status 404.' }] });
    for (const [width, height] of [[180, 120], [360, 120], [360, 300]]) {
      frame.parentElement!.style.cssText = `width: ${width}px; height: ${height}px`;
      for (const theme of ['light', 'dark']) {
        document.documentElement.dataset['theme'] = theme;
        await screen.screenshot({ element: frame.parentElement!, path: `../../../test-results/sandbox/error-${width}x${height}-${theme}.png` });
      }
      expect(frame.scrollWidth).toBeLessThanOrEqual(width!);
    }
  });
});

describe('a frame that nobody sees', () => {
  const away = (frame: SandboxFrame): void => void (frame.parentElement!.style.marginTop = '5000px');
  const back = (frame: SandboxFrame): void => void (frame.parentElement!.style.marginTop = '');

  it('is released after a word, and begins anew with what it kept', async () => {
    document.body.dataset['sandboxIdle'] = '0';
    const frame = await show(`${READY} addEventListener('widget:suspend', () => say('saved', 1));`);
    await isReady(frame);
    away(frame);
    await until(() => expect(iframe(frame)).toBeNull());
    expect(said('saved')).toEqual([1]);
    expect(text(frame)).toBe('Paused');
    back(frame);
    await isReady(frame);
    await until(() => expect(said('init').map((detail) => (detail as { restored: boolean }).restored)).toEqual([false, true]));
  });

  it('is not mounted before somebody sees it', async () => {
    const frame = document.createElement('sandbox-frame');
    Object.assign(frame, { panelId: 'p1', instanceId: 'i1', info: infoOf() });
    const main = document.createElement('main');
    main.append(frame);
    main.style.cssText = 'width: 400px; height: 300px; margin-top: 5000px';
    document.body.replaceChildren(main);
    await sleep(200);
    expect(iframe(frame)).toBeNull();
  });
});

describe('in the DOM', () => {
  it('it begins anew where it is moved, and runs on where it is moved whole', async () => {
    const frame = await show(READY);
    await isReady(frame);
    const [first, main] = [iframe(frame), document.querySelector('main')!];
    const other = document.createElement('div');
    other.style.cssText = main.style.cssText;
    main.append(other);
    (other as unknown as { moveBefore(node: Node, child: Node | null): void }).moveBefore(frame, null);
    await sleep(100);
    expect(iframe(frame)).toBe(first);
    main.prepend(frame);
    await until(() => expect(said('init')).toHaveLength(2));
    expect(iframe(frame)).not.toBe(first);
  });

  it('two of one widget hear only of themselves', async () => {
    const frame = await show(`${READY} addEventListener('widget:config', ({ detail }) => say('config', [WidgetBridge.instanceId, detail.config]));`);
    const other = document.createElement('sandbox-frame');
    Object.assign(other, { panelId: 'p2', instanceId: 'i2', info: frame.info, config: {} });
    other.style.cssText = 'height: 200px';
    frame.parentElement!.after(other);
    await Promise.all([isReady(frame), isReady(other)]);
    other.config = { only: 'me' };
    await until(() => expect(said('config')).toEqual([['i2', { only: 'me' }]]));
  });

  it('a new version begins anew, what else is told of it does not', async () => {
    const frame = await show(READY);
    await isReady(frame);
    const first = iframe(frame);
    frame.info = { ...frame.info! };
    await sleep(50);
    expect(iframe(frame)).toBe(first);
    frame.info = { ...frame.info!, hash: 'ffffffffffff' };
    await until(() => expect(iframe(frame)).not.toBe(first));
  });
});
