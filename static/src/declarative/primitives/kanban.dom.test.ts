/** Primitive `kanban`, in the page. */
import { expect, it, vi } from 'vitest';
import { axeFaults, show } from '../testing.ts';

const TASKS = [
  { id: 'a', title: 'Milk', column: 'todo' },
  { id: 'b', title: 'Bread', column: 'todo' },
  { id: 'c', title: 'Eggs', column: 'done' },
];
const tree = {
  type: 'kanban',
  columns: [{ id: 'todo', title: 'To do', limit: 1 }, { id: 'done', title: 'Done', accent: 'green' }, { id: 'later' }],
  items: '{{tasks}}',
  item: { type: 'text', text: '{{item.title}} in {{column}}' },
  on_move: { action: 'tool', tool: 'move', args: { title: '{{item.title}}', column: '{{column}}', index: '{{index}}' } },
};

/** Opens the menu of a card and takes an entry of it. */
async function choose(widget: HTMLElement, find: (selector: string) => HTMLElement, card: string, entry: string): Promise<void> {
  find(`[aria-label="Move ${card}"]`).focus();
  await vi.waitFor(() => expect(widget.querySelector(`wa-dropdown-item${entry}`)).not.toBeNull());
  find(`[aria-label="Move ${card}"]`).click();
  await vi.waitFor(() => expect(find('wa-dropdown[open]')).toBeDefined());
  find(`wa-dropdown-item${entry}`).click();
}

function columns(widget: HTMLElement): string[][] {
  return [...widget.querySelectorAll('.kanban-column')].map((column) => [...column.querySelectorAll('wm-text')].map((card) => card.textContent!));
}

it('test_it_works', async () => {
  const { widget, texts } = await show(tree, { values: { tasks: TASKS } });
  expect(columns(widget)).toEqual([['Milk in todo', 'Bread in todo'], ['Eggs in done'], []]);
  expect(texts('.kanban-heading .badge')).toEqual(['2 / 1', '1', '0']);
  expect(texts('.kanban-empty')).toEqual(['Nothing here']);
});

it('follows an item into another column', async () => {
  const { widget, settled } = await show(tree, { values: { tasks: TASKS } });
  widget.patch({ 'data.tasks.0.column': 'done' });
  await settled();
  expect(columns(widget)).toEqual([['Bread in todo'], ['Milk in done', 'Eggs in done'], []]);
});

it('sends a card to another column from its menu', async () => {
  const { widget, find, requests } = await show(tree, { values: { tasks: TASKS } });
  find('[aria-label="Move Milk"]').focus();
  await vi.waitFor(() => expect(widget.querySelectorAll('wa-dropdown-item')).toHaveLength(3));
  find('[aria-label="Move Milk"]').click();
  await vi.waitFor(() => expect(find('wa-dropdown').hasAttribute('open')).toBe(true));
  expect(await axeFaults()).toEqual([]);
  find('wa-dropdown-item[value="done"]').click();
  await vi.waitFor(() => expect(requests).toHaveLength(1));
  expect(requests[0]?.payload).toEqual({ tool: 'move', args: { title: 'Milk', column: 'done', index: null } });
});

it('sends a card where it is dropped', async () => {
  const { widget, requests } = await show(tree, { values: { tasks: TASKS } });
  const card = widget.querySelector('.kanban-card')!;
  const target = widget.querySelectorAll('.kanban-column')[1]!;
  const { left, bottom } = target.querySelector('.kanban-card')!.getBoundingClientRect();
  await drag(card, target, left + 10, bottom + 2);
  await vi.waitFor(() => expect(requests[0]?.payload).toEqual({ tool: 'move', args: { title: 'Milk', column: 'done', index: 1 } }));
});

it('shows a move at once, says so, keeps the focus with the card, and takes it back when it fails', async () => {
  let fail = (): void => undefined;
  const answer = () => new Promise<never>((resolve) => (fail = () => resolve({ action: 'tool_result', result: { success: false, error: 'Locked' } } as never)));
  const { widget, find, texts, calls } = await show(tree, { values: { tasks: TASKS }, answer });
  await choose(widget, find, 'Milk', '[value="done"]');
  await vi.waitFor(() => expect(columns(widget)).toEqual([['Bread in todo'], ['Milk in todo', 'Eggs in done'], []]));
  await vi.waitFor(() => expect(document.activeElement?.getAttribute('aria-label')).toBe('Move Milk'));
  expect(texts('[role="status"]')).toEqual(['Milk is now in Done.']);
  fail();
  await vi.waitFor(() => expect(columns(widget)).toEqual([['Milk in todo', 'Bread in todo'], ['Eggs in done'], []]));
  expect(calls).toEqual([['toast', 'error', 'Locked']]);
});

it('forgets a move when the data has changed', async () => {
  const { widget, find, requests, settled } = await show(tree, { values: { tasks: TASKS } });
  await choose(widget, find, 'Milk', '[value="done"]');
  await vi.waitFor(() => expect(requests).toHaveLength(1));
  widget.patch({ 'data.tasks.0.column': 'later' });
  await settled();
  expect(columns(widget)[2]).toEqual(['Milk in later']);
  widget.patch({ 'data.tasks.0.column': 'todo' });
  await settled();
  expect(columns(widget)[0]).toEqual(['Milk in todo', 'Bread in todo']);
});

it('changes the order by keyboard where that means something', async () => {
  const { widget, find, requests } = await show(tree, { values: { tasks: TASKS } });
  await choose(widget, find, 'Milk', '[data-step="1"]');
  await vi.waitFor(() => expect(requests[0]?.payload).toEqual({ tool: 'move', args: { title: 'Milk', column: 'todo', index: 1 } }));
  expect(columns(widget)[0]).toEqual(['Bread in todo', 'Milk in todo']);
  const plain = await show({ ...tree, on_move: { action: 'tool', tool: 'move', args: { column: '{{column}}' } } }, { values: { tasks: TASKS } });
  plain.find('[aria-label="Move Bread"]').focus();
  await vi.waitFor(() => expect(plain.widget.querySelectorAll('wa-dropdown-item')).toHaveLength(2));
});

it('opens a card', async () => {
  const { find, calls, settled } = await show({ ...tree, item_action: { action: 'chat', template: 'Show {{item.title}}' } }, { values: { tasks: TASKS } });
  find('[aria-label="Open Bread"]').click();
  await settled();
  expect(calls).toEqual([['chat', 'Show Bread', true]]);
});

it('shows where a dragged card would come to lie', async () => {
  const { widget } = await show(tree, { values: { tasks: TASKS } });
  const [todo, done] = [...widget.querySelectorAll('.kanban-column')];
  const card = todo!.querySelector('.kanban-card')!;
  const eggs = done!.querySelector('.kanban-card')!;
  const { left, top } = eggs.getBoundingClientRect();
  await drag(card, done!, left + 10, top + 2, () => vi.waitFor(() => expect(eggs.hasAttribute('data-drop-before')).toBe(true)));
  await vi.waitFor(() => expect(widget.querySelector('[data-drop-before], [data-over]')).toBeNull());
});

async function drag(from: Element, to: Element, clientX: number, clientY: number, pause?: () => Promise<unknown>): Promise<void> {
  const dataTransfer = new DataTransfer();
  const event = (target: Element, name: string): void => {
    target.dispatchEvent(new DragEvent(name, { bubbles: true, cancelable: true, dataTransfer, clientX, clientY }));
  };
  const start = from.getBoundingClientRect();
  from.dispatchEvent(new DragEvent('dragstart', { bubbles: true, cancelable: true, dataTransfer, clientX: start.left + 5, clientY: start.top + 5 }));
  event(to, 'dragenter');
  event(to, 'dragover');
  await pause?.();
  event(to, 'drop');
  event(from, 'dragend');
}
