/** Shell: the focus in frames. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { watchFrameFocus } from './frame_focus.ts';

let seen: string[];
let stop: () => void;
const wait = (time: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, time));
const frame = (id: string): HTMLIFrameElement => document.getElementById(id) as HTMLIFrameElement;

/** As the browser does it: the frame becomes the active element, and the window says only that it lost the focus. */
function enter(id: string): void {
  frame(id).focus();
}

/** The test says itself what the window tells: between two frames browsers tell nothing. */
const muted = (event: Event): void => {
  if (event.isTrusted) event.stopImmediatePropagation();
};

beforeEach(() => {
  for (const type of ['blur', 'focus']) window.addEventListener(type, muted);
  document.body.innerHTML = '<button id="b">b</button><iframe id="one" srcdoc="<p>1"></iframe><iframe id="two" srcdoc="<p>2"></iframe>';
  seen = [];
  stop = watchFrameFocus(({ id }) => seen.push(id));
});
afterEach(() => {
  stop();
  for (const type of ['blur', 'focus']) window.removeEventListener(type, muted);
});

it('test_it_works', async () => {
  enter('one');
  window.dispatchEvent(new Event('blur'));
  await wait(20);
  expect(seen).toEqual(['one']);
  enter('two'); // without any event
  await wait(320);
  expect(seen).toEqual(['one', 'two']);
  document.getElementById('b')!.focus();
  window.dispatchEvent(new Event('focus'));
  enter('one');
  window.dispatchEvent(new Event('blur'));
  await wait(20);
  expect(seen.slice(2)).toEqual(['one']);
});

it('says nothing when the window loses the focus to something else, or when it was told to stop', async () => {
  document.getElementById('b')!.focus();
  window.dispatchEvent(new Event('blur'));
  await wait(20);
  stop();
  enter('one');
  window.dispatchEvent(new Event('blur'));
  await wait(20);
  expect(seen).toEqual([]);
});
