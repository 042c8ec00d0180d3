/** Build step: a new build takes the place of the former one. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { moveInto } from './publish.ts';

const NOW = Date.UTC(2026, 0, 1);

function folder(files: Record<string, string>, minutesOld = 0): string {
  const made = mkdtempSync(join(tmpdir(), 'publish-'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(made, name)), { recursive: true });
    writeFileSync(join(made, name), text);
    utimesSync(join(made, name), new Date(NOW), new Date(NOW - minutesOld * 60_000));
  }
  return made;
}

it('test_it_works', () => {
  const built = folder({ 'manifest.json': 'new', 'assets/main.2.js': 'two', 'icons/add.svg': 'new' });
  const target = folder({ 'manifest.json': 'old', 'assets/main.1.js': 'one', 'icons/add.svg': 'old', '.built': '{}' });
  moveInto(built, target, NOW);
  expect(readFileSync(join(target, 'manifest.json'), 'utf8')).toBe('new');
  expect(readFileSync(join(target, 'icons/add.svg'), 'utf8')).toBe('new');
  expect(readdirSync(join(target, 'assets'))).toEqual(['main.1.js', 'main.2.js']); // open pages load parts late
  expect(existsSync(join(target, '.built'))).toBe(false);
});

it('takes away what no build of the last hour made', () => {
  const target = folder({ 'assets/main.1.js': 'one', 'assets/same.js': 'same' }, 61);
  moveInto(folder({ 'assets/same.js': 'same' }), target, NOW);
  expect(readdirSync(join(target, 'assets'))).toEqual(['same.js']);
});
