/** Primitive `tree`, in the page. */
import { expect, it, vi } from 'vitest';
import { axeFaults, press, show, type } from '../testing.ts';

const files = [
  { id: 1, name: 'src', children: [{ id: 2, name: 'main.py' }, { id: 3, name: 'web', children: [{ id: 4, name: 'index.html' }] }] },
  { id: 5, name: 'README.md', badge: 'new' },
  { id: 6, name: 'remote', has_children: true },
];
const tree = { type: 'tree', items: '{{files}}', icon: '{{item.name | tree_icon}}' };
const focused = (): string | undefined => document.activeElement?.querySelector('.tree-label')?.textContent ?? undefined;
const line = (widget: HTMLElement, name: string): HTMLElement =>
  [...widget.querySelectorAll<HTMLElement>('.tree-line')].find((one) => one.querySelector('.tree-label')?.textContent === name)!;

it('test_it_works', async () => {
  const { widget, texts } = await show({ ...tree, expanded: 1 }, { values: { files } });
  expect(texts('.tree-label')).toEqual(['src', 'main.py', 'web', 'README.md', 'remote']);
  const place = line(widget, 'web');
  expect(['level', 'posinset', 'setsize', 'expanded'].map((name) => place.getAttribute(`aria-${name}`))).toEqual(['2', '2', '2', 'false']);
  expect(line(widget, 'main.py').hasAttribute('aria-expanded')).toBe(false);
  expect(line(widget, 'main.py').querySelector(':scope > wa-icon')?.getAttribute('name')).toBe('code');
  expect(await axeFaults()).toEqual([]);
});

it('unfolds what the tree says', async () => {
  const labels = async (expanded: unknown): Promise<string[]> => (await show({ ...tree, expanded }, { values: { files } })).texts('.tree-label');
  expect(await labels(true)).toContain('index.html');
  expect(await labels(false)).toEqual(['src', 'README.md', 'remote']);
  expect(await labels([1])).toEqual(['src', 'main.py', 'web', 'README.md', 'remote']);
});

it('chooses one, tells it with the key as it is in the data, and follows the tree', async () => {
  const controlled = { ...tree, expanded: true, selected: '{{state.file}}', on_select: { action: 'set_state', set: { file: '{{value}}', name: '{{item.name}}' } } };
  const { widget, calls, settled } = await show(controlled, { values: { files } });
  line(widget, 'index.html').click();
  await settled();
  expect(calls[0]?.[1]).toEqual({ file: 4, name: 'index.html' });
  expect(line(widget, 'index.html').getAttribute('aria-selected')).toBe('true');
  widget.patch({ 'state.file': 5 });
  await settled();
  expect([...widget.querySelectorAll('[aria-selected="true"]')]).toEqual([line(widget, 'README.md')]);
});

it('chooses several', async () => {
  const several = { ...tree, selection: 'multiple', selected: [5], on_select: { action: 'set_state', set: { files: '{{value}}' } } };
  const { widget, find, calls, settled } = await show(several, { values: { files } });
  expect(find('[role="tree"]').getAttribute('aria-multiselectable')).toBe('true');
  line(widget, 'src').click();
  await settled();
  line(widget, 'README.md').click();
  await settled();
  expect(calls.map((call) => call[1])).toEqual([{ files: [5, 1] }, { files: [1] }]);
  expect(widget.querySelectorAll('.tree-line')).toHaveLength(3); // a tick does not unfold
});

it('is led by the keyboard', async () => {
  const { widget, find, settled } = await show(tree, { values: { files } });
  find('[tabindex="0"]').focus();
  const after = async (key: string): Promise<string | undefined> => {
    press(document.activeElement!, key);
    await settled();
    return focused();
  };
  expect(await after('ArrowRight')).toBe('src'); // unfolds
  expect(await after('ArrowRight')).toBe('main.py');
  expect(await after('ArrowDown')).toBe('web');
  expect(await after('ArrowLeft')).toBe('src');
  expect(await after('ArrowLeft')).toBe('src'); // folds
  expect(widget.querySelectorAll('.tree-line')).toHaveLength(3);
  expect(await after('End')).toBe('remote');
  expect(await after('Home')).toBe('src');
  expect(await after('r')).toBe('README.md');
  expect(await after('Enter')).toBe('README.md');
  expect(line(widget, 'README.md').getAttribute('aria-selected')).toBe('true');
  expect(widget.querySelectorAll('[tabindex="0"]')).toHaveLength(1);
  await after('Home');
  await after('*');
  expect(line(widget, 'main.py')).toBeDefined();
});

it('loads what is below when it is unfolded, and folds again when that fails', async () => {
  let result = { success: true, error: '' };
  const lazy = { ...tree, on_expand: { action: 'tool', tool: 'files.list', args: { id: '{{item.id}}' } } };
  const { widget, requests, settled } = await show(lazy, { values: { files }, answer: async () => ({ action: 'tool_result', result }) });
  const toggle = (): void => line(widget, 'remote').querySelector<HTMLElement>('[data-toggle]')!.click();
  toggle();
  await vi.waitFor(() => expect(requests[0]?.payload).toEqual({ tool: 'files.list', args: { id: 6 } }));
  widget.patch({ 'data.files.2.children': [{ id: 7, name: 'far.txt' }] });
  await settled();
  expect(line(widget, 'far.txt').getAttribute('aria-level')).toBe('2');
  result = { success: false, error: 'no' };
  widget.replace('files', files);
  await settled();
  toggle(); // folds
  await settled();
  toggle();
  await vi.waitFor(() => expect(requests).toHaveLength(2));
  await settled();
  expect(line(widget, 'remote').getAttribute('aria-expanded')).toBe('false');
});

it('is filtered by words, with what leads to them', async () => {
  const { find, texts, settled } = await show({ ...tree, searchable: true }, { values: { files } });
  type(find('input'), 'HTML');
  await settled();
  expect(texts('.tree-label')).toEqual(['src', 'web', 'index.html']);
  type(find('input'), 'zzz');
  await settled();
  expect(texts('.tree-none')).toEqual(['Nothing matches.']);
});

it('shows plain texts, entries without keys and twice the same key', async () => {
  const items = ['One', { label: 'Two', nodes: ['Inner'] }, { id: 'x', label: 'Three' }, { id: 'x', label: 'Four' }];
  const { texts } = await show({ type: 'tree', items: '{{items}}', children_key: 'nodes', expanded: true }, { values: { items } });
  expect(texts('.tree-label')).toEqual(['One', 'Two', 'Inner', 'Three', 'Four']);
});

it('holds a thousand entries, and says when there are none', async () => {
  const many = Array.from({ length: 10 }, (_, a) => ({ id: `a${a}`, name: `Folder ${a}`, children: Array.from({ length: 99 }, (_, b) => ({ id: `${a}-${b}`, name: `File ${b}` })) }));
  const { widget, find, settled } = await show({ ...tree, expanded: true, height: 300 }, { values: { files: many } });
  expect(widget.querySelectorAll('.tree-line')).toHaveLength(1000);
  find('[tabindex="0"]').focus();
  press(document.activeElement!, 'End');
  await settled();
  expect(focused()).toBe('File 98');
  widget.replace('files', []);
  await settled();
  expect(widget.textContent).toContain('No entries.');
});
