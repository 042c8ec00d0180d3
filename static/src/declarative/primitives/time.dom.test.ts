/** Primitive `time`, in the page. */
import { expect, it } from 'vitest';
import { show, type } from '../testing.ts';

it('test_it_works', async () => {
  const { find, texts, widget, settled } = await show({ type: 'time', name: 'start', label: 'Start', min: '08:00', max: '18:00', step: 15, default: '09:30' });
  const input = find<HTMLInputElement>('input');
  expect([input.type, input.value, input.step]).toEqual(['time', '09:30', '900']);
  type(input, '07:45');
  input.dispatchEvent(new FocusEvent('blur'));
  await settled();
  expect(widget.mount?.scope.formValues()).toEqual({ start: '07:45' });
  expect(texts('.error')).toEqual(['Not before 08:00.']);
});

it.each([
  ['09:30:15', '09:30'],
  ['2026-03-14T16:45:00Z', '16:45'],
  ['25:00', ''],
  ['noon', ''],
])('reads %s as %j', async (value, kept) => {
  expect((await show({ type: 'time', name: 'at', default: value })).widget.mount?.scope.formValues()).toEqual({ at: kept });
});
