/** Build step: the site's icon, under a name of its own, because templates and browsers ask for it by name. */
import { readFileSync } from 'node:fs';
import type { Plugin } from 'vite';

/** Emits `favicon.svg`. */
export function favicon(file: string): Plugin {
  return {
    name: 'favicon',
    apply: 'build',
    generateBundle() {
      this.emitFile({ type: 'asset', fileName: 'favicon.svg', source: readFileSync(file, 'utf8') });
    },
  };
}
