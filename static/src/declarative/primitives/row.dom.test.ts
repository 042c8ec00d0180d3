/** Primitive `row`, in the page. */
import { expect, it } from 'vitest';
import { show } from '../testing.ts';

const children = [{ type: 'badge', text: 'a' }, { type: 'badge', text: 'b' }];

it('test_it_works', async () => {
  const { find } = await show({ type: 'row', gap: 12, justify: 'between', children });
  const [first, second] = [...find('wm-row').children].map((child) => child.getBoundingClientRect());
  expect(first!.top).toBe(second!.top);
  expect(second!.right).toBeCloseTo(find('wm-row').getBoundingClientRect().right, 0);
});

it('wraps unless it is told not to', async () => {
  expect(getComputedStyle((await show({ type: 'row', children })).find('wm-row')).flexWrap).toBe('wrap');
  expect(getComputedStyle((await show({ type: 'row', wrap: false, children })).find('wm-row')).flexWrap).toBe('nowrap');
});
