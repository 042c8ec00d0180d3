/** Primitive `text_input`, in the page. */
import { expect, it } from 'vitest';
import { axeFaults, show, type } from '../testing.ts';

it('test_it_works', async () => {
  const { find, settled } = await show({ type: 'column', children: [{ type: 'text_input', name: 'name', label: 'Name', default: 'Al' }, { type: 'text', text: '{{form.name | length}}' }] });
  expect(find<HTMLInputElement>('input').value).toBe('Al');
  type(find('input'), 'Alice');
  await settled();
  expect(find('wm-text').textContent).toBe('5');
});

it('says what is wrong once it was left, in its own words if it has some', async () => {
  const { find, texts, settled } = await show({ type: 'text_input', name: 'mail', label: 'Mail', validation: { type_hint: 'email', message: 'We need your mail.' } });
  type(find('input'), 'nobody');
  await settled();
  expect(texts('.error')).toEqual([]);
  find('input').dispatchEvent(new FocusEvent('blur'));
  await settled();
  expect(texts('.error')).toEqual(['We need your mail.']);
  expect(find('input').getAttribute('aria-invalid')).toBe('true');
  expect(find('input').getAttribute('aria-describedby')).toBe(find('.error').id);
  expect(await axeFaults()).toEqual([]);
});

it('keeps numbers as numbers', async () => {
  const { find, widget, settled } = await show({ type: 'text_input', name: 'n', label: 'N', validation: { type_hint: 'integer' } });
  type(find('input'), '42');
  await settled();
  expect(widget.mount?.scope.formValues()).toEqual({ n: 42 });
});

it('acts on Enter outside of forms', async () => {
  const { find, calls, settled } = await show({ type: 'text_input', name: 'q', placeholder: 'Search', on_submit: { action: 'chat', template: 'Find {{value}}' } });
  type(find('input'), 'milk');
  find('input').dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }));
  await settled();
  expect(calls).toEqual([['chat', 'Find milk', true]]);
});

it('is labelled with its name in words where nobody wrote a label', async () => {
  const kinds = ['text_input', 'textarea', 'checkbox', 'radio', 'slider', 'date', 'select', 'multi_select', 'file_upload', 'code_editor'];
  const children = kinds.map((type) => ({ type, name: `${type}_is`, options: ['a', 'b'] }));
  const { widget, texts, find } = await show({ type: 'column', children });
  expect(texts('label[for], .check > span, legend, .label:not(legend)').filter((text) => text.endsWith(' is'))).toHaveLength(kinds.length);
  expect(find<HTMLInputElement>('input').labels?.[0]?.textContent?.trim()).toBe('Text input is');
  expect(find('input').hasAttribute('aria-label')).toBe(false);
  expect(widget.textContent).not.toContain('_is');
  expect(await axeFaults(['light'])).toEqual([]);
});

it.each([
  [{ label: '' }, 'First name'],
  [{ aria_label: 'Given name' }, 'Given name'],
])('shows no label with %j', async (properties, name) => {
  const { find, texts } = await show({ type: 'text_input', name: 'first_name', ...properties });
  expect(texts('label')).toEqual([]);
  expect(find('input').getAttribute('aria-label')).toBe(name);
});
