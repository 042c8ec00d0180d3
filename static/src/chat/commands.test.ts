import { expect, test } from 'vitest';
import { examplesOf, speakersOf } from './commands.ts';
import type { Command, Place } from './commands.ts';

const command = (name: string, permission: 'read' | 'write', ...examples: string[]): Command => ({
  name,
  permission,
  description: '',
  examples,
});
const place = (panel: string, more: Partial<Place>): Place => ({
  widget_id: null,
  builtin_slug: '',
  workspace_id: 'w',
  panel_id: panel,
  title: panel,
  enabled: true,
  ...more,
});
const board = { name: 'Task Board', commands: [command('add', 'write', 'add milk'), command('list', 'read', 'show tasks')], panelIds: ['board-1'] };
const recent = { name: 'Recent', commands: [command('recent', 'read', 'what was recent', 'recent things')], panelIds: ['recent'] };

test('it works', () => {
  expect(examplesOf([board, recent], 4, true)).toEqual([
    { text: 'add milk', widget: 'Task Board' },
    { text: 'what was recent', widget: 'Recent' },
    { text: 'show tasks', widget: 'Task Board' },
  ]);
  expect(examplesOf([board, recent], 2, true)).toHaveLength(2);
});

test('a viewer is offered no writes', () => {
  expect(examplesOf([board], 4, false).map(({ text }) => text)).toEqual(['show tasks']);
});

test('only what is on the screen is offered where that is known', () => {
  expect(examplesOf([board, recent], 4, true, ['recent']).map(({ widget }) => widget)).toEqual(['Recent']);
  expect(examplesOf([board, recent], 4, true, [])).toEqual([]);
});

test('widgets that are switched off or stand nowhere say nothing', () => {
  const widget = (id: string, enabled: boolean) => ({ id, name: id, enabled, commands: [] });
  const builtin = { slug: 'recent', name: 'Recent', commands: [] };
  const places = [place('p1', { widget_id: 'on' }), place('p2', { widget_id: 'off' }), place('r', { builtin_slug: 'recent' })];
  const speakers = speakersOf([widget('on', true), widget('off', false), widget('nowhere', true)], [builtin], places);
  expect(speakers.map(({ name }) => name)).toEqual(['on', 'Recent']);
});
