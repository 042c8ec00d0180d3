/** Primitive `badge`, in the page. */
import { expect, it } from 'vitest';
import { show } from '../testing.ts';

it('test_it_works', async () => {
  const { find, texts } = await show({ type: 'badge', text: '{{ctx.status | title}}', color: '{{ctx.status | status_color}}' }, { ctx: { status: 'done' } });
  expect(texts('.badge')).toEqual(['Done']);
  expect(find('.badge').dataset['tone']).toBe('green');
});

it('is neutral for muted and for no colour', async () => {
  expect((await show({ type: 'badge', text: 'a', color: 'muted' })).find('.badge').dataset['tone']).toBe('neutral');
  expect((await show({ type: 'badge', text: 'a' })).find('.badge').dataset['tone']).toBe('neutral');
});
