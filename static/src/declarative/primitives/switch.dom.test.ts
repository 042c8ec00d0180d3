/** Primitive `switch`, in the page. */
import { expect, it } from 'vitest';
import { show } from '../testing.ts';

it('test_it_works', async () => {
  const { find, widget, settled } = await show({ type: 'switch', name: 'notify', label: 'Notify me', default: true });
  expect(find('input').getAttribute('role')).toBe('switch');
  expect(find<HTMLInputElement>('input').checked).toBe(true);
  find('label').click();
  await settled();
  expect(widget.mount?.scope.formValues()).toEqual({ notify: false });
});
