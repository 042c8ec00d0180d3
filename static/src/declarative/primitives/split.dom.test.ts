/** Primitive `split`, in the page. */
import { expect, it } from 'vitest';
import { axeFaults, press, show } from '../testing.ts';

const pane = (text: string) => ({ type: 'card', title: text });
const tree = { type: 'split', id: 'panes', ratio: 0.25, collapsible: true, children: [pane('Left'), pane('Right')] };
const widths = (widget: HTMLElement): number[] => [...widget.querySelectorAll('.split-pane')].map((one) => one.getBoundingClientRect().width);
const share = (widget: HTMLElement): number => {
  const [first, second] = widths(widget) as [number, number];
  return Math.round((first / (first + second)) * 100) / 100;
};

it('test_it_works', async () => {
  const { widget, texts, find } = await show(tree, { widgetId: 'w_1' });
  expect(texts('.split-pane')).toEqual(['Left', 'Right']);
  expect(share(widget)).toBe(0.25);
  expect(find('[role="separator"]').getAttribute('aria-valuenow')).toBe('25');
  expect(await axeFaults()).toEqual([]);
});

it('is moved by the keyboard, no further than both panes allow', async () => {
  const { widget, find, settled } = await show({ ...tree, min: 200 }, { widgetId: 'w_2' });
  const bar = find('[role="separator"]');
  press(bar, 'ArrowRight');
  await settled();
  expect(share(widget)).toBe(0.3);
  press(bar, 'End');
  await settled();
  expect(Math.round(widths(widget)[1]!)).toBe(200);
  const value = (): number => Number(bar.getAttribute('aria-valuenow'));
  expect(value()).toBe(Math.round(share(widget) * 100));
  press(bar, 'Home');
  await settled();
  expect(Math.round(widths(widget)[0]!)).toBe(200);
  expect(value()).toBe(Math.round(share(widget) * 100));
});

it('follows the pointer until it is let go', async () => {
  const { widget, find, settled } = await show({ ...tree, collapsible: false }, { widgetId: 'w_3' });
  const bar = find('[role="separator"]');
  const { left, width } = find('.split').getBoundingClientRect();
  const send = (name: string, clientX: number): boolean => bar.dispatchEvent(new PointerEvent(name, { pointerId: 1, clientX, button: 0, bubbles: true }));
  bar.setPointerCapture = () => undefined; // no pointer of the machine is down
  send('pointerdown', left + width / 4);
  send('pointermove', left + width * 0.6);
  await settled();
  expect(share(widget)).toBe(0.6);
  send('lostpointercapture', 0);
  send('pointermove', left + width * 0.3);
  await settled();
  expect(share(widget)).toBe(0.6);
});

it('folds its first pane away and brings it back, and remembers that while the page is open', async () => {
  const { widget, find, settled } = await show(tree, { widgetId: 'w_4' });
  find('.split-fold').click();
  await settled();
  expect(widths(widget)[0]).toBe(0);
  expect(find('.split-fold').getAttribute('aria-expanded')).toBe('false');
  const again = await show(tree, { widgetId: 'w_4' });
  expect(widths(again.widget)[0]).toBe(0);
  again.find('.split-fold').click();
  await again.settled();
  expect(share(again.widget)).toBe(0.25);
  press(again.find('[role="separator"]'), 'Enter');
  await again.settled();
  expect(widths(again.widget)[0]).toBe(0);
});

it('stands one under the other where there is no room', async () => {
  const { widget, settled } = await show(tree, { widgetId: 'w_5' });
  widget.style.width = '320px';
  await settled();
  const [first, second] = [...widget.querySelectorAll('.split-pane')].map((one) => one.getBoundingClientRect());
  expect(first!.width).toBe(320);
  expect(second!.top).toBeGreaterThan(first!.bottom);
});

it('gives the room of a hidden pane to the other one', async () => {
  const { widget, find } = await show({ ...tree, children: [{ ...pane('Left'), visible_if: '{{state.open}}' }, pane('Right')] }, { widgetId: 'w_6' });
  expect(widths(widget)).toEqual([0, widget.clientWidth]);
  expect(find('.split-divider').checkVisibility()).toBe(false);
});
