/** Proof: a change renders what reads it, and nothing else. Rendered elements and changed nodes of the page are both counted. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Primitive } from './primitive.ts';
import { show } from './testing.ts';
import type { Shown } from './testing.ts';
import type { TreeNode } from './tree.ts';

let rendered: HTMLElement[] = [];

beforeEach(() => {
  const { prototype } = Primitive as unknown as { prototype: { update(this: HTMLElement, changed: unknown): void } };
  const update = prototype.update;
  vi.spyOn(prototype, 'update').mockImplementation(function (this: HTMLElement, changed) {
    rendered.push(this);
    update.call(this, changed);
  });
});

afterEach(() => vi.restoreAllMocks());

/** A tree as apps write them, of just so many nodes: sections of cards with texts, badges, fields and figures. */
function treeOf(nodes: number): TreeNode {
  const leaf = (index: number): TreeNode => {
    const kinds: TreeNode[] = [
      { type: 'text', text: 'Value {{state.n_x}}' },
      { type: 'badge', text: '{{state.n_x}}' },
      { type: 'stat', label: 'Figure', value: '{{state.n_x}}' },
      { type: 'text_input', name: 'f_x', label: '{{state.n_x}}' },
      { type: 'progress', value: '{{state.n_x}}', label: 'Done' },
    ];
    return JSON.parse(JSON.stringify(kinds[index % kinds.length]).replaceAll('_x', `_${index}`)) as TreeNode;
  };
  const children: TreeNode[] = [];
  let count = 1;
  let index = 0;
  while (count < nodes) {
    const size = Math.min(8, nodes - count - 1);
    children.push({ type: 'card', title: `Card ${index}`, children: Array.from({ length: size }, () => leaf(index++)) });
    count += size + 1;
  }
  return { type: 'column', children };
}

/** What a change renders, and which elements of the page it touches. */
async function changed({ widget, settled }: Shown, change: () => void): Promise<{ rendered: HTMLElement[]; touched: Set<Element> }> {
  const touched = new Set<Element>();
  const observer = new MutationObserver((records) => {
    for (const { target } of records) touched.add((target instanceof Element ? target : target.parentElement!).closest(':is(wm-text, wm-badge, wm-stat, wm-text-input, wm-progress, wm-card, wm-column, wm-list)')!);
  });
  observer.observe(widget, { subtree: true, childList: true, characterData: true, attributes: true });
  rendered = [];
  change();
  await settled();
  observer.disconnect();
  return { rendered, touched };
}

describe('in a tree of 500 nodes', () => {
  it('test_it_works: a change of one path renders the one element that reads it', async () => {
    const shown = await show(treeOf(500));
    expect(shown.widget.querySelectorAll(':is(wm-column, wm-card, wm-text, wm-badge, wm-stat, wm-text-input, wm-progress)')).toHaveLength(500);
    for (const name of ['n_0', 'n_1', 'n_202', 'n_303', 'n_404']) {
      const found = await changed(shown, () => shown.widget.patch({ [`state.${name}`]: 42 }));
      expect(found.rendered).toHaveLength(1);
      expect([...found.touched]).toEqual(found.rendered);
      expect(found.rendered[0]!.outerHTML).toContain('42');
    }
  });

  it('the same value again renders nothing', async () => {
    const shown = await show(treeOf(500), { state: { n_7: { deep: [1] } } });
    const found = await changed(shown, () => shown.widget.patch({ 'state.n_7': { deep: [1] } }));
    expect(found.rendered).toEqual([]);
    expect(found.touched.size).toBe(0);
  });

  it('a path that nothing reads renders nothing', async () => {
    const shown = await show(treeOf(500));
    expect((await changed(shown, () => shown.widget.patch({ 'state.unknown': 1, 'ctx.other': 2 }))).rendered).toEqual([]);
  });

  it('typing renders the field alone', async () => {
    const shown = await show(treeOf(500));
    const input = shown.find<HTMLInputElement>('input[name="f_3"]');
    const found = await changed(shown, () => {
      input.value = 'x';
      input.dispatchEvent(new InputEvent('input', { bubbles: true }));
    });
    expect(found.rendered).toEqual([input.closest('wm-text-input')]);
  });

  it('several paths at once render each element once', async () => {
    const shown = await show({ type: 'column', children: [{ type: 'text', text: '{{state.a}} {{state.b}}' }, ...(treeOf(490)['children'] as TreeNode[])] });
    const found = await changed(shown, () => shown.widget.patch({ 'state.a': 1, 'state.b': 2, 'state.n_9': 3 }));
    expect(found.rendered).toHaveLength(2);
  });
});

it('a field of one item of 200 renders what shows it, not the list', async () => {
  const items = Array.from({ length: 200 }, (_, id) => ({ id, title: `Item ${id}`, done: false }));
  const item = { type: 'card', title: '{{item.title}}', children: [{ type: 'badge', text: '{{item.done}}' }] };
  const shown = await show({ type: 'list', items: '{{things}}', item }, { values: { things: items } });
  const found = await changed(shown, () => shown.widget.patch({ 'data.things.150.done': true }));
  expect(found.rendered.map(({ localName }) => localName)).toEqual(['wm-badge']);
  const whole = await changed(shown, () => shown.widget.replace('things', items.map((one) => (one.id === 20 ? { ...one, title: 'New' } : one))));
  expect(whole.rendered.map(({ localName }) => localName).filter((name) => name !== 'wm-card')).toEqual(['wm-badge']); // the item that went back to false
  expect(whole.rendered.filter(({ localName }) => localName === 'wm-card')).toHaveLength(1);
});
