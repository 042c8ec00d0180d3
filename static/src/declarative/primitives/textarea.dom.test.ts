/** Primitive `textarea`, in the page. */
import { expect, it } from 'vitest';
import { show, type } from '../testing.ts';

it('test_it_works', async () => {
  const { find, texts, settled } = await show({ type: 'textarea', name: 'notes', label: 'Notes', rows: 4, max_chars: 5 });
  expect(find<HTMLTextAreaElement>('textarea').rows).toBe(4);
  type(find('textarea'), 'äöü😀');
  await settled();
  expect(texts('.counter > [aria-hidden]')).toEqual(['4 / 5']);
});

it('counts towards a far limit only once it comes near', async () => {
  const { find, texts, settled } = await show({ type: 'textarea', name: 'notes', label: 'Notes', max_chars: 2000 });
  expect(texts('.counter')).toEqual([]);
  type(find('textarea'), 'x'.repeat(1700));
  await settled();
  expect(texts('.counter > [aria-hidden]')).toEqual(['1700 / 2000']);
});

it('is invalid beyond its limit', async () => {
  const { find, texts, settled } = await show({ type: 'textarea', name: 'notes', label: 'Notes', max_chars: 3 });
  type(find('textarea'), 'four');
  find('textarea').dispatchEvent(new FocusEvent('blur'));
  await settled();
  expect(texts('.error')).toEqual(['At most 3 characters.']);
});
