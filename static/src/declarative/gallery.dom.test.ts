/**
 * Gallery: every example of the catalog in both themes, on a phone and on a desk: accessible, nothing wider than its place.
 *
 * The pictures are in test-results/primitives/. `VITE_PICTURES=docs npm test -- gallery` also draws those of the docs.
 */
import { registerIconLibrary } from '@awesome.me/webawesome/dist/components/icon/library.js';
import { page } from 'vitest/browser';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { axeFaults, show } from './testing.ts';
import type { Theme } from './testing.ts';
import type { TreeNode } from './tree.ts';

interface Description {
  title: string;
  examples: TreeNode[];
}

const files = import.meta.glob<Description>('../../../widgets_manager/declarative/catalog/primitives/*.json', { eager: true, import: 'default' });
const examples = Object.values(files).flatMap(({ title, examples }) =>
  examples.map((tree, index) => ({ name: index === 0 ? title : `${title}-${index + 1}`, tree })),
);

const DAY = 86_400_000;
const at = (days: number): string => new Date(Date.now() + days * DAY).toISOString();

const VALUES = {
  orders: [
    { id: 1, name: 'Northwind Traders', total: 1240.5, placed: '2026-03-01' },
    { id: 2, name: 'Contoso', total: 89, placed: '2026-02-21' },
    { id: 3, name: 'Fabrikam', total: 15300, placed: '2026-01-11' },
    { id: 4, name: 'Tailspin Toys', total: 420.75, placed: '2026-01-04' },
  ],
  tasks: [
    { id: 1, title: 'Write the outline', column: 'todo', status: 'open' },
    { id: 2, title: 'Collect the figures', column: 'doing', status: 'open' },
    { id: 3, title: 'Book a room', column: 'done', status: 'done' },
  ],
  sources: [
    { id: 1, title: 'Wiki', url: 'https://example.org/wiki', name: 'Wiki', doc_count: 12 },
    { id: 2, title: 'Handbook', url: 'https://example.org/handbook.pdf', name: 'Handbook', doc_count: 3 },
  ],
  months: [
    { month: 'January', income: 41_200, costs: 33_900 },
    { month: 'February', income: 38_700, costs: 34_800 },
    { month: 'March', income: 52_300, costs: 36_100 },
    { month: 'April', income: 57_900, costs: 38_400 },
  ],
  deploys: [
    { id: 1, version: '2.4.0', by: 'Alice', at: at(-3), state: 'done' },
    { id: 2, version: '2.4.1', by: 'Bob', at: at(-2), state: 'failed' },
    { id: 3, version: '2.4.2', by: 'Bob', at: at(-0.2), state: 'running' },
  ],
  files: [
    { id: 'docs', name: 'docs', children: [{ id: 'guide', name: 'guide.md' }, { id: 'plan', name: 'plan.xlsx' }] },
    { id: 'src', name: 'src', children: [{ id: 'main', name: 'main.py' }] },
    { id: 'readme', name: 'README.md' },
  ],
};
/** What the examples call `item`: in an app it is one of a list. */
const ITEM = { ...VALUES.sources[0], ...VALUES.orders[0], title: 'Wiki', subtitle: 'Handbook of the team', status: 'open', url: 'https://example.org/wiki' };
const STATE = { used: 0.68, selected_sources: [1], file: 'guide' };
const CTX = { item: VALUES.tasks[0], path: '/docs/spec.md', rows: [{ label: 'A', value: 12 }, { label: 'B', value: 30 }, { label: 'C', value: 21 }] };
/** The reference shows the first example of each. */
const drawn = examples.filter(({ name, tree }) => name === tree.type);
const PICTURES = '../../../test-results/primitives';
const DOCS = '../../../docs/images/primitives';

beforeAll(() => {
  // In a build the icons are files of their own; here they come from the package.
  registerIconLibrary('default', {
    resolver: (name) => `/node_modules/@material-symbols/svg-400/outlined/${name}.svg`,
    mutator: (svg) => svg.setAttribute('fill', 'currentColor'),
  });
});
afterAll(() => page.viewport(1000, 800));

/** Shows the example in a place of the given width, and resolves when all of it is there. */
async function exhibit(tree: TreeNode, width: number): Promise<HTMLElement> {
  await page.viewport(width, 800);
  const { widget, settled } = await show(tree, { values: { ...VALUES, item: ITEM }, state: STATE, ctx: CTX });
  const main = widget.parentElement!;
  Object.assign(main.style, { boxSizing: 'border-box', width: `${width}px`, padding: '16px', background: 'var(--canvas)' });
  await vi.waitFor(() => {
    expect(widget.querySelector('wm-unknown, .chart-skeleton, .code-editor > .skeleton')).toBeNull();
    expect([...widget.querySelectorAll('wa-icon')].filter((icon) => !icon.shadowRoot?.querySelector('svg path'))).toEqual([]);
  }, 12_000);
  await settled();
  return main;
}

it.each(examples)('$name', { timeout: 30_000 }, async ({ name, tree }) => {
  for (const width of [320, 720]) {
    const main = await exhibit(tree, width);
    for (const theme of ['light', 'dark'] satisfies Theme[]) {
      expect(await axeFaults([theme]), `${width} px`).toEqual([]);
      await page.screenshot({ element: main, path: `${PICTURES}/${name}-${theme}${width === 320 ? '-narrow' : ''}.png` });
    }
    expect(main.scrollWidth, 'nothing is wider than its place').toBeLessThanOrEqual(width);
    expect(document.documentElement.scrollWidth, 'nor than the page').toBeLessThanOrEqual(width);
  }
});

it.runIf(import.meta.env['VITE_PICTURES'] === 'docs').each(drawn)('$name is drawn for the docs', { timeout: 30_000 }, async ({ name, tree }) => {
  const main = await exhibit(tree, 560);
  document.documentElement.dataset['theme'] = 'light';
  document.documentElement.classList.remove('wa-dark');
  await page.screenshot({ element: main, path: `${DOCS}/${name}.png` });
});
