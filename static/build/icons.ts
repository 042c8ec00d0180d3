/** Build step: copies the drawings of the Material Symbols package into the output: authors of widgets name any of them. */
import { readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, extname, join } from 'node:path';
import type { Plugin } from 'vite';

const ICON_NAME = /^[a-z0-9_]+$/;
const USED_IN_TEMPLATE = /\{%\s*icon\s+["']([a-z0-9_]+)["']/g;
const USED_IN_MARKUP = /<wa-icon\b[^>]*?\sname=["']([a-z0-9_]+)["']/g;

const drawings = join(dirname(createRequire(import.meta.url).resolve('@material-symbols/svg-400/package.json')), 'outlined');

function filesUnder(folder: string, extensions: string[]): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => extensions.includes(extname(file)))
    .map((file) => join(folder, file));
}

/** Words of `aliasFile`, each `name=drawing`; `#` begins a comment. */
function aliases(aliasFile: string): [string, string][] {
  const words = readFileSync(aliasFile, 'utf8').split('\n').flatMap((line) => line.replace(/#.*/, '').trim().split(/\s+/));
  return words.filter(Boolean).map((word) => word.split('=') as [string, string]);
}

/** Every drawing that is not filled. */
function allIcons(): string[] {
  const names = readdirSync(drawings).map((file) => file.replace(/\.svg$/, ''));
  return names.filter((name) => ICON_NAME.test(name));
}

/** Names written in Django templates and in TypeScript markup. */
function usedIcons(root: string): string[] {
  const sources = [...filesUnder(join(root, 'templates'), ['.html']), ...filesUnder(join(root, 'static/src'), ['.ts'])];
  return sources.flatMap((file) => {
    const text = readFileSync(file, 'utf8');
    return [USED_IN_TEMPLATE, USED_IN_MARKUP].flatMap((pattern) => [...text.matchAll(pattern)].map((match) => match[1]!));
  });
}

/** The drawing at 24 px, without the parts a page does not need. Throws when the package has no such icon. */
function drawing(name: string): string {
  if (!ICON_NAME.test(name)) throw new Error(`icon ${JSON.stringify(name)}: only a-z, 0-9 and _ are allowed`);
  try {
    return readFileSync(join(drawings, `${name}.svg`), 'utf8').replace('width="48" height="48"', 'fill="currentColor"');
  } catch {
    throw new Error(`icon '${name}' is not in Material Symbols (see static/src/theme/icons.txt)`);
  }
}

/** Emits `icons/<name>.svg` for every icon, also under its other names. Throws for one that our own pages use and is none. */
export function icons(root: string, aliasFile: string): Plugin {
  return {
    name: 'material-icons',
    apply: 'build',
    generateBundle() {
      const named = new Map([...allIcons().map((name) => [name, name] as const), ...aliases(aliasFile)]);
      for (const name of usedIcons(root)) if (!named.has(name)) named.set(name, name);
      for (const [name, source] of named) this.emitFile({ type: 'asset', fileName: `icons/${name}.svg`, source: drawing(source) });
    },
  };
}
