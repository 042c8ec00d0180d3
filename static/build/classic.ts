/** Build step: the scripts of the sandbox frames, each one classic script that needs nothing beside it. */
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import type { Plugin, Rolldown } from 'vite';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const FOLDER = `${ROOT}static/src/sandbox/`;
const NAMES = ['wrapper', 'bridge', 'pie'] as const;

/** The text of `static/src/sandbox/<name>.ts` with all that it imports, in a scope of its own. */
export async function classicScript(name: (typeof NAMES)[number]): Promise<string> {
  const made = (await build({
    root: ROOT,
    configFile: false,
    logLevel: 'warn',
    publicDir: false,
    build: {
      write: false,
      target: 'es2022',
      modulePreload: { polyfill: false },
      rolldownOptions: { input: `${FOLDER}${name}.ts`, output: { format: 'iife' } },
    },
  })) as Rolldown.RolldownOutput;
  const [chunk, ...more] = made.output;
  if (more.length > 0) throw new Error(`${name}.ts makes more than one file: ${more.map((part) => part.fileName).join(', ')}`);
  return chunk.code;
}

/** Emits `sandbox/wrapper.js`, `bridge.js` and `pie.js`: the server writes them into the frames' documents. */
export function classicScripts(): Plugin {
  return {
    name: 'classic-scripts',
    apply: 'build',
    async generateBundle() {
      for (const name of NAMES) {
        const source = await classicScript(name);
        this.emitFile({ type: 'asset', fileName: `sandbox/${name}.js`, source });
      }
    },
  };
}
