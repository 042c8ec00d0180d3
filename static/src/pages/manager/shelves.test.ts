import { expect, test } from 'vitest';
import type { Builtin, Command } from './server.ts';
import { builtinRows, found, foundBuiltin, isApp, makesPanel, shortSource, spokenExamples } from './shelves.ts';

const command = (name: string, ...examples: string[]): Command => ({ name, permission: 'read', description: '', examples });
const builtin = (slug: string, name: string, ...examples: string[]): Builtin => ({
  slug,
  name,
  description: '',
  icon: 'bolt',
  commands: [command('show', ...examples)],
});

test('it works', () => {
  const links = ['a', 'b', 'c'].map((letter) => builtin(`links-${letter}`, `Links ${letter.toUpperCase()}`, `show links ${letter}`));
  const rows = builtinRows([builtin('demo', 'Demo'), ...links]);
  expect(rows.map(({ key, name, members }) => [key, name, members.map(({ letter }) => letter).join('')])).toEqual([
    ['demo', 'Demo', ''],
    ['links', 'Links', 'ABC'],
  ]);
  expect(foundBuiltin('links c', rows[1]!)).toBe(true);
  expect(foundBuiltin('links z', rows[1]!)).toBe(false);
});

test('two of a kind are two rows', () => {
  const rows = builtinRows([builtin('plan-a', 'Plan A'), builtin('plan-b', 'Plan B')]);
  expect(rows.map(({ key, name }) => [key, name])).toEqual([
    ['plan-a', 'Plan A'],
    ['plan-b', 'Plan B'],
  ]);
});

test('a search looks at name, slug and commands, word by word', () => {
  const row = { name: 'Task Board', slug: 'task-board', commands: [command('add_task', 'add buy milk to board B')] };
  for (const query of ['', '  ', 'TASK', 'board milk', 'add_task', 'k-b']) expect(found(query, row)).toBe(true);
  expect(found('board bread', row)).toBe(false);
});

test('a source is a host or a file', () => {
  expect(shortSource({ source_type: 'url', source_ref: 'https://example.com:8443/a/b.json' })).toBe('example.com:8443');
  expect(shortSource({ source_type: 'url', source_ref: 'nonsense' })).toBe('nonsense');
  expect(shortSource({ source_type: 'file', source_ref: 'board.json' })).toBe('board.json');
});

test('each command is heard before any is heard twice', () => {
  expect(spokenExamples([command('a', 'a1', 'a2', 'a3'), command('b'), command('c', 'c1', 'a1')])).toEqual(['a1', 'c1', 'a2', 'a3']);
});

test('apps are known by their kind or by their widgets', () => {
  expect(isApp({ manifest: { panelType: 'app' } })).toBe(true);
  expect(isApp({ manifest: { panelType: 'list', widgets: { version: 1 } } })).toBe(true);
  expect(isApp({ manifest: { panelType: 'list' } })).toBe(false);
});

test('apps make a panel only where they have intents', () => {
  const intents = [{ name: 'add', handler: '', permission: 'write' as const, description: '', examples: [] }];
  expect(makesPanel({ manifest: { panelType: 'app', intents: [] } })).toBe(false);
  expect(makesPanel({ manifest: { panelType: 'plugin', intents: [] } })).toBe(false);
  expect(makesPanel({ manifest: { panelType: 'list', widgets: {}, intents } })).toBe(true);
  expect(makesPanel({ manifest: { panelType: 'list', intents: [] } })).toBe(true);
});
