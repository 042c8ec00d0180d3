/** Primitive `datetime`, in the page. */
import { expect, it } from 'vitest';
import { show, type } from '../testing.ts';

it('test_it_works', async () => {
  const { find, texts, widget, settled } = await show({ type: 'datetime', name: 'at', label: 'Starts', default: '2026-03-14T09:30', max: '2026-03-31' });
  const input = find<HTMLInputElement>('input');
  expect([input.type, input.value]).toEqual(['datetime-local', '2026-03-14T09:30']);
  type(input, '2026-04-01T08:00');
  input.dispatchEvent(new FocusEvent('blur'));
  await settled();
  expect(widget.mount?.scope.formValues()).toEqual({ at: '2026-04-01T08:00' });
  expect(texts('.error')).toEqual(['Not after 31 Mar 2026 00:00.']);
});

it('shows a moment in the reader’s zone', async () => {
  const { find } = await show({ type: 'datetime', name: 'at', default: '2026-03-14T09:30:00Z' });
  const local = new Date('2026-03-14T09:30:00Z');
  expect(find<HTMLInputElement>('input').value).toBe(new Date(local.getTime() - local.getTimezoneOffset() * 60_000).toISOString().slice(0, 16));
});
