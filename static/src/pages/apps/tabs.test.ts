/** The tabs of an app: declared and pushed. */
import { expect, it } from 'vitest';
import type { AppWidgets, Mounted } from '../../sessions/shapes.ts';
import { tabsOf } from './tabs.ts';

const tree = { type: 'divider' };
const widgets = { version: 1, chat_side: null, workspace_tabs: [{ id: 'main', title: 'Main', tree }], modals: {}, inline: {}, app: { id: 'a', slug: 'a', name: 'A', version: '1' } } as AppWidgets;
const mounted = (more: Partial<Mounted>): Mounted => ({
  widget_id: 'w_12345678', zone: 'workspace_tabs', app: 'a', ref: null, title: 'Pushed', tree, data: {}, ctx: {}, values: {}, errors: {}, answered: null, created_at: '', ...more,
});

it('test_it_works', () => {
  expect(tabsOf(widgets, [mounted({})], 'a').map(({ id, mounted: pushed }) => [id, pushed !== undefined])).toEqual([['main', false], ['w_12345678', true]]);
});

it('leaves out other apps, other zones, and what was only patched', () => {
  const others = [mounted({ app: 'b' }), mounted({ zone: 'inline' }), mounted({ app: null }), mounted({ widget_id: 'workspace_tabs.main' })];
  expect(tabsOf(widgets, others, 'a')).toHaveLength(1);
});
