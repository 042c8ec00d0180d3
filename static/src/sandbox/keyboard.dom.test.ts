/** The keyboard is the person's: what a frame takes by itself is given back. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { guardKeyboard } from './keyboard.ts';

let ended: () => void;
let stop: () => void;
const frame = (): HTMLIFrameElement => document.querySelector('iframe')!;
const field = (): HTMLInputElement => document.querySelector('input')!;

/** As the browser does it: the frame becomes the active element, and the window says only that it lost the focus. */
function take(): void {
  frame().focus();
  window.dispatchEvent(new Event('blur'));
  vi.runAllTimers();
}

const muted = (event: Event): void => {
  if (event.isTrusted) event.stopImmediatePropagation();
};

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  window.addEventListener('blur', muted);
  document.body.innerHTML = '<button>Go</button><input><iframe srcdoc="<p>1"></iframe><dialog><button>Deny</button></dialog>';
  ended = vi.fn();
  stop = guardKeyboard(frame(), ended);
});
afterEach(() => {
  stop();
  window.removeEventListener('blur', muted);
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const press = (key: string): void => void window.dispatchEvent(new KeyboardEvent('keydown', { key }));
/** Whether somebody has pressed anything of late, anywhere in the page or in its frames. */
const pressed = (isActive: boolean): unknown => vi.spyOn(navigator.userActivation, 'isActive', 'get').mockReturnValue(isActive);

it('test_it_works', () => {
  pressed(true);
  field().focus();
  press('a');
  take();
  expect(document.activeElement).toBe(field());
  expect(ended).not.toHaveBeenCalled();
});

it('is given back as well where nobody has pressed anything', () => {
  pressed(false);
  field().focus();
  take();
  expect(document.activeElement).toBe(field());
});

it('a widget that does not stop ends, one that has done it now and then does not', () => {
  pressed(false);
  field().focus();
  for (let taken = 0; taken < 2; taken += 1) take();
  vi.advanceTimersByTime(61_000);
  take();
  expect(ended).not.toHaveBeenCalled();
  for (let taken = 0; taken < 2; taken += 1) take();
  expect(ended).toHaveBeenCalledOnce();
});

describe('a frame gets it', () => {
  it.each([
    ['where nobody writes', (): void => (document.querySelector('button')!.focus(), press('a'))],
    ['by the Tab key', (): void => (field().focus(), press('a'), press('Tab'))],
    ['by a press on it', (): void => (field().focus(), press('a'), void vi.advanceTimersByTime(500))],
    ['when it is watched no more', (): void => (field().focus(), press('a'), stop())],
  ])('%s', (_, before) => {
    pressed(true);
    before();
    take();
    expect(document.activeElement).toBe(frame());
  });
});

it('never while the person is asked something', () => {
  pressed(true);
  const dialog = document.querySelector('dialog')!;
  dialog.showModal();
  const deny = dialog.querySelector('button')!;
  expect(document.activeElement).toBe(deny);
  take();
  expect(document.activeElement).toBe(deny);
});
