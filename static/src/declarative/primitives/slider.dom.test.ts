/** Primitive `slider`, in the page. */
import { expect, it } from 'vitest';
import { axeFaults, show, type } from '../testing.ts';

const field = { type: 'slider', name: 'volume', label: 'Volume', default: 40, unit: 'dB' };

it('test_it_works', async () => {
  const { widget, find, texts, calls, settled } = await show({ ...field, on_change: { action: 'set_state', set: { volume: '{{value}}' } } });
  const input = find<HTMLInputElement>('input');
  expect(input.value).toBe('40');
  expect(texts('output')).toEqual(['40 dB']);
  type(input, '55');
  await settled();
  expect(widget.mount?.store.get(['forms', 'form', 'values', 'volume'])).toBe(55);
  expect(texts('output')).toEqual(['55 dB']);
  expect(calls).toEqual([]); // the thumb is still held
  input.dispatchEvent(new Event('change'));
  await settled();
  expect(calls[0]?.[1]).toEqual({ volume: 55 });
  expect(await axeFaults()).toEqual([]);
});

it('begins at a value that it can have', async () => {
  const first = async (properties: object): Promise<unknown> => (await show({ type: 'slider', name: 'v', ...properties })).widget.mount?.store.get(['forms', 'form', 'values', 'v']);
  expect(await first({ min: 10, max: 20 })).toBe(10);
  expect(await first({ default: 42, step: 5 })).toBe(40);
  expect(await first({ default: 900 })).toBe(100);
  expect(await first({ default: 'x', min: -5 })).toBe(-5);
  expect(await first({ max: 1, step: 0.1, default: 0.3 })).toBe(0.3);
});

it('has a valid form from the start', async () => {
  const { widget } = await show({ ...field, default: 0, required: true });
  expect(widget.mount?.store.get(['forms', 'form', 'valid'])).toBe(true);
});

it('names places under its track, and says them', async () => {
  const { find, texts } = await show({ ...field, default: 0, marks: [{ value: 0, label: 'Off' }, 50, { value: 500, label: 'never' }] });
  expect(texts('.slider-mark')).toEqual(['Off', '50 dB']);
  expect(find('input').getAttribute('aria-valuetext')).toBe('Off, 0\u00a0dB');
});

it('writes money and shares', async () => {
  expect((await show({ ...field, unit: '', format: 'percent', min: 0, max: 1, step: 0.01, default: 0.25 })).texts('output')).toEqual(['25%']);
  expect((await show({ ...field, unit: '', format: 'money', max: 5000, default: 1200 })).texts('output')[0]).toContain('1,200');
  expect((await show({ ...field, show_value: false })).texts('output')).toEqual([]);
});
