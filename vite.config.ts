/** Build: every page entry with hashed names and a manifest, which the `vite` template tag reads. */
import { globSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { classicScripts } from './static/build/classic.ts';
import { favicon } from './static/build/favicon.ts';
import { icons } from './static/build/icons.ts';
import { publish } from './static/build/publish.ts';

const root = fileURLToPath(new URL('.', import.meta.url));
const pages = globSync('static/src/pages/*/index.ts', { cwd: root }).map((page) => page.replaceAll('\\', '/'));
/** Entries by the name of their output; the manifest names them by their source. */
const entries: Record<string, string> = {
  main: 'static/src/main.ts',
  early: 'static/src/theme/early.ts',
  ...Object.fromEntries(pages.map((page) => [`page-${page.split('/').at(-2)}`, page])),
};

export default defineConfig({
  root,
  base: '/static/',
  publicDir: false,
  plugins: [icons(root, `${root}static/src/theme/icons.txt`), favicon(`${root}static/src/theme/favicon.svg`), classicScripts(), publish()],
  build: {
    outDir: 'static/dist',
    manifest: 'manifest.json',
    target: 'es2022',
    assetsInlineLimit: 0, // a data: URI would be refused by the content security policy
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 600, // what draws charts is one part, fetched with the first of them
    rolldownOptions: {
      input: entries,
      output: {
        // Twelve hex digits between dots: the form that Django's and ServeStatic's defaults take as immutable.
        hashCharacters: 'hex',
        entryFileNames: 'assets/[name].[hash:12].js',
        chunkFileNames: 'assets/[name].[hash:12].js',
        assetFileNames: 'assets/[name].[hash:12][extname]',
      },
    },
  },
});
