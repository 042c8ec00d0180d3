/** Primitive `grid`, in the page. */
import { expect, it } from 'vitest';
import { show } from '../testing.ts';

const cells = (count: number) => Array.from({ length: count }, (_, index) => ({ type: 'stat', label: String(index), value: index }));

function perRow(grid: HTMLElement): number {
  const top = grid.children[0]!.getBoundingClientRect().top;
  return [...grid.children].filter((cell) => cell.getBoundingClientRect().top === top).length;
}

it('test_it_works', async () => {
  expect(perRow((await show({ type: 'grid', columns: 3, children: cells(7) })).find('wm-grid'))).toBe(3);
});

it('has fewer columns where there is no room', async () => {
  const { find, widget } = await show({ type: 'grid', columns: 4, min_width: 160, children: cells(4) });
  widget.style.setProperty('width', '360px');
  expect(perRow(find('wm-grid'))).toBe(2);
});

it('lets a cell take several columns', async () => {
  const { find } = await show({ type: 'grid', columns: 3, gap: 0, children: [{ type: 'stat', label: 'a', value: 1 }, { type: 'stat', label: 'b', value: 2, span: 2 }] });
  const [one, two] = [...find('wm-grid').children].map((cell) => cell.getBoundingClientRect().width);
  expect(two! / one!).toBeCloseTo(2, 1);
});
