/** Primitive `confirm`, in the page. */
import { expect, it, vi } from 'vitest';
import { axeFaults, press, show, type } from '../testing.ts';

const tree = {
  type: 'confirm',
  title: 'Delete {{ctx.path}}?',
  confirm_action: { action: 'tool', tool: 'delete_thing', args: { path: '{{ctx.path}}' } },
};
const ctx = { path: '/docs/spec.md' };
const buttons = (widget: HTMLElement): HTMLButtonElement[] => [...widget.querySelectorAll('button')];

it('test_it_works', async () => {
  const { widget, texts, requests } = await show(tree, { ctx });
  expect(texts('.card-title')).toEqual(['Delete /docs/spec.md?']);
  expect(texts('button')).toEqual(['Cancel', 'Confirm']);
  expect(await axeFaults()).toEqual([]);
  buttons(widget)[1]!.click();
  await vi.waitFor(() => expect(texts('.confirm-choice')).toEqual(['Confirm']));
  expect(requests).toMatchObject([{ action_id: 'confirm.confirm', type: 'tool', payload: { tool: 'delete_thing', args: ctx } }]);
  expect(buttons(widget)).toEqual([]);
  expect(texts('[role="status"]')).toEqual(['Chosen: Confirm']);
  expect(await axeFaults()).toEqual([]);
});

it('runs once, however often it is pressed', async () => {
  let finish = (): void => undefined;
  const answer = () => new Promise<never>((resolve) => (finish = () => resolve({ action: 'tool_result', result: { success: true } } as never)));
  const { widget, texts, requests } = await show({ ...tree, id: 'ask', loading_label: 'Deleting…' }, { ctx, answer });
  const [cancel, confirm] = buttons(widget);
  confirm!.click();
  confirm!.click();
  cancel!.click();
  await vi.waitFor(() => expect(texts('button')).toEqual(['Cancel', 'Deleting…']));
  expect(requests.map((request) => request.action_id)).toEqual(['ask.confirm']);
  finish();
  await vi.waitFor(() => expect(texts('.confirm-choice')).toEqual(['Confirm']));
});

it('asks again when its action fails', async () => {
  const { widget, texts, calls, settled } = await show(tree, { ctx, answer: () => ({ action: 'tool_result', result: { success: false, error: 'It is open' } }) });
  buttons(widget)[1]!.click();
  await vi.waitFor(() => expect(calls).toEqual([['toast', 'error', 'It is open']]));
  await settled();
  expect(texts('button')).toEqual(['Cancel', 'Confirm']);
});

it('can be declined, with an action or without', async () => {
  const plain = await show({ ...tree, cancel_label: 'Keep it' }, { ctx });
  buttons(plain.widget)[0]!.click();
  await plain.settled();
  expect(plain.texts('.confirm-choice')).toEqual(['Keep it']);
  expect(plain.requests).toEqual([]);
  const told = await show({ ...tree, cancel_action: { action: 'tool', tool: 'keep' } }, { ctx });
  buttons(told.widget)[0]!.click();
  await vi.waitFor(() => expect(told.requests.map((request) => request.action_id)).toEqual(['confirm.cancel']));
});

it('shows what was chosen elsewhere', async () => {
  const known = await show({ ...tree, confirm_label: 'Delete' }, { ctx: { ...ctx, answered: { label: 'Delete', at: new Date().toISOString() } } });
  expect(known.texts('.confirm-outcome')[0]).toMatch(/^Delete/);
  expect(known.widget.querySelector('time')).not.toBeNull();
  const own = await show({ ...tree, answered: '{{state.done}}' }, { ctx });
  expect(own.texts('button')).toHaveLength(2);
  own.widget.patch({ 'state.done': 'Kept' });
  await own.settled();
  expect(own.texts('.confirm-choice')).toEqual(['Kept']);
});

it('waits for the words it asks for', async () => {
  const { widget, find, requests, settled } = await show({ ...tree, require_text: '{{ctx.path}}', variant: 'destructive' }, { ctx });
  const confirm = buttons(widget)[1]!;
  type(find('input'), '/docs');
  await settled();
  expect(confirm.disabled).toBe(true);
  press(find('input'), 'Enter');
  await settled();
  expect(requests).toEqual([]);
  type(find('input'), '/docs/spec.md');
  await settled();
  expect(confirm.disabled).toBe(false);
  expect(await axeFaults()).toEqual([]);
  press(find('input'), 'Enter');
  await vi.waitFor(() => expect(requests).toHaveLength(1));
});

it('is one of its own in every item of a list, and holds more to read', async () => {
  const list = { type: 'list', items: '{{rows}}', item: { ...tree, title: '{{item.id}}?', children: [{ type: 'text', text: 'Size {{item.size}}' }] } };
  const { widget, texts, settled } = await show(list, { values: { rows: [{ id: 'a', size: 1 }, { id: 'b', size: 2 }] } });
  expect(texts('wm-text')).toEqual(['Size 1', 'Size 2']);
  buttons(widget)[0]!.click();
  await settled();
  expect(texts('.confirm-choice')).toEqual(['Cancel']);
  expect(buttons(widget)).toHaveLength(2);
});

it.each([
  ['no action', undefined, ['close']],
  ['what the browser does', { action: 'copy', text: 'x' }, ['copy']],
  ['several that end in the browser', { action: 'sequence', actions: [{ action: 'tool', tool: 'a' }, { action: 'alert', text: 'x' }] }, ['alert']],
  ['what the server does', { action: 'tool', tool: 'keep_thing' }, []],
])('tells the place what was chosen by %s', async (_, action, kinds) => {
  const { widget, calls, settled } = await show({ ...tree, ...(action ? { cancel_action: action } : {}) }, { ctx });
  buttons(widget)[0]!.click();
  await vi.waitFor(() => expect(widget.querySelector('.confirm-outcome')).not.toBeNull());
  await settled();
  const told = calls.filter(([method]) => method === 'answered').map(([, request]) => request as { type: string; action_id: string });
  expect(told.map(({ type: kind }) => kind)).toEqual(kinds);
  expect(told.every((request) => request.action_id === 'confirm.cancel')).toBe(true);
});

it('names its buttons after itself, whatever its actions are called', async () => {
  const steps = { action: 'sequence', id: 'all', actions: [{ action: 'tool', tool: 'a', id: 'first', on_success: { action: 'tool', tool: 'b', id: 'then' } }, { action: 'tool', tool: 'c', args: { id: 7 } }] };
  const { widget, requests } = await show({ ...tree, id: 'booking_cancel', confirm_action: steps }, { ctx });
  buttons(widget)[1]!.click();
  await vi.waitFor(() => expect(widget.querySelector('.confirm-outcome')).not.toBeNull());
  const prefix = 'booking_cancel.confirm';
  expect(requests.map((request) => request.action_id)).toEqual([`${prefix}.0`, `${prefix}.0.ok`, `${prefix}.1`]);
  expect(requests[2]!.payload).toEqual({ tool: 'c', args: { id: 7 } });
});

it('reads its own answer where there are several', async () => {
  const at = new Date().toISOString();
  const old = new Date(Date.now() - 180_000).toISOString();
  const answers = { a: { label: 'Keep', at, agreed: false }, c: { label: 'Delete', at: old, agreed: true, pending: old } };
  const three = { type: 'column', children: ['a', 'b', 'c'].map((id) => ({ ...tree, id })) };
  const { widget, texts } = await show(three, { ctx: { ...ctx, answered: answers.a, answers } });
  expect(texts('.confirm-choice')).toEqual(['Keep']);
  expect(buttons(widget).length).toBe(4);
});
