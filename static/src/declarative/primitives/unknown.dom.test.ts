/** What this version does not know, in the page. */
import { expect, it } from 'vitest';
import { show } from '../testing.ts';

it('test_it_works', async () => {
  const { texts } = await show({ type: 'column', children: [{ type: 'hologram' }, { type: 'text', text: 'still here' }] });
  expect(texts('wm-unknown, wm-text')).toEqual(['This version cannot show “hologram”.', 'still here']);
});

it('does not take names of other elements for primitives', async () => {
  const { texts } = await show({ type: 'column', children: [{ type: 'widget' }, { type: '__proto__' }, { type: 'unknown' }] });
  expect(texts('wm-unknown')).toHaveLength(3);
});
