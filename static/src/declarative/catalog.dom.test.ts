/** Contract: what the catalog describes is what the renderer shows, and everybody can use it. */
import { describe, expect, it } from 'vitest';
import { ACTION_KINDS } from './actions.ts';
import { COMMON_PROPERTIES, primitives } from './registry.ts';
import { axeFaults, show } from './testing.ts';
import type { TreeNode } from './tree.ts';

interface Description {
  title: string;
  properties: Record<string, unknown>;
  examples: TreeNode[];
}

const files = import.meta.glob<Description>('../../../widgets_manager/declarative/catalog/primitives/*.json', { eager: true, import: 'default' });
const actionFiles = import.meta.glob<Description>('../../../widgets_manager/declarative/catalog/actions/*.json', { eager: true, import: 'default' });
const catalog = new Map(Object.values(files).map((description) => [description.title, description]));
const common = new Set(COMMON_PROPERTIES);

const VALUES = {
  orders: [{ id: 1, name: 'Northwind', total: 12.5, placed: '2026-03-01' }],
  tasks: [{ id: 1, title: 'Milk', column: 'todo', status: 'open' }],
  sources: [{ id: 1, title: 'Wiki', url: 'https://example.org' }],
};

describe('the catalog', () => {
  it('test_it_works', () => {
    expect(catalog.size).toBeGreaterThan(20);
    expect(matchMedia('(prefers-reduced-motion: reduce)').matches).toBe(true); // else colours are measured half-way
  });

  it('is shown in full', () => {
    expect(primitives().map(({ type }) => type).sort()).toEqual([...catalog.keys()].sort());
  });

  it('names the same actions', () => {
    expect([...ACTION_KINDS].sort()).toEqual(Object.values(actionFiles).map(({ title }) => title).sort());
  });

  it.each(primitives().map(({ type, properties }) => [type, properties] as const))('%s reads what the catalog gives it', (type, properties) => {
    const described = Object.keys(catalog.get(type)?.properties ?? {}).filter((name) => !common.has(name));
    expect([...properties].sort()).toEqual(described.sort());
  });
});

describe('examples of the catalog', () => {
  const examples = [...catalog.values()].flatMap(({ title, examples }) => examples.map((example, index) => [`${title} ${index}`, example] as const));

  it.each(examples)('%s is shown and accessible in both themes', async (_, example) => {
    const { widget } = await show(example, {
      values: VALUES,
      state: { used: 0.93, selected_sources: [1] },
      ctx: { item: VALUES.tasks[0] },
    });
    expect(widget.querySelector('wm-unknown')).toBeNull();
    expect(widget.childElementCount).toBe(1);
    expect(await axeFaults()).toEqual([]);
  });
});
