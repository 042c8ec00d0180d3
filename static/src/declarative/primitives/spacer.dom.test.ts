/** Primitive `spacer`, in the page. */
import { expect, it } from 'vitest';
import { show } from '../testing.ts';

it('test_it_works', async () => {
  const { find } = await show({ type: 'column', gap: 0, children: [{ type: 'spacer', size: 24 }] });
  expect(find('wm-spacer').getBoundingClientRect().height).toBe(24);
});

it('takes what is left over', async () => {
  const { find } = await show({ type: 'row', gap: 0, children: [{ type: 'badge', text: 'a' }, { type: 'spacer', flex: 1 }, { type: 'badge', text: 'b' }] });
  const row = find('wm-row').getBoundingClientRect();
  expect(find('wm-row').lastElementChild!.getBoundingClientRect().right).toBeCloseTo(row.right, 0);
});
