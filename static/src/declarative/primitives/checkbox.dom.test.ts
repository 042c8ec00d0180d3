/** Primitive `checkbox`, in the page. */
import { expect, it } from 'vitest';
import { show } from '../testing.ts';

it('test_it_works', async () => {
  const { find, widget, settled } = await show({
    type: 'column',
    children: [{ type: 'checkbox', name: 'urgent', label: 'Urgent' }, { type: 'text', text: '{{form.urgent ? "yes" : "no"}}' }],
  });
  expect(find('wm-text').textContent).toBe('no');
  find('input').click();
  await settled();
  expect(find('wm-text').textContent).toBe('yes');
  widget.patch({ 'forms.form.values.urgent': false });
  await settled();
  expect(find<HTMLInputElement>('input').checked).toBe(false);
});

it('tells a change', async () => {
  const { find, calls, settled } = await show({ type: 'checkbox', name: 'a', label: 'A', default: true, on_change: { action: 'chat', template: 'now {{value}}' } });
  find('input').click();
  await settled();
  expect(calls).toEqual([['chat', 'now false', true]]);
});
