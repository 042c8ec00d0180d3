/** Primitive `form`, in the page. */
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
