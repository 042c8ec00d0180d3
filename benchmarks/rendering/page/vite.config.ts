/** Build of the page: production code of all renderers, into the folder that OUT_DIR names. */
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { icons } from '../../../static/build/icons.ts';

const project = fileURLToPath(new URL('../../../', import.meta.url));

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: './',
  plugins: [icons(project, `${project}static/src/theme/icons.txt`)],
  build: { outDir: process.env['OUT_DIR'] ?? 'dist', emptyOutDir: true, target: 'es2022' },
});
