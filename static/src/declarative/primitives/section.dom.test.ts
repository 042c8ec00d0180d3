/** Primitive `section`, in the page. */
import { expect, it } from 'vitest';
import { show } from '../testing.ts';

const tree = { type: 'section', title: 'Details', collapsed: true, children: [{ type: 'text', text: 'Inside' }] };

it('test_it_works', async () => {
  const { find, settled } = await show(tree);
  expect(find('wm-text').checkVisibility()).toBe(false);
  find('button').click();
  await settled();
  expect(find('wm-text').checkVisibility()).toBe(true);
  expect(find('button').getAttribute('aria-expanded')).toBe('true');
});

it('cannot be folded where it should not be', async () => {
  const { widget } = await show({ ...tree, collapsible: false, collapsed: false });
  expect(widget.querySelector('button')).toBeNull();
});

it('opens for a field of its that takes the focus', async () => {
  const field = { type: 'text_input', name: 'x', label: 'X', required: true };
  const form = { type: 'form', children: [{ ...tree, children: [field] }], submit: { label: 'Send', disabled: false, action: { action: 'alert', text: 'sent' } } };
  const { find, settled } = await show(form);
  find<HTMLFormElement>('form').requestSubmit();
  await settled();
  expect(document.activeElement).toBe(find('input'));
});
