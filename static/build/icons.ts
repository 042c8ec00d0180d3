/** Build step: copies the icons that are listed or used from the Material Symbols package into the output. */
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

/** Words of `listFile`: names, or `name=drawing` for another name of a drawing; `#` begins a comment. */
function listedIcons(listFile: string): string[] {
  return readFileSync(listFile, 'utf8')
    .split('\n')
    .flatMap((line) => line.replace(/#.*/, '').trim().split(/\s+/))
    .filter(Boolean);
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

/** Emits `icons/<name>.svg` for every listed or used icon. */
export function icons(root: string, listFile: string): Plugin {
  return {
    name: 'material-icons',
    apply: 'build',
    generateBundle() {
      const names = new Set([...listedIcons(listFile), ...usedIcons(root)]);
      for (const entry of names) {
        const [name, source = name] = entry.split('=') as [string, string?];
        this.emitFile({ type: 'asset', fileName: `icons/${name}.svg`, source: drawing(source) });
      }
    },
  };
}
