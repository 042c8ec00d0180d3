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

it.each([
  ['a list', { 'picked.toggle': '{{item}}' }, { picked: ['b'] }, ['false', 'true'], ['true', 'true']],
  ['a list that is not there yet', { 'deep.picked.toggle': '{{item}}' }, {}, ['false', 'false'], ['true', 'false']],
  ['a value that is on or off', { 'open.toggle': true }, { open: true }, ['true', 'true'], ['false', 'false']],
])('that toggles its own value says whether it is chosen: %s', async (_, set, state, before, after) => {
  const card = { type: 'card', title: '{{item}}', action: { action: 'set_state', set } };
  const { widget, find, settled } = await show({ type: 'list', items: ['a', 'b'], item: card }, { state });
  const pressed = (): (string | null)[] => [...widget.querySelectorAll('.card-press')].map((button) => button.getAttribute('aria-pressed'));
  expect(pressed()).toEqual(before);
  find('.card-press').click();
  await settled();
  expect(pressed()).toEqual(after);
  expect([...widget.querySelectorAll('wm-card')].map((one) => String(one.hasAttribute('data-selected')))).toEqual(after);
});

it('is as chosen as the tree says, and not at all where its action chooses nothing', async () => {
  const pressed = async (properties: object): Promise<string | null> => (await show({ type: 'card', title: 'A', ...properties }, { state: { picked: ['a'] } })).find('.card-press').getAttribute('aria-pressed');
  expect(await pressed({ selected: false, action: { action: 'set_state', set: { 'picked.toggle': 'a' } } })).toBe('false');
  expect(await pressed({ action: { action: 'set_state', set: { picked: 'a' } } })).toBeNull();
  expect(await pressed({ action: { action: 'set_state', set: '{{ctx.set}}' } })).toBeNull();
});
