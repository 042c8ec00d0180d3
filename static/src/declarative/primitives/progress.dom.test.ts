/** Primitive `progress`, in the page. */
import { expect, it } from 'vitest';
import { axeFaults, show } from '../testing.ts';

it('test_it_works', async () => {
  const { find, texts, widget, settled } = await show({ type: 'progress', label: 'Upload', value: '{{state.done}}', max: 8, show_value: true }, { state: { done: 2 } });
  expect(find('.progress').getAttribute('aria-valuenow')).toBe('25');
  expect(texts('.progress-value')).toEqual(['25 %']);
  widget.patch({ 'state.done': 80 });
  await settled();
  expect(find('.progress').getAttribute('aria-valuenow')).toBe('100');
  expect(find('.progress-fill').getBoundingClientRect().width).toBeCloseTo(find('.progress-track').getBoundingClientRect().width, 0);
});

it('does not claim to know what it does not', async () => {
  const { find } = await show({ type: 'progress', kind: 'circular' });
  expect(find('.progress').hasAttribute('aria-valuenow')).toBe(false);
  expect(find('.progress').getAttribute('aria-label')).toBe('Progress');
  expect(await axeFaults()).toEqual([]);
});
