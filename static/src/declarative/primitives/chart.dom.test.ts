/** Primitive `chart`, in the page. */
import { expect, it, vi } from 'vitest';
import { show } from '../testing.ts';
import type { Shown } from '../testing.ts';

const tree = { type: 'chart', kind: 'bar', data: '{{ctx.rows}}', x: 'label', series: [{ y: 'value', color: 'blue' }] };
const ctx = { rows: [{ label: 'A', value: 12 }, { label: 'B', value: 30 }] };

async function drawn(shown: Shown): Promise<HTMLCanvasElement> {
  return vi.waitFor(() => {
    expect(shown.widget.querySelector('.chart-skeleton')).toBeNull();
    return shown.find<HTMLCanvasElement>('.chart-canvas canvas');
  }, 12_000);
}

/** How many pixels of the drawing have about the colour of a token. */
function pixels(canvas: HTMLCanvasElement, token: string): number {
  const probe = Object.assign(document.createElement('canvas'), { width: 1, height: 1 }).getContext('2d')!;
  probe.fillStyle = getComputedStyle(document.body).getPropertyValue(token).trim();
  probe.fillRect(0, 0, 1, 1);
  const wanted = probe.getImageData(0, 0, 1, 1).data;
  const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
  let count = 0;
  for (let at = 0; at < data.length; at += 4) {
    if (data[at + 3]! > 250 && [0, 1, 2].every((part) => Math.abs(data[at + part]! - wanted[part]!) < 8)) count += 1;
  }
  return count;
}

it('test_it_works', async () => {
  const shown = await show(tree, { ctx });
  expect(shown.find('.chart-frame').getBoundingClientRect().height).toBe(240);
  const canvas = await drawn(shown);
  expect(shown.find('.chart-frame').getBoundingClientRect().height).toBe(240);
  expect(pixels(canvas, '--blue')).toBeGreaterThan(1_000);
  expect(shown.find('[role="img"]').getAttribute('aria-label')).toBe('Chart of value');
  expect(shown.texts('tr')).toEqual(['label value', 'A 12', 'B 30'].map((row) => row.replace(' ', '')));
});

it('keeps its place from the first moment on', async () => {
  const shown = await show({ ...tree, height: 300 }, { ctx });
  expect(shown.find('.chart-frame').getBoundingClientRect().height).toBe(300);
  await drawn(shown);
});

it('draws a change in place, with the same canvas', async () => {
  const shown = await show(tree, { ctx });
  const canvas = await drawn(shown);
  const before = pixels(canvas, '--blue');
  shown.widget.patch({ 'ctx.rows.0.value': 30 });
  await shown.settled();
  expect(await drawn(shown)).toBe(canvas);
  await vi.waitFor(() => expect(pixels(canvas, '--blue')).toBeGreaterThan(before * 1.2));
  expect(shown.texts('tbody tr')).toEqual(['A30', 'B30']);
});

it('takes the colours of another theme at once', async () => {
  document.documentElement.dataset['theme'] = 'light';
  const shown = await show({ ...tree, series: [{ y: 'value', color: 'default' }] }, { ctx });
  const canvas = await drawn(shown);
  document.documentElement.dataset['theme'] = 'dark';
  await vi.waitFor(() => expect(pixels(canvas, '--text-muted')).toBeGreaterThan(1_000));
  document.documentElement.dataset['theme'] = 'light';
  await vi.waitFor(() => expect(pixels(canvas, '--text-muted')).toBeGreaterThan(1_000));
});

it('takes the colours of the place it stands in', async () => {
  const shown = await show({ ...tree, series: [{ y: 'value', color: 'default' }] }, { ctx });
  const canvas = await drawn(shown);
  document.querySelector('main')!.className = 'themed';
  document.querySelector('main')!.dataset['theme'] = 'dark';
  const light = pixels(canvas, '--text-muted');
  await vi.waitFor(() => expect(pixels(canvas, '--text-muted')).toBeLessThan(light / 10));
});

it('follows the width of its place', async () => {
  const shown = await show(tree, { ctx });
  const canvas = await drawn(shown);
  shown.widget.style.width = '400px';
  await vi.waitFor(() => expect(canvas.getBoundingClientRect().width).toBe(400));
});

it('says that there is nothing, and draws once there is something', async () => {
  const shown = await show({ ...tree, empty: { type: 'text', text: 'No rows yet' } }, { ctx: { rows: [] } });
  expect(shown.texts('wm-text')).toEqual(['No rows yet']);
  shown.widget.patch({ 'ctx.rows': ctx.rows });
  await drawn(shown);
  shown.widget.patch({ 'ctx.rows': [] });
  await shown.settled();
  expect(shown.widget.querySelector('canvas')).toBeNull();
  expect(shown.texts('wm-text')).toEqual(['No rows yet']);
});

it('waits for its rows with a skeleton of the same height', async () => {
  const load = (): Promise<never> => new Promise(() => undefined);
  const { find } = await show({ ...tree, data: '{{rows}}' }, { data: { rows: { type: 'http', url: '/rows' } }, load });
  expect(find('.chart-skeleton').getBoundingClientRect().height).toBe(240);
});

it('shows one value on a gauge, within its ends', async () => {
  const shown = await show({ type: 'chart', kind: 'gauge', value: '{{state.used}}', max: 1, label: 'Storage', color: 'red', axes: { format: 'percent' } }, { state: { used: 0.68 } });
  const canvas = await drawn(shown);
  expect(shown.find('[role="img"]').getAttribute('aria-label')).toBe('Storage: 68%');
  const before = pixels(canvas, '--red');
  shown.widget.patch({ 'state.used': 7 });
  await vi.waitFor(() => expect(pixels(canvas, '--red')).toBeGreaterThan(before));
});

it.each(['line', 'area', 'pie', 'donut', 'scatter'])('draws a %s', async (kind) => {
  const rows = [{ x: 1, n: 4 }, { x: 2, n: 9 }, { x: 5, n: 2 }];
  const canvas = await drawn(await show({ type: 'chart', kind, data: rows, x: 'x', series: [{ y: 'n', color: 'purple' }] }));
  expect(Math.max(pixels(canvas, '--purple'), pixels(canvas, '--purple-text'))).toBeGreaterThan(30);
});

it('ends with its element', async () => {
  const shown = await show(tree, { ctx });
  await drawn(shown);
  const chart = shown.find('wm-chart');
  chart.remove();
  expect(chart.querySelector('canvas')).toBeNull();
  shown.widget.append(chart);
  await drawn(shown);
});
