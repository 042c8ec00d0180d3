/** Primitive `empty_state`, in the page. */
import { expect, it } from 'vitest';
import { show } from '../testing.ts';

it('test_it_works', async () => {
  const { find, texts, calls, settled } = await show({ type: 'empty_state', title: 'No sources yet', subtitle: 'Add one.', cta: { label: 'Add', action: { action: 'open_modal', modal: 'add_source' } } });
  expect(texts('p')).toEqual(['No sources yet', 'Add one.']);
  find('.button').click();
  await settled();
  expect(calls).toEqual([['openModal', 'add_source', {}]]);
});
