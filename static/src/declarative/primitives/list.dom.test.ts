/** Primitive `list`, in the page. */
import { expect, it } from 'vitest';
import { show } from '../testing.ts';

const tree = { type: 'list', items: '{{tasks}}', item: { type: 'text', text: '{{index + 1}}. {{item.title}}' }, empty: { type: 'empty_state', title: 'Nothing yet' } };
const TASKS = [{ id: 'a', title: 'Milk' }, { id: 'b', title: 'Bread' }, { id: 'c', title: 'Eggs' }];

it('test_it_works', async () => {
  const { texts } = await show(tree, { values: { tasks: TASKS } });
  expect(texts('li')).toEqual(['1. Milk', '2. Bread', '3. Eggs']);
});

it('follows what is added, removed and moved, and keeps the elements of the items', async () => {
  const { texts, widget, settled } = await show(tree, { values: { tasks: TASKS } });
  const eggs = widget.querySelectorAll('li')[2];
  widget.replace('tasks', [TASKS[2], { id: 'd', title: 'Tea' }, TASKS[0]]);
  await settled();
  expect(texts('li')).toEqual(['1. Eggs', '2. Tea', '3. Milk']);
  expect(widget.querySelectorAll('li')[0]).toBe(eggs);
});

it('renders only the item that changed', async () => {
  const { texts, widget, settled } = await show(tree, { values: { tasks: TASKS } });
  const rendered: string[] = [];
  for (const element of widget.querySelectorAll<HTMLElement & { update(changed: unknown): void }>('wm-list, wm-text')) {
    const update = element.update.bind(element);
    element.update = (changed) => (rendered.push(element.textContent!.trim()), update(changed));
  }
  widget.patch({ 'data.tasks.1.title': 'Rolls' });
  await settled();
  expect(texts('li')).toEqual(['1. Milk', '2. Rolls', '3. Eggs']);
  expect(rendered).toEqual(['2. Bread']);
});

it('renders nothing when the same values come again', async () => {
  const { widget, settled } = await show(tree, { values: { tasks: TASKS } });
  let mutations = 0;
  const observer = new MutationObserver((records) => (mutations += records.length));
  observer.observe(widget, { childList: true, subtree: true, characterData: true });
  widget.replace('tasks', structuredClone(TASKS));
  await settled();
  expect(mutations).toBe(0);
  observer.disconnect();
});

it('shows its empty state, a skeleton while loading, and neither after a failure', async () => {
  expect((await show(tree, { values: { tasks: [] } })).texts('.empty-title')).toEqual(['Nothing yet']);
  const data = { tasks: { type: 'http' as const, url: '/tasks' } };
  const loading = await show(tree, { data, load: () => new Promise(() => undefined) });
  expect(loading.find('.skeletons').getAttribute('aria-label')).toBe('Loading');
  const failed = await show(tree, { data, load: () => Promise.reject(new Error('Backend timeout')) });
  expect(failed.texts('.alert-body')).toEqual(['Tasks could not be loadedBackend timeout']);
  expect(failed.widget.querySelector('.empty, .skeletons')).toBeNull();
});

it('shows the rest of a long list on request', async () => {
  const { texts, find, settled } = await show({ ...tree, limit: 2 }, { values: { tasks: TASKS } });
  expect(texts('li')).toHaveLength(2);
  expect(texts('.list-more')).toEqual(['Show 1 more']);
  find('.list-more').click();
  await settled();
  expect(texts('li')).toHaveLength(3);
});

it('takes filtered items', async () => {
  const { texts, widget, settled } = await show({ ...tree, items: "{{tasks | filter_search(state.query, 'title')}}" }, { values: { tasks: TASKS } });
  expect(texts('li')).toHaveLength(3);
  widget.patch({ 'state.query': 'br' });
  await settled();
  expect(texts('li')).toEqual(['1. Bread']);
});
