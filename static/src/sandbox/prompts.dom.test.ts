/** The question before a widget writes: what it says, how it is answered, what it looks like. */
import { registerIconLibrary } from '@awesome.me/webawesome/dist/components/icon/library.js';
import { page as screen, userEvent } from 'vitest/browser';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { axeFaults } from '../declarative/testing.ts';
import { pageFor } from './page.ts';
import { askPerson, isAsking } from './prompts.ts';
import type { Asker } from './prompts.ts';
import { TurnQueue } from './queue.ts';
import type { Level } from './server.ts';
import './sandbox.css';

const ASKER: Asker = { name: 'Note editor', label: 'Note editor B', source: 'widgets.example.com', version: '1.2.0', hash: '3fa9c1d20b77aaaa' };
const QUESTION = { permission: 'write:notes', method: 'notes.updateNote', params: { noteId: '0197a8', content: '# Shopping\n\n- milk\n- bread' }, subject: 'Shopping' };

let queue: TurnQueue;
let abort: AbortController;

const ask = (question: Partial<typeof QUESTION> = {}, asker: Partial<Asker> = {}): Promise<Level> => askPerson({ ...ASKER, ...asker }, { ...QUESTION, ...question }, abort.signal, queue);
const dialog = (): HTMLDialogElement => document.querySelector('dialog')!;
const text = (element: Element): string => element.textContent.replace(/\s+/g, ' ').trim();
/** Each argument's name, what it is, and it. */
const sent = (): [string, string][] => [...dialog().querySelectorAll('.permission-arguments dt')].map((term) => [text(term), term.nextElementSibling!.querySelector('pre')!.textContent]);
const button = (label: string): HTMLButtonElement => [...dialog().querySelectorAll<HTMLButtonElement>('.dialog-footer button')].find((one) => text(one) === label)!;
/** The half second in which no press counts passes; it is told to the page, except where that would stop its pictures. */
const armed = async (): Promise<void> => {
  if (vi.isFakeTimers()) vi.advanceTimersByTime(500);
  await vi.waitFor(() => expect('arming' in dialog().dataset).toBe(false), 5_000);
};

beforeAll(() => {
  registerIconLibrary('default', { resolver: (name) => `/node_modules/@material-symbols/svg-400/outlined/${name}.svg`, mutator: (svg) => svg.setAttribute('fill', 'currentColor') });
});
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  queue = new TurnQueue();
  abort = new AbortController();
  document.documentElement.lang = 'en';
  document.documentElement.dataset['theme'] = 'light';
  document.body.innerHTML = '<main><h1>Dashboard</h1><button>Elsewhere</button></main>';
});
afterEach(async () => {
  abort.abort();
  await vi.waitFor(() => expect(isAsking()).toBe(false));
  vi.useRealTimers();
});
afterAll(() => screen.viewport(1000, 800));

it('test_it_works', async () => {
  document.querySelector<HTMLElement>('main button')!.focus();
  const answer = ask();
  expect(document.activeElement).toBe(button('Deny'));
  await armed();
  button('Allow once').click();
  expect(await answer).toBe('once');
  expect(document.querySelector('dialog')).toBeNull();
  expect(text(document.activeElement!)).toBe('Elsewhere');
});

it('says who asks, from where, for what, and exactly what', () => {
  void ask().catch(() => undefined);
  expect(dialog().matches(':modal')).toBe(true);
  expect(text(document.getElementById(dialog().getAttribute('aria-labelledby')!)!)).toBe('Let Note editor change a note?');
  expect(text(dialog().querySelector('.permission-who')!)).toBe('Note editorBfrom widgets.example.com · version 1.2.0 · 3fa9c1d20b77');
  expect(text(dialog().querySelector('.permission-facts')!)).toBe('Wants toChange the notes of this dashboardNoteShoppingMethodnotes.updateNote');
  const described = dialog().getAttribute('aria-describedby')!.split(' ').map((id) => text(document.getElementById(id)!));
  expect(described.join(' ')).toMatch(/^Note editor.*Change the notes/);
  expect(sent()).toEqual([['noteId text', '0197a8'], ['content text', '# Shopping\n\n- milk\n- bread']]);
  const written = dialog().querySelectorAll<HTMLElement>('pre')[1]!;
  const line = Number.parseFloat(getComputedStyle(written).lineHeight);
  expect(Math.round(written.clientHeight / line), 'lines that are seen').toBeGreaterThanOrEqual(4);
});

it('shows each argument by its name: a text as it is, everything else as JSON, nothing left out', () => {
  const params = { text: ' "a"\\n\tb\n', said: 'true', flag: true, none: null, list: ['x\ny', 2], deep: { 'k\u202e': '\u200b' }, empty: '', 'na\u202eme': 'x' };
  void ask({ params } as never).catch(() => undefined);
  expect(sent()).toEqual([
    ['text text', ' "a"\\n\tb\n'],
    ['said text', 'true'],
    ['flag JSON', 'true'],
    ['none JSON', 'null'],
    ['list JSON', '[\n  "x\\ny",\n  2\n]'],
    ['deep JSON', '{\n  "k\\u202e": "\\u200b"\n}'],
    ['empty empty text', ''],
    ['na\\u202eme text', 'x'],
  ]);
});

it.each([['Allow once', 'once'], ['Always allow', 'always'], ['Deny', 'deny'], ['Always deny', 'never']] as const)('%s is %s', async (label, level) => {
  const answer = ask();
  await armed();
  button(label).click();
  expect(await answer).toBe(level);
});

describe('no answer is a Deny:', () => {
  it('Escape', async () => {
    const answer = ask();
    await userEvent.keyboard('{Escape}');
    expect(await answer).toBe('deny');
  });

  it('the close button', async () => {
    const answer = ask();
    await armed();
    await userEvent.click(dialog().querySelector<HTMLElement>('.dialog-header .icon-button')!);
    expect(await answer).toBe('deny');
  });

  it('a press beside it is neither', async () => {
    let answered = false;
    void ask().then(() => (answered = true), () => undefined);
    await armed();
    dialog().dispatchEvent(new PointerEvent('pointerdown', { clientX: 1, clientY: 1, bubbles: true }));
    await Promise.resolve();
    expect([answered, dialog().open]).toEqual([false, true]);
  });

  it('and when the widget has gone, there is none', async () => {
    const answer = ask();
    abort.abort(new Error('gone'));
    await expect(answer).rejects.toThrow('gone');
    expect(document.querySelector('dialog')).toBeNull();
    await expect(ask()).rejects.toThrow('gone');
    expect(document.querySelector('dialog')).toBeNull();
  });
});

describe('presses count only', () => {
  it('once it has stood half a second', async () => {
    const answer = ask();
    button('Always allow').click();
    vi.advanceTimersByTime(499);
    button('Always allow').click();
    expect(dialog().open).toBe(true);
    vi.advanceTimersByTime(1);
    button('Deny').click();
    expect(await answer).toBe('deny');
  });

  it('and again half a second after the window has had no focus', async () => {
    const answer = ask();
    await armed();
    window.dispatchEvent(new Event('blur'));
    window.dispatchEvent(new Event('focus'));
    button('Always allow').click();
    expect(dialog().open).toBe(true);
    await armed();
    button('Allow once').click();
    expect(await answer).toBe('once');
  });

  it('at once where the press itself brings the focus back that a frame had taken', async () => {
    const answer = ask();
    await armed();
    button('Allow once').dispatchEvent(new PointerEvent('pointerdown', { bubbles: true }));
    window.dispatchEvent(new Event('focus'));
    button('Allow once').click();
    expect(await answer).toBe('once');
  });

  it('but not where the window goes away during the press', async () => {
    void ask().catch(() => undefined);
    await armed();
    button('Always allow').dispatchEvent(new PointerEvent('pointerdown', { bubbles: true }));
    window.dispatchEvent(new Event('blur'));
    window.dispatchEvent(new Event('focus'));
    button('Always allow').click();
    expect(dialog().open).toBe(true);
  });
});

it('is walked by the keyboard, and not left', async () => {
  const answer = ask();
  const walked: string[] = [];
  for (let step = 0; step < 6; step += 1) {
    await userEvent.keyboard('{Tab}');
    const at = document.activeElement!;
    walked.push(at === document.body ? 'the browser' : (at.getAttribute('aria-label') ?? text(at)));
  }
  expect(walked).toEqual(['Always allow', 'Allow once', 'the browser', 'Close: deny', 'What it would send', 'Always deny']);
  await armed();
  await userEvent.keyboard('{Tab}{Tab}{Enter}');
  expect(await answer).toBe('always');
});

it('tells how many more wait', async () => {
  const run = queue.take({ owner: {}, key: 'a' }, abort.signal, () => ask());
  const others = ['b', 'c'].map((key) => queue.take({ owner: {}, key }, abort.signal, async () => null));
  expect(text(dialog().querySelector('.permission-waiting')!)).toBe('2 more questions wait');
  await armed();
  button('Deny').click();
  expect(await Promise.all([run, ...others])).toEqual(['deny', null, null]);
});

describe('a widget cannot', () => {
  it('hide or turn what is read, in its name or in what it sends', () => {
    void ask({ params: { noteId: '\u202e8a7910', content: 'x' } }, { name: 'Sys\u200btem\u202e' }).catch(() => undefined);
    expect(text(dialog().querySelector('h2')!)).toBe('Let Sys\\u200btem\\u202e change a note?');
    expect(dialog().querySelector('pre')!.textContent).toBe('\\u202e8a7910');
  });

  it('have a name of letters that are drawn as nothing, or send such', () => {
    void ask({ params: { noteId: 'n', content: 'a\u034fb\u{e0101}' } }, { name: '\u2800\u3164\u115f' }).catch(() => undefined);
    expect(text(dialog().querySelector('h2')!)).toBe('Let \\u2800\\u3164\\u115f change a note?');
    expect(sent()[1]).toEqual(['content text', 'a\\u034fb\\ue0101']);
  });

  it('but its emoji stay', () => {
    void ask({}, { name: 'I \u2764\ufe0f notes' }).catch(() => undefined);
    expect(text(dialog().querySelector('h2')!)).toBe('Let I \u2764\ufe0f notes change a note?');
  });

  it('bring markup', () => {
    void ask({ params: { noteId: '<img src=x>', content: '' } }, { name: '<b>x</b>', source: '<i>' }).catch(() => undefined);
    expect(dialog().querySelector('img, b, i')).toBeNull();
    expect(text(dialog())).toContain('from an uploaded file');
  });

  it('lay a message over it: those that are there go, new ones wait', async () => {
    const { toast } = pageFor(() => ASKER, () => undefined);
    const words = (): string[] => [...document.querySelectorAll('.toast-text')].map(text);
    toast('before', 'info');
    expect(words()).toEqual(['Note editor B: before']);
    const answer = ask();
    toast('meanwhile', 'error');
    expect(words()).toEqual([]);
    await armed();
    button('Deny').click();
    await answer;
    expect(words()).toEqual(['Note editor B: meanwhile']);
  });

  it('fill the page with messages', () => {
    const { toast } = pageFor(() => ({ ...ASKER, name: 'Loud', label: '' }), () => undefined);
    for (const one of ['1', '2', '3', '4', '5']) toast(one, 'info');
    expect([...document.querySelectorAll('.toast-text')].map(text).filter((words) => words.startsWith('Loud'))).toEqual(['Loud: 3', 'Loud: 4', 'Loud: 5']);
  });
});

it('is accessible and fits, in both themes, wide and narrow, however much is sent', { timeout: 30_000 }, async () => {
  vi.useRealTimers();
  const long = Array.from({ length: 400 }, (_, index) => `- line ${index} of a note that goes on`).join('\n');
  for (const [name, params] of [['short', QUESTION.params], ['long', { noteId: '0197a8', content: long }]] as const) {
    for (const width of [1000, 360]) {
      await screen.viewport(width, 740);
      abort = new AbortController();
      queue = new TurnQueue();
      for (const key of name === 'long' ? ['a', 'b', 'c'] : []) void queue.take({ owner: {}, key }, abort.signal, () => new Promise(() => undefined)).catch(() => undefined);
      void ask({ params }).catch(() => undefined);
      await armed();
      await vi.waitFor(() => expect([...dialog().querySelectorAll('wa-icon')].filter((icon) => !icon.shadowRoot?.querySelector('svg path'))).toEqual([]), 5_000);
      for (const theme of ['light', 'dark'] as const) {
        expect(await axeFaults([theme]), `${name} ${width}`).toEqual([]);
        await screen.screenshot({ path: `../../../test-results/sandbox/prompt-${name}-${theme}-${width}.png` });
      }
      const { left, right, bottom } = button('Allow once').getBoundingClientRect();
      expect([left >= 0, right <= width, bottom <= 740, dialog().scrollWidth <= width]).toEqual([true, true, true, true]);
      abort.abort();
      await vi.waitFor(() => expect(isAsking()).toBe(false));
    }
  }
});
