/** Primitive `tabs`, in the page. */
import { expect, it, vi } from 'vitest';
import { axeFaults, press, show, type } from '../testing.ts';

const text = (words: string) => ({ type: 'text', text: words });
const tree = {
  type: 'tabs',
  tabs: [
    { id: 'one', title: 'One', children: [text('First'), { type: 'text_input', name: 'note', aria_label: 'Note' }] },
    { id: 'two', title: 'Two', badge: '{{state.count}}', children: [text('Second {{state.count}}')] },
    { id: 'three', title: 'Three', disabled: true, children: [text('Third')] },
    { id: 'four', title: 'Four', visible_if: '{{state.more}}', children: [text('Fourth')] },
  ],
};
const seen = (widget: HTMLElement): string[] => [...widget.querySelectorAll('wm-text')].filter((one) => one.checkVisibility()).map((one) => one.textContent!);

it('test_it_works', async () => {
  const { widget, find, texts, settled } = await show(tree, { state: { count: 3 } });
  expect(texts('[role="tab"]')).toEqual(['One', 'Two 3', 'Three']);
  expect(seen(widget)).toEqual(['First']);
  expect(widget.querySelectorAll('wm-text')).toHaveLength(1); // what was not shown yet is not there
  find('[data-tab="two"]').click();
  await settled();
  expect(seen(widget)).toEqual(['Second 3']);
  expect(find('[data-tab="two"]').getAttribute('aria-selected')).toBe('true');
  expect(await axeFaults()).toEqual([]);
});

it('keeps what was done in a tab that is left', async () => {
  const { find, settled } = await show(tree);
  type(find('input'), 'kept');
  find('[data-tab="two"]').click();
  await settled();
  find('[data-tab="one"]').click();
  await settled();
  expect(find<HTMLInputElement>('input').value).toBe('kept');
});

it('is led by the keyboard, round the ends and past what is disabled', async () => {
  const { widget, find, settled } = await show(tree, { state: { more: true } });
  find('[data-tab="one"]').focus();
  const chosen: string[] = [];
  for (const key of ['ArrowRight', 'ArrowRight', 'ArrowRight', 'ArrowLeft', 'Home', 'End']) {
    press(document.activeElement!, key);
    await settled();
    chosen.push((document.activeElement as HTMLElement).dataset['tab']!);
    expect(widget.querySelectorAll('[role="tab"][tabindex="0"]')).toHaveLength(1);
  }
  expect(chosen).toEqual(['two', 'four', 'one', 'four', 'one', 'four']);
  expect(seen(widget)).toEqual(['Fourth']);
});

it('follows the tree, and tells what was chosen', async () => {
  const controlled = { ...tree, selected: '{{state.tab}}', on_change: { action: 'set_state', set: { tab: '{{value}}' } } };
  const { widget, find, calls, settled } = await show(controlled, { state: { tab: 'two' } });
  expect(seen(widget)).toEqual(['Second ']);
  find('[data-tab="one"]').click();
  await settled();
  expect(seen(widget)).toEqual(['First']);
  expect(calls[0]?.slice(0, 2)).toEqual(['stateChanged', { tab: 'one' }]);
  widget.patch({ 'state.tab': 'two' });
  await settled();
  expect(seen(widget)).toEqual(['Second ']);
});

it('shows another tab when the chosen one goes', async () => {
  const { widget, find, settled } = await show(tree, { state: { more: true } });
  find('[data-tab="four"]').click();
  await settled();
  widget.patch({ 'state.more': false });
  await settled();
  expect(seen(widget)).toEqual(['First']);
});

it('has every field of a form from the start, and opens the tab of the first fault', async () => {
  const input = (name: string) => ({ type: 'text_input', name, label: name, required: true });
  const form = {
    type: 'form',
    children: [{ type: 'tabs', tabs: [{ id: 'a', title: 'A', children: [input('x')] }, { id: 'b', title: 'B', children: [input('y')] }] }],
    submit: { label: 'Send', disabled: false, action: { action: 'alert', text: 'sent' } },
  };
  const { find, calls, settled } = await show(form);
  type(find('input[name="x"]'), 'there');
  await settled();
  find<HTMLFormElement>('form').requestSubmit();
  await vi.waitFor(() => expect(document.activeElement).toBe(find('input[name="y"]')));
  expect(calls).toEqual([]);
  expect(find('input[name="y"]').checkVisibility()).toBe(true);
});

it('offers arrows where the bar is too narrow', async () => {
  const many = { type: 'tabs', tabs: Array.from({ length: 30 }, (_, place) => ({ id: `t${place}`, title: `A tab number ${place}` })) };
  const { widget, find, settled } = await show(many);
  const arrows = [...widget.querySelectorAll<HTMLElement>('.tabs-arrow')];
  expect(arrows.map(({ hidden }) => hidden)).toEqual([true, false]);
  find('[data-tab="t0"]').focus();
  press(document.activeElement!, 'End');
  await vi.waitFor(() => expect(arrows.map(({ hidden }) => hidden)).toEqual([false, true]));
  expect(widget.scrollWidth).toBeLessThanOrEqual(widget.clientWidth);
  await settled();
});
