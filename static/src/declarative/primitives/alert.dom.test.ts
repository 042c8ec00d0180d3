/** Primitive `alert`, in the page. */
import { expect, it } from 'vitest';
import { show } from '../testing.ts';

it('test_it_works', async () => {
  const { find, texts } = await show({ type: 'alert', kind: 'warning', title: 'Almost full', text: '{{state.used | percent}} used' }, { state: { used: 0.93 } });
  expect(texts('.alert-body')).toEqual(['Almost full 93% used']);
  expect(find('.alert').dataset['tone']).toBe('warning');
});

it('interrupts screen readers only for errors', async () => {
  expect((await show({ type: 'alert', kind: 'error', text: 'No' })).find('.alert').getAttribute('role')).toBe('alert');
  expect((await show({ type: 'alert', text: 'Yes' })).find('.alert').getAttribute('role')).toBe('status');
});

it('goes when it is dismissed', async () => {
  const { find, widget, settled } = await show({ type: 'alert', text: 'Hello', dismissible: true });
  find('[aria-label="Dismiss"]').click();
  await settled();
  expect(widget.querySelector('.alert')).toBeNull();
});

it('offers the next step', async () => {
  const { find, calls, settled } = await show({ type: 'alert', text: 'x', cta: { label: 'Free some', action: { action: 'chat', template: 'Free space' } } });
  find('.button').click();
  await settled();
  expect(calls).toEqual([['chat', 'Free space', true]]);
});
