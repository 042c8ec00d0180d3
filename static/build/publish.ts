/** Build step: puts a finished build where the former one is, without a moment in which a server finds nothing. */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import type { Plugin } from 'vite';

/** It names all others, so it comes last: whoever reads it finds every file that it names. */
const INDEX = 'manifest.json';
/** config/toolchain.py notes here what was built; a build by hand makes that untrue. */
const STAMP = '.built';
/** Milliseconds a file of a former build stays for pages that are open: they load some of their parts late. */
const GRACE = 3_600_000;

function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
}

/** Moves every file of `built` into `target`, each at once, then takes away what no build of the last hour made. */
export function moveInto(built: string, target: string, now: number = Date.now()): void {
  const fresh = filesOf(built);
  rmSync(join(target, STAMP), { force: true });
  for (const file of fresh.toSorted((one, other) => Number(one === INDEX) - Number(other === INDEX))) {
    mkdirSync(dirname(join(target, file)), { recursive: true });
    renameSync(join(built, file), join(target, file));
  }
  const kept = new Set(fresh);
  for (const file of filesOf(target)) {
    if (!kept.has(file) && !file.startsWith('.') && now - statSync(join(target, file)).mtimeMs > GRACE) rmSync(join(target, file));
  }
}

/** Builds into a folder of its own inside `build.outDir`, then moves the files to where they are served from. */
export function publish(): Plugin {
  let target = '';
  let built = '';
  return {
    name: 'publish',
    apply: 'build',
    config({ root = '.', build }) {
      target = resolve(root, build?.outDir ?? 'dist');
      built = join(target, `.next-${process.pid}`);
      return { build: { outDir: built, emptyOutDir: true } };
    },
    writeBundle: { order: 'post', handler: () => moveInto(built, target) },
    closeBundle() {
      if (existsSync(built)) rmSync(built, { recursive: true });
    },
  };
}
