/** Primitive `skeleton`, in the page. */
import { expect, it } from 'vitest';
import { show } from '../testing.ts';

it('test_it_works', async () => {
  const { widget } = await show({ type: 'skeleton', kind: 'list', count: 4 });
  expect(widget.querySelectorAll('.skeleton')).toHaveLength(4);
});

it('does not grow without bounds', async () => {
  expect((await show({ type: 'skeleton', count: 1e9 })).widget.querySelectorAll('.skeleton')).toHaveLength(50);
});
