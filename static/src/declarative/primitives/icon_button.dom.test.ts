/** Primitive `icon_button`, in the page. */
import { expect, it } from 'vitest';
import { show } from '../testing.ts';

it('test_it_works', async () => {
  const { find, calls, settled } = await show({ type: 'icon_button', icon: 'delete', label: 'Remove {{ctx.title}}', action: { action: 'chat', template: 'Remove {{ctx.title}}' } }, { ctx: { title: 'Milk' } });
  expect(find('button').getAttribute('aria-label')).toBe('Remove Milk');
  find('button').click();
  await settled();
  expect(calls).toEqual([['chat', 'Remove Milk', true]]);
});

it('is large enough to be touched', async () => {
  const { width, height } = (await show({ type: 'icon_button', icon: 'delete', label: 'x', size: 'small' })).find('button').getBoundingClientRect();
  expect(Math.min(width, height)).toBeGreaterThanOrEqual(32);
});
