import { expect, it } from 'vitest';
import { choicesOf, found } from './choices.ts';
import type { Builtin, Widget } from './server.ts';

const command = { name: 'add_task', permission: 'write' as const, description: 'Adds a task', examples: ['add buy milk'] };
const board: Widget = {
  id: 'w1', name: 'Task Board', slug: 'task-board', version: '1', enabled: true, commands: [command], can_manage: true,
  manifest: { panelType: 'taskboard', description: 'Tasks in columns' },
};
const builtin = (slug: string, name: string): Builtin => ({ slug, name, description: '', icon: 'bolt', commands: [] });
const choices = choicesOf({
  widgets: [board],
  builtins: [builtin('recent', 'Recent'), builtin('quick-links-a', 'Quick Links A'), builtin('quick-links-b', 'Quick Links B')],
});

it('works', () => {
  expect(choices.map(({ key, name }) => [key, name])).toEqual([
    ['w1', 'Task Board'],
    ['recent', 'Recent'],
    ['quick-links', 'Quick Links'],
  ]);
  expect(choices[2]!.badges).toEqual([
    { slug: 'quick-links-a', letter: 'A' },
    { slug: 'quick-links-b', letter: 'B' },
  ]);
});

it('finds by name, description and what one can say', () => {
  const names = (query: string) => choices.filter((choice) => found(choice, query)).map(({ name }) => name);
  expect(names('')).toHaveLength(3);
  expect(names('board task')).toEqual(['Task Board']);
  expect(names('buy milk')).toEqual(['Task Board']);
  expect(names('nothing')).toEqual([]);
});

it('has the plugins whose authors let people open their page', () => {
  const plugin = (id: string, widget?: { launchable: boolean }): Widget => ({
    ...board, id, name: id, manifest: { panelType: 'plugin', ...(widget ? { plugin: { widget } } : {}) },
  });
  const widgets = [plugin('deck', { launchable: true }), plugin('inline', { launchable: false }), plugin('tool')];
  expect(choicesOf({ widgets, builtins: [] }).map(({ key }) => key)).toEqual(['deck']);
});
