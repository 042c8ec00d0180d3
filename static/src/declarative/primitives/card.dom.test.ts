/** Primitive `card`, in the page. */
import { expect, it } from 'vitest';
import { show } from '../testing.ts';

it('test_it_works', async () => {
  const { texts } = await show({
    type: 'card',
    title: '{{ctx.title}}',
    subtitle: 'Below',
    badge: 3,
    children: [{ type: 'text', text: 'Inside' }],
    footer: [{ type: 'text', text: 'Foot' }],
  }, { ctx: { title: 'Wiki' } });
  expect(texts('.card-title, .card-subtitle, .badge, wm-text')).toEqual(['Wiki', 'Below', '3', 'Inside', 'Foot']);
});

it('is one button when it has an action, and says whether it is chosen', async () => {
  const { find, calls, settled } = await show({ type: 'card', title: 'Wiki', selected: true, action: { action: 'chat', template: 'Use it' } });
  expect(find('.card-press').getAttribute('aria-pressed')).toBe('true');
  find('.card-press').click();
  await settled();
  expect(calls).toEqual([['chat', 'Use it', true]]);
});

it('leaves buttons inside it their own action', async () => {
  const { find, calls, settled } = await show({
    type: 'card',
    title: 'Wiki',
    action: { action: 'chat', template: 'card' },
    children: [{ type: 'button', label: 'In', action: { action: 'chat', template: 'button' } }],
  });
  const { left, top } = find('.button').getBoundingClientRect();
  expect(document.elementFromPoint(left + 5, top + 5)?.closest('.button')).toBe(find('.button'));
  find('.button').click();
  await settled();
  expect(calls).toEqual([['chat', 'button', true]]);
});
