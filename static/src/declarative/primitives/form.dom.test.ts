/** Primitive `form`, in the page. */
import { userEvent } from 'vitest/browser';
import { expect, it, vi } from 'vitest';
import { show, type } from '../testing.ts';

const booking = {
  type: 'form',
  id: 'booking_form',
  initial: { topic: '', duration: 30 },
  children: [
    { type: 'text_input', name: 'topic', label: 'Topic', required: true, validation: { min: 3, max: 120 } },
    { type: 'select', name: 'priority', label: 'Priority', options: [{ value: 'low', label: 'Low' }, { value: 'med', label: 'Medium' }], default: 'med' },
  ],
  submit: {
    label: 'Book',
    loading_label: 'Booking…',
    disabled: '{{!form.valid}}',
    action: {
      action: 'tool',
      tool: 'create_meeting',
      args: { topic: '{{form.topic}}', duration: '{{form.duration}}', priority: '{{form.priority}}' },
      on_success: { action: 'alert', kind: 'success', text: 'Booked' },
      on_error: { action: 'alert', kind: 'error', text: '{{error.message}}' },
    },
  },
};

it('test_it_works', async () => {
  const { find, requests, calls, settled } = await show(booking, { sessionId: 'sess_xyz' });
  const submit = find<HTMLButtonElement>('[type="submit"]');
  expect(submit.disabled).toBe(true);
  type(find('input'), '1:1 with Alice');
  await settled();
  expect(submit.disabled).toBe(false);
  submit.click();
  await vi.waitFor(() => expect(calls).toEqual([['toast', 'success', 'Booked', undefined]]));
  expect(requests[0]).toMatchObject({
    action_id: 'submit',
    type: 'tool',
    payload: { tool: 'create_meeting', args: { topic: '1:1 with Alice', duration: 30, priority: 'med' } },
    form: { topic: '1:1 with Alice', duration: 30, priority: 'med' },
    session_id: 'sess_xyz',
  });
});

it('goes back to the first values after a success', async () => {
  const { find, settled } = await show(booking);
  type(find('input'), 'Something');
  await settled();
  find('[type="submit"]').click();
  await vi.waitFor(() => expect(find<HTMLInputElement>('input').value).toBe(''));
  expect(find<HTMLSelectElement>('select').selectedOptions[0]?.textContent).toBe('Medium');
});

it('shows no fault in the fields it has emptied, not even when they are left as they are', async () => {
  const fields = ['name', 'city'].map((name) => ({ type: 'text_input', name, label: name, required: true }));
  const { widget, find, texts, settled } = await show({ type: 'form', children: fields, submit: { action: { action: 'tool', tool: 'greet' } } });
  const [name, city] = [...widget.querySelectorAll('input')] as [HTMLInputElement, HTMLInputElement];
  for (const [input, text] of [[name, 'Alice'], [city, 'Paris']] as const) {
    input.focus();
    type(input, text);
  }
  await settled();
  await userEvent.keyboard('{Enter}');
  await vi.waitFor(() => expect(name.value).toBe(''));
  await settled();
  expect(texts('.error')).toEqual([]);
  city.focus();
  city.blur();
  await settled();
  expect(texts('.error')).toEqual([]);
  type(city, 'Rome');
  type(city, '');
  city.dispatchEvent(new FocusEvent('blur'));
  await settled();
  expect(texts('.error')).toEqual(['This is required.']);
  name.focus();
  await userEvent.keyboard('{Enter}');
  await settled();
  expect(find('input').getAttribute('aria-invalid')).toBe('true');
});

it('keeps what was typed after a refusal, and says why', async () => {
  const answer = () => ({ action: 'tool_result', result: { success: false, error: 'The room is taken' } });
  const { find, calls, settled } = await show(booking, { answer });
  type(find('input'), 'Something');
  await settled();
  find('[type="submit"]').click();
  await vi.waitFor(() => expect(calls).toEqual([['toast', 'error', 'The room is taken', undefined]]));
  expect(find<HTMLInputElement>('input').value).toBe('Something');
});

it('shows what is wrong when sent all the same, and puts the focus there', async () => {
  const { find, texts, requests, settled } = await show({ ...booking, submit: { ...booking.submit, disabled: false } });
  find('[type="submit"]').click();
  await settled();
  expect(texts('.error')).toEqual(['This is required.']);
  expect(document.activeElement).toBe(find('input'));
  expect(requests).toEqual([]);
});

it('is one of its own in every item of a list, and starts anew when it is shown anew', async () => {
  const edit = { type: 'form', id: 'edit', visible_if: '{{state.editing == item.id}}', initial: { title: '{{item.title}}' }, children: [{ type: 'text_input', name: 'title', label: 'Title' }] };
  const items = [{ id: 'a', title: 'Milk' }, { id: 'b', title: 'Bread' }];
  const { widget, settled } = await show({ type: 'list', items: '{{items}}', item: edit }, { values: { items } });
  const edited = async (id: string): Promise<string> => {
    widget.patch({ 'state.editing': id });
    await settled();
    return widget.querySelector('input')!.value;
  };
  expect(await edited('a')).toBe('Milk');
  type(widget.querySelector('input')!, 'given up');
  expect(await edited('b')).toBe('Bread');
  expect(await edited('a')).toBe('Milk');
});

it('keeps the forms of a list apart while all of them are open', async () => {
  const form = { type: 'form', id: 'edit', initial: { title: '{{item}}' }, children: [{ type: 'text_input', name: 'title', label: 'Title' }] };
  const { widget, settled } = await show({ type: 'list', items: '{{items}}', item: form }, { values: { items: ['Milk', 'Bread'] } });
  const values = (): string[] => [...widget.querySelectorAll('input')].map(({ value }) => value);
  expect(values()).toEqual(['Milk', 'Bread']);
  type(widget.querySelector('input')!, 'Tea');
  await settled();
  expect(values()).toEqual(['Tea', 'Bread']);
});

it('keeps two forms apart', async () => {
  const form = (id: string) => ({ type: 'form', id, children: [{ type: 'text_input', name: 'x', label: id }, { type: 'text', text: '{{form.x}}!' }] });
  const { widget, texts, settled } = await show({ type: 'column', children: [form('one'), form('two')] });
  type(widget.querySelectorAll('input')[1]!, 'second');
  await settled();
  expect(texts('wm-text')).toEqual(['!', 'second!']);
});

it('shows what the server has against a field beside that field, until it is changed', async () => {
  const errors = [{ path: 'args.topic', message: 'There is one of that name.' }, { path: 'params.priority', message: 'Not today.' }];
  const answer = () => ({ action: 'tool_result', result: { success: false, error: { message: 'Not valid', code: 'VALIDATION', errors } } });
  const { find, texts, settled } = await show(booking, { answer });
  type(find('input'), 'Something');
  await settled();
  find('[type="submit"]').click();
  await vi.waitFor(() => expect(texts('.error')).toEqual(['There is one of that name.', 'Not today.']));
  expect(document.activeElement).toBe(find('input'));
  expect(find('input').getAttribute('aria-invalid')).toBe('true');
  expect(find<HTMLButtonElement>('[type="submit"]').disabled).toBe(false); // it may be right the next time
  type(find('input'), 'Something else');
  await settled();
  expect(texts('.error')).toEqual(['Not today.']);
});

it('says with Enter what is missing, and sends with Enter when nothing is', async () => {
  const { find, texts, requests, settled } = await show(booking);
  find('input').focus();
  await userEvent.keyboard('{Enter}');
  await settled();
  expect(texts('.error')).toEqual(['This is required.']);
  await userEvent.keyboard('Planning{Enter}');
  await vi.waitFor(() => expect(requests).toHaveLength(1));
});

it('takes first values that arrive later, but not over what was typed', async () => {
  const form = {
    type: 'form',
    initial: { topic: '{{order.topic}}', notes: '{{order.notes}}' },
    children: [
      { type: 'text_input', name: 'topic', label: 'Topic', required: true },
      { type: 'text_input', name: 'notes', label: 'Notes' },
      { type: 'text_input', name: 'city', label: 'City', default: '{{order.city}}' },
    ],
  };
  const { widget, settled } = await show(form);
  const inputs = [...widget.querySelectorAll('input')];
  type(inputs[1]!, 'mine');
  await settled();
  widget.patch({ 'data.order': { topic: 'Q3', notes: 'theirs', city: 'Paris' } });
  await settled();
  expect(inputs.map(({ value }) => value)).toEqual(['Q3', 'mine', 'Paris']);
  expect(widget.mount?.store.get(['forms', 'form', 'valid'])).toBe(true);
});

it('keeps what was typed while other things change live', async () => {
  const { widget, settled } = await show({ type: 'column', children: [{ type: 'text', text: '{{state.n}}' }, { ...booking, children: [...booking.children, { type: 'text', text: '{{state.n}}' }] }] });
  const input = widget.querySelector('input')!;
  input.focus();
  type(input, 'half a wo');
  widget.patch({ 'state.n': 2, 'ctx.x': 1, 'data.y': [1] });
  await settled();
  expect(widget.querySelector('input')).toBe(input);
  expect(input.value).toBe('half a wo');
  expect(document.activeElement).toBe(input);
});

it('gives back the first values on request', async () => {
  const { find, settled } = await show({ ...booking, reset_label: 'Start over' });
  type(find('input'), 'Something');
  await settled();
  find('.form-actions [data-variant="ghost"]').click();
  await settled();
  expect(find<HTMLInputElement>('input').value).toBe('');
});

it.each([
  [{ min: 3 }, 'ab', 'At least 3 characters.'],
  [{ max: 3 }, 'abcd', 'At most 3 characters.'],
  [{ regex: '[a-z]+' }, 'A1', 'This does not have the right form.'],
  [{ type_hint: 'email' }, 'alice', 'Write an e-mail address.'],
  [{ type_hint: 'integer', max: 5 }, '7', 'At most 5.'],
  [{ type_hint: 'url', message: 'An address, please.' }, 'x', 'An address, please.'],
])('is not valid with %j and %j', async (validation, value, fault) => {
  const { find, texts, settled } = await show({ type: 'form', children: [{ type: 'text_input', name: 'x', label: 'X', validation }], submit: { action: { action: 'chat', template: 'x' } } });
  type(find('input'), value);
  find('input').dispatchEvent(new FocusEvent('blur'));
  await settled();
  expect(texts('.error')).toEqual([fault]);
  expect(find<HTMLButtonElement>('[type="submit"]').disabled).toBe(true);
});
