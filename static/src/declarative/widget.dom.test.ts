/** `<wm-widget>`: mounting, live changes, faults, and the trees of our own panels. */
import { describe, expect, it, vi } from 'vitest';
import { axeFaults, show } from './testing.ts';
import type { TreeNode } from './tree.ts';

const HTTP = { type: 'http' as const, url: '/tasks' };
const list = { type: 'list', items: '{{tasks}}', item: { type: 'text', text: '{{item}}' } };

it('test_it_works', async () => {
  const { widget, texts, settled } = await show({ type: 'text', text: '{{ctx.path}} {{state.filter}} {{count}}' }, { ctx: { path: '/docs' }, state: { filter: 'all' }, values: { count: 1 } });
  expect(texts('wm-text')).toEqual(['/docs all 1']);
  widget.patch({ 'state.filter': 'open', 'ctx.path': '/src' });
  widget.replace('count', 2);
  await settled();
  expect(texts('wm-text')).toEqual(['/src open 2']);
});

it('loads its bindings, and again when an action asks for it', async () => {
  const load = vi.fn(async (name: string) => ({ value: [`${name} ${load.mock.calls.length}`], status: 200 }));
  const tree = { type: 'column', children: [list, { type: 'button', label: 'Refresh', action: { action: 'refresh', bindings: ['tasks'] } }] };
  const { find, texts } = await show(tree, { data: { tasks: HTTP }, load });
  await vi.waitFor(() => expect(texts('li')).toEqual(['tasks 1']));
  find('button').click();
  await vi.waitFor(() => expect(texts('li')).toEqual(['tasks 2']));
});

it('shows a failed binding, and tries again on request', async () => {
  const load = vi.fn().mockRejectedValueOnce(new Error('Backend timeout')).mockResolvedValue({ value: ['Milk'], status: 200 });
  const { find, texts, widget } = await show(list, { data: { tasks: HTTP }, load });
  await vi.waitFor(() => expect(texts('.alert-body')).toEqual(['Tasks could not be loadedBackend timeout']));
  expect(await axeFaults()).toEqual([]);
  find('.alert .button').click();
  await vi.waitFor(() => expect(texts('li')).toEqual(['Milk']));
  expect(widget.querySelector('.alert')).toBeNull();
});

it('shows faults that arrive later without losing what it shows', async () => {
  const { widget, texts, settled } = await show(list, { values: { tasks: ['Milk'] } });
  widget.fail('tasks', 'Gone');
  widget.fail(undefined, 'The agent stopped');
  await settled();
  expect(texts('.alert-body')).toHaveLength(2);
  expect(texts('li')).toEqual(['Milk']);
  widget.replace('tasks', ['Bread']);
  await settled();
  expect(texts('.alert-body')).toEqual(['Something went wrongThe agent stopped']);
  widget.recover();
  await settled();
  expect(texts('.alert-body')).toEqual([]);
  expect(texts('li')).toEqual(['Bread']);
});

it('mounts anew when it gets another definition', async () => {
  const { widget, texts, settled } = await show({ type: 'text', text: '{{state.n}}' }, { state: { n: 1 } });
  widget.definition = { widgetId: 'other', tree: { type: 'text', text: 'n is {{state.n}}' }, state: { n: 2 } };
  await settled();
  expect(texts('wm-text')).toEqual(['n is 2']);
});

it('hears what changed while it was out of the page', async () => {
  const { widget, texts, settled } = await show({ type: 'text', text: '{{state.n}}' }, { state: { n: 1 } });
  const place = widget.parentElement!;
  widget.remove();
  widget.patch({ 'state.n': 2 });
  place.append(widget);
  await settled();
  expect(texts('wm-text')).toEqual(['2']);
  widget.patch({ 'state.n': 3 });
  await settled();
  expect(texts('wm-text')).toEqual(['3']);
});

it('takes a big tree, and a change of one path renders one node of it', async () => {
  const children = Array.from({ length: 500 }, (_, index) => ({ type: 'text', text: `{{state.n${index}}}` }));
  const { widget, texts, settled } = await show({ type: 'column', children });
  const changed: Node[] = [];
  const observer = new MutationObserver((records) => changed.push(...records.map(({ target }) => target)));
  observer.observe(widget, { subtree: true, childList: true, characterData: true, attributes: true });
  widget.patch({ 'state.n250': 'here' });
  await settled();
  observer.disconnect();
  expect(texts('wm-text')[250]).toBe('here');
  expect(new Set(changed.map((node) => (node instanceof Element ? node : node.parentElement!).closest('wm-text')))).toHaveLength(1);
});

describe('our own panels', () => {
  const trees = import.meta.glob<TreeNode>('../../../widgets_manager/panels/trees/*.json', { eager: true, import: 'default' });
  const items = [{ id: '1', title: 'Milk', name: 'Docs', url: 'https://example.org', column: 'todo', text: 'A note', done: false, value: 3, updated_at: '2026-03-01T10:00:00Z' }];

  it.each(Object.entries(trees))('%s is shown in full and accessible in both themes', async (_, tree) => {
    for (const shown of [[], items]) {
      const { widget } = await show(tree, { values: { items: shown, columns: [{ id: 'todo', title: 'To do' }], can_write: true, title: 'Panel', fields: [], hint: 'Add one.' } });
      expect(widget.querySelector('wm-unknown, .alert[data-tone="error"]')).toBeNull();
      expect(await axeFaults()).toEqual([]);
    }
  });
});
