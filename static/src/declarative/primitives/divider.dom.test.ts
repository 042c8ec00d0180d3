/** Primitive `divider`, in the page. */
import { expect, it } from 'vitest';
import { show } from '../testing.ts';

it('test_it_works', async () => {
  const { find } = await show({ type: 'divider', label: 'or' });
  expect(find('wm-divider').getAttribute('role')).toBe('separator');
  expect(find('wm-divider').textContent).toBe('or');
});

it('stands upright in a row', async () => {
  const { find } = await show({ type: 'row', children: [{ type: 'text', text: 'a' }, { type: 'divider', orientation: 'vertical' }] });
  expect(find('wm-divider').getBoundingClientRect().height).toBeGreaterThan(10);
  expect(find('wm-divider').getAttribute('aria-orientation')).toBe('vertical');
});
