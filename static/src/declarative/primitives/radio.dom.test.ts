/** Primitive `radio`, in the page. */
import { expect, it } from 'vitest';
import { axeFaults, show } from '../testing.ts';

const options = [{ value: 1, label: 'Solo', description: 'One person' }, { value: 2, label: 'Team' }, { value: 3, label: 'Old', disabled: true }];
const field = { type: 'radio', name: 'plan', label: 'Plan', options };

it('test_it_works', async () => {
  const { widget, find, texts, calls, settled } = await show({ ...field, default: 2, on_change: { action: 'set_state', set: { plan: '{{value}}' } } });
  expect(texts('legend')).toEqual(['Plan']);
  expect(find<HTMLInputElement>('input:checked').value).toBe('1');
  widget.querySelectorAll<HTMLInputElement>('input')[0]!.click();
  await settled();
  expect(widget.mount?.store.get(['forms', 'form', 'values', 'plan'])).toBe(1);
  expect(calls[0]?.[1]).toEqual({ plan: 1 });
  expect(await axeFaults()).toEqual([]);
});

it.each(['plain', 'cards'])('is accessible as %s, side by side', async (variant) => {
  const { widget } = await show({ ...field, variant, orientation: 'horizontal', help: 'Choose one', required: true });
  const [first, second] = [...widget.querySelectorAll('label')].map((label) => label.getBoundingClientRect());
  expect(second!.left).toBeGreaterThan(first!.left);
  expect(await axeFaults()).toEqual([]);
});

it('has to be chosen where it is required, and takes the focus then', async () => {
  const form = { type: 'form', id: 'form', children: [{ ...field, required: true }], submit: { label: 'Send', disabled: false, action: { action: 'alert', text: 'sent' } } };
  const { widget, find, texts, settled } = await show(form);
  expect(widget.mount?.store.get(['forms', 'form', 'valid'])).toBe(false);
  find<HTMLFormElement>('form').requestSubmit();
  await settled();
  expect(texts('.error')).toEqual(['This is required.']);
  expect(document.activeElement).toBe(find('input'));
  expect(find('[role="radiogroup"]').getAttribute('aria-invalid')).toBe('true');
});

it('says nothing while people move inside it, but does when they leave', async () => {
  const { widget, find, texts, settled } = await show({ type: 'column', children: [{ ...field, required: true }, { type: 'text_input', name: 'x', label: 'X' }] });
  const radios = widget.querySelectorAll<HTMLInputElement>('[type="radio"]');
  radios[0]!.focus();
  radios[1]!.focus();
  await settled();
  expect(texts('.error')).toEqual([]);
  find('[name="x"]').focus();
  await settled();
  expect(texts('.error')).toEqual(['This is required.']);
});

it('keeps two of the same name in a list apart', async () => {
  const list = { type: 'list', items: '{{rows}}', item: { type: 'form', id: 'row', initial: { plan: '{{item.plan}}' }, children: [field] } };
  const { widget } = await show(list, { values: { rows: [{ id: 1, plan: 1 }, { id: 2, plan: 2 }] } });
  expect([...widget.querySelectorAll<HTMLInputElement>(':checked')].map((one) => one.value)).toEqual(['0', '1']);
});
