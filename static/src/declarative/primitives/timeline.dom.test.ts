/** Primitive `timeline`, in the page. */
import { expect, it } from 'vitest';
import { axeFaults, show } from '../testing.ts';

const now = Date.now();
const ago = (hours: number): string => new Date(now - hours * 3_600_000).toISOString();
const items = [
  { id: 'a', title: 'Merged', text: 'by Mara', time: ago(50), icon: 'merge', color: 'green' },
  { id: 'b', title: 'Deployed', time: ago(2) },
  { id: 'c', title: 'Planned', time: 'some day' },
  { id: 'd', title: 'Tagged', time: now - 5 * 3_600_000 },
];

it('test_it_works', async () => {
  const { find, texts } = await show({ type: 'timeline', items: '{{items}}' }, { values: { items } });
  expect(texts('.timeline-title')).toEqual(['Merged', 'Deployed', 'Planned', 'Tagged']);
  expect(texts('.timeline-time')).toEqual(['2 days ago', '2 hours ago', 'some day', '5 hours ago']);
  expect(texts('.timeline-text')).toEqual(['by Mara']);
  expect(find('.timeline-point').dataset['tone']).toBe('green');
  expect(await axeFaults()).toEqual([]);
});

it('is put in order of time, what has none at the end', async () => {
  const order = async (word: string): Promise<string> => (await show({ type: 'timeline', items: '{{items}}', order: word }, { values: { items } })).texts('.timeline-title').join(' ');
  expect(await order('newest')).toBe('Deployed Tagged Merged Planned');
  expect(await order('oldest')).toBe('Merged Tagged Deployed Planned');
});

it('reads what the tree says about an event', async () => {
  const tree = { type: 'timeline', items: '{{items}}', title: '{{index + 1}}. {{item.title | upper}}', text: 'No {{item.id}}', time: '2026-03-14', time_format: 'date' };
  const { widget, texts, settled } = await show(tree, { values: { items: items.slice(0, 1) } });
  expect(texts('.timeline-title')).toEqual(['1. MERGED']);
  expect(texts('.timeline-time')).toEqual(['14 Mar 2026']);
  widget.patch({ 'data.items.0.title': 'undone' });
  await settled();
  expect(texts('.timeline-title')).toEqual(['1. UNDONE']);
});

it('has a heading for each day', async () => {
  const old = { id: 'o', title: 'Old', time: '2026-03-14' };
  const later = { id: 'n', title: 'Now', time: new Date(now).toISOString() };
  const { texts } = await show({ type: 'timeline', items: '{{items}}', group_by_day: true }, { values: { items: [later, old, { ...old, id: 'p' }] } });
  expect(texts('h4')).toEqual(['Today', '14 March 2026']);
  expect(texts('.timeline-title')).toEqual(['Now', 'Old', 'Old']);
});

it('shows some first, and the rest on request', async () => {
  const { find, texts, settled } = await show({ type: 'timeline', items: '{{items}}', limit: 1 }, { values: { items } });
  expect(texts('.timeline-title')).toEqual(['Merged']);
  find('.list-more').click();
  await settled();
  expect(texts('.timeline-title')).toHaveLength(4);
});

it('opens an event, and holds a template', async () => {
  const tree = { type: 'timeline', items: '{{items}}', item: { type: 'badge', text: '{{item.id}}' }, item_action: { action: 'chat', template: 'Show {{item.id}}' } };
  const { widget, texts, calls, settled } = await show(tree, { values: { items } });
  expect(texts('wm-badge')).toEqual(['a', 'b', 'c', 'd']);
  widget.querySelectorAll<HTMLElement>('.card-press')[1]!.click();
  await settled();
  expect(calls).toEqual([['chat', 'Show b', true]]);
});

it('says that there is nothing, and nothing while it loads', async () => {
  const empty = { type: 'empty_state', title: 'Quiet' };
  const none = await show({ type: 'timeline', items: '{{items}}', empty }, { values: { items: [] } });
  expect(none.texts('.empty-title')).toEqual(['Quiet']);
  const loading = await show({ type: 'timeline', items: '{{items}}', empty }, { data: { items: { type: 'http', url: '/x' } }, load: () => new Promise(() => undefined) });
  expect(loading.widget.querySelector('.empty')).toBeNull();
  expect(loading.find('[role="status"]').getAttribute('aria-label')).toBe('Loading');
});
