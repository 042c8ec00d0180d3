/** Widgets of a block, in order and with their names. */
import { expect, it } from 'vitest';
import { placeOfTree, placesOf, titleOf } from './zones.ts';

const tree = { type: 'divider' };

it('test_it_works', () => {
  const config = { version: 1, chat_side: { tree, title: 'Sources' }, workspace_tabs: [{ id: 'main', tree }], modals: { booking: { tree } }, inline: { confirm_delete: { tree } } };
  expect(placesOf(config).map((place) => [place.key, place.zone, titleOf(place)])).toEqual([
    ['chat_side', 'chat_side', 'Sources'],
    ['workspace_tabs.main', 'workspace_tabs', 'Main'],
    ['modals.booking', 'modals', 'Booking'],
    ['inline.confirm_delete', 'inline', 'Confirm delete'],
  ]);
});

it('takes blocks in which zones are missing', () => {
  expect(placesOf({ version: 1, chat_side: null })).toEqual([]);
});

it('leaves out what an expression in a title will say', () => {
  expect(titleOf({ key: '', zone: 'modals', name: 'a', entry: { tree, title: 'Delete {{ctx.path}}?' } })).toBe('Delete …?');
  expect(titleOf(placeOfTree({ tree }, 'inline'))).toBe('Message');
});
