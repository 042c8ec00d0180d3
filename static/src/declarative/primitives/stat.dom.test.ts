/** Primitive `stat`, in the page. */
import { expect, it } from 'vitest';
import { show } from '../testing.ts';

it('test_it_works', async () => {
  const { texts } = await show({ type: 'stat', label: 'Selected', value: '{{state.selected | length}}', unit: 'files' }, { state: { selected: [1, 2] } });
  expect(texts('.stat-label, .stat-value')).toEqual(['Selected', '2files']);
});

it.each([
  ['+12 %', 'success'],
  ['-3', 'error'],
  [-3, 'error'],
  ['0', 'neutral'],
])('takes the direction of the trend %s from its sign', async (trend, tone) => {
  expect((await show({ type: 'stat', label: 'a', value: 1, trend })).find('.stat-trend .badge').dataset['tone']).toBe(tone);
});

it('keeps the place while its binding loads', async () => {
  const { find } = await show({ type: 'stat', label: 'a', value: '{{count}}' }, { data: { count: { type: 'tool', tool: 'x' } }, load: () => new Promise(() => undefined) });
  expect(find('.stat-skeleton')).toBeTruthy();
});
