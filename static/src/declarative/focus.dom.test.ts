/** Declarative: where the focus goes when what had it goes. */
import { expect, it, vi } from 'vitest';
import { show, type } from './testing.ts';

const label = (): string | null | undefined => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent?.trim();
const toggle = (icon: string, name: string, visible_if: string, open: boolean) => ({
  type: 'icon_button',
  icon,
  label: name,
  visible_if,
  action: { action: 'set_state', set: { open } },
});

it('test_it_works', async () => {
  const tree = {
    type: 'row',
    children: [toggle('unfold_more', 'Open', '{{!state.open}}', true), toggle('unfold_less', 'Shut', '{{state.open}}', false)],
  };
  const { find } = await show(tree);
  find('[aria-label="Open"]').focus();
  find('[aria-label="Open"]').click();
  await vi.waitFor(() => expect(label()).toBe('Shut'));
});

const list = {
  type: 'list',
  items: '{{items}}',
  item: { type: 'row', children: [{ type: 'button', label: '{{item.id}}', action: { action: 'alert', text: 'x' } }] },
};

it('goes to the next item of a list, from the last one to the one before', async () => {
  const { widget, find } = await show(list, { values: { items: [{ id: 'a' }, { id: 'b' }, { id: 'c' }] } });
  find('li:nth-child(2) button').focus();
  widget.replace('items', [{ id: 'a' }, { id: 'c' }]);
  await vi.waitFor(() => expect(label()).toBe('c'));
  widget.replace('items', [{ id: 'a' }]);
  await vi.waitFor(() => expect(label()).toBe('a'));
});

it('stays where it is while its element stays', async () => {
  const { widget, find, settled } = await show(list, { values: { items: [{ id: 'a' }, { id: 'b' }] } });
  find('li:nth-child(2) button').focus();
  widget.replace('items', [{ id: 'b' }]);
  await settled();
  expect(label()).toBe('b');
});

it('is taken from nobody', async () => {
  const { widget, settled } = await show(list, { values: { items: [{ id: 'a' }] } });
  const outside = document.createElement('button');
  outside.textContent = 'outside';
  document.body.append(outside);
  outside.focus();
  widget.replace('items', []);
  await settled();
  expect(label()).toBe('outside');
});

it('goes back to the first field of a form that starts anew', async () => {
  const form = {
    type: 'form',
    children: [
      { type: 'text_input', name: 'title', aria_label: 'Title', required: true },
      { type: 'text_input', name: 'more', aria_label: 'More', visible_if: '{{form.title}}' },
    ],
    submit: { label: 'Add', action: { action: 'tool', tool: 'add', args: {} } },
  };
  const { find, settled } = await show(form);
  type(find('input'), 'x');
  await settled();
  find('[aria-label="More"]').focus();
  find<HTMLFormElement>('form').requestSubmit();
  await vi.waitFor(() => expect(find<HTMLInputElement>('input').value).toBe(''));
  await vi.waitFor(() => expect(label()).toBe('Title'));
});
