/** Primitive `column`, in the page. */
import { expect, it } from 'vitest';
import { show } from '../testing.ts';

it('test_it_works', async () => {
  const { find } = await show({ type: 'column', gap: 20, padding: 8, children: [{ type: 'text', text: 'a' }, { type: 'text', text: 'b' }] });
  const [first, second] = [...find('wm-column').children].map((child) => child.getBoundingClientRect());
  expect(second!.top - first!.bottom).toBeCloseTo(20, 0);
  expect(getComputedStyle(find('wm-column')).padding).toBe('8px');
});

it('leaves no gap where a child is not visible', async () => {
  const { find, widget, settled } = await show({
    type: 'column',
    children: [{ type: 'text', text: 'a' }, { type: 'text', text: 'b', visible_if: '{{state.more}}' }, { type: 'text', text: 'c' }],
  });
  const gap = (): number => {
    const texts = find('wm-column').children;
    return texts[2]!.getBoundingClientRect().top - texts[0]!.getBoundingClientRect().bottom;
  };
  expect(gap()).toBeCloseTo(8, 0);
  widget.patch({ 'state.more': true });
  await settled();
  expect(gap()).toBeGreaterThan(20);
});

it('gives children shares of the room', async () => {
  const { find } = await show({ type: 'row', gap: 0, children: [{ type: 'column', flex: 1 }, { type: 'column', flex: 3 }] });
  const [one, three] = [...find('wm-row').children].map((child) => child.getBoundingClientRect().width);
  expect(three! / one!).toBeCloseTo(3, 1);
});
