/** Primitive `date`, in the page. */
import { expect, it } from 'vitest';
import { show, type } from '../testing.ts';

const tree = { type: 'date', name: 'due', label: 'Due', min: '2026-03-01', max: '2026-03-31' };

it('test_it_works', async () => {
  const { find, widget, settled } = await show({ ...tree, default: '2026-03-14' });
  const input = find<HTMLInputElement>('input');
  expect([input.type, input.value, input.min, input.max]).toEqual(['date', '2026-03-14', '2026-03-01', '2026-03-31']);
  type(input, '2026-03-20');
  await settled();
  expect(widget.mount?.scope.formValues()).toEqual({ due: '2026-03-20' });
});

it.each([
  ['2026-02-28', 'Not before 1 Mar 2026.'],
  ['2026-04-01', 'Not after 31 Mar 2026.'],
])('%s is outside of what may be chosen', async (value, fault) => {
  const { find, texts, widget, settled } = await show({ type: 'form', children: [tree] });
  type(find('input'), value);
  find('input').dispatchEvent(new FocusEvent('blur'));
  await settled();
  expect(texts('.error')).toEqual([fault]);
  expect(widget.mount?.store.get(['forms', 'form', 'valid'])).toBe(false);
});

it('reads today, moments and what is no date', async () => {
  const today = new Date().toISOString().slice(0, 10);
  const values = async (value: unknown): Promise<unknown> => (await show({ type: 'date', name: 'd', default: value })).widget.mount?.scope.formValues()['d'];
  expect(await values('today')).toBe(today);
  expect(await values('2026-03-14T10:00:00Z')).toBe('2026-03-14');
  expect(await values('soon')).toBe('');
});

it('hears when its limit moves', async () => {
  const { find, widget, settled } = await show({ type: 'form', children: [{ ...tree, min: '{{state.first}}', default: '2026-03-10' }] }, { state: { first: '2026-03-01' } });
  expect(widget.mount?.store.get(['forms', 'form', 'valid'])).toBe(true);
  widget.patch({ 'state.first': '2026-03-12' });
  await settled();
  expect(find<HTMLInputElement>('input').min).toBe('2026-03-12');
  expect(widget.mount?.store.get(['forms', 'form', 'valid'])).toBe(false);
});
