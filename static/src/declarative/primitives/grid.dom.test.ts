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

it('gives a wide child no more columns than there are', async () => {
  const child = (span: number) => ({ type: 'card', title: `Takes ${span}`, span });
  const { widget, settled } = await show({ type: 'grid', columns: 3, children: [child(1), child(2), child(3)] });
  const widths = (): number[] => [...widget.querySelectorAll('wm-card')].map((card) => Math.round(card.getBoundingClientRect().width));
  const [one, two, three] = widths() as [number, number, number];
  expect(Math.abs(two - (2 * one + 12))).toBeLessThan(2);
  expect(three).toBe(widget.clientWidth);
  widget.style.width = '320px';
  await settled();
  expect(widths()).toEqual([320, 320, 320]);
});
