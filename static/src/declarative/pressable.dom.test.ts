/** What is pressed runs once at a time, under one key, and shows that it is at work. */
import { expect, it, vi } from 'vitest';
import type { ActionEffect } from './hosts.ts';
import { show } from './testing.ts';
import type { Shown } from './testing.ts';
import type { TreeNode } from './tree.ts';

const action = { action: 'tool', tool: 'slow' };
const ITEMS = [{ id: 'a', title: 'Milk', column: 'todo' }, { id: 'b', title: 'Bread', column: 'todo' }];

/** Everything that can be pressed, and where. */
const PRESSED: [string, TreeNode, string][] = [
  ['button', { type: 'button', label: 'Go', action }, 'button'],
  ['icon_button', { type: 'icon_button', icon: 'add', label: 'Go', action }, 'button'],
  ['link', { type: 'link', label: 'Go', action }, 'button'],
  ['card', { type: 'card', title: 'Go', action }, 'button'],
  ['stat', { type: 'stat', label: 'Go', value: 1, action }, 'button'],
  ['image', { type: 'image', src: '', alt: 'Go', action }, 'button'],
  ['a row of a table', { type: 'table', rows: '{{items}}', columns: [{ key: 'title' }], row_action: action }, '.row-press'],
  ['an item of a list', { type: 'list', items: '{{items}}', item: { type: 'card', title: '{{item.title}}', action } }, 'button'],
  ['a card of a board', { type: 'kanban', columns: [{ id: 'todo', title: 'To do' }], items: '{{items}}', column_key: 'column', item: { type: 'text', text: '{{item.title}}' }, item_action: action }, '.card-press'],
  ['an event of a timeline', { type: 'timeline', items: '{{items}}', title: '{{item.title}}', item_action: action }, '.card-press'],
  ['the way out of an alert', { type: 'alert', text: 'x', cta: { label: 'Go', action } }, 'button'],
  ['the way out of an empty state', { type: 'empty_state', title: 'x', cta: { label: 'Go', action } }, 'button'],
  ['a form', { type: 'form', children: [{ type: 'text_input', name: 'x', label: 'X' }], submit: { label: 'Go', action } }, '[type="submit"]'],
];

async function slow(tree: TreeNode): Promise<Shown & { finish: () => void }> {
  const waiting: ((effect: ActionEffect) => void)[] = [];
  const shown = await show(tree, { values: { items: ITEMS }, answer: () => new Promise((resolve) => waiting.push(resolve)) });
  return { ...shown, finish: () => waiting.splice(0).forEach((resolve) => resolve({ action: 'tool_result', result: { success: true } })) };
}

it.each(PRESSED)('%s runs once, however often it is pressed, and then again', async (_, tree, place) => {
  const { find, requests, finish, settled } = await slow(tree);
  find(place).click();
  find(place).click();
  await settled();
  find(place).click();
  expect(requests).toHaveLength(1);
  finish();
  await settled();
  find(place).click();
  await vi.waitFor(() => expect(requests).toHaveLength(2));
  expect(requests[1]!.idempotency_key).not.toBe(requests[0]!.idempotency_key);
  finish();
});

it('one row that is at work does not hold up another', async () => {
  const { widget, requests, finish } = await slow(PRESSED.find(([name]) => name === 'a row of a table')![1]);
  for (const button of widget.querySelectorAll<HTMLElement>('.row-press')) button.click();
  expect(requests).toHaveLength(2);
  finish();
});

it.each(PRESSED.filter(([name]) => ['button', 'icon_button', 'link', 'card', 'stat', 'image', 'a form'].includes(name)))('%s shows that it is at work when it takes long', async (_, tree, place) => {
  const { find, finish } = await slow(tree);
  find(place).click();
  await vi.waitFor(() => expect(find(place).getAttribute('aria-busy')).toBe('true'));
  finish();
  await vi.waitFor(() => expect(find(place).getAttribute('aria-busy')).not.toBe('true'));
});

it('counts every press of what is done at once', async () => {
  const { find, widget } = await show({ type: 'button', label: 'More', action: { action: 'set_state', set: { 'n.increment': 1 } } }, { state: { n: 0 } });
  for (let press = 0; press < 3; press += 1) find('button').click();
  expect(widget.mount?.store.get(['state', 'n'])).toBe(3);
});

it('Enter in a field outside of a form sends once', async () => {
  const { find, requests, finish } = await slow({ type: 'text_input', name: 'q', label: 'Search', default: 'x', on_submit: action });
  for (let press = 0; press < 2; press += 1) find('input').dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }));
  expect(requests).toHaveLength(1);
  finish();
});
