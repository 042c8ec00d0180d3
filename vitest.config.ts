/** Tests: plain modules in Node, elements (`*.dom.test.ts`) in a real Chromium. */
import { globSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { frameServer } from './static/build/frame_server.ts';

const CHROMIUM = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';
const CHROMIUM_ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const PACKAGE = /(?:from|import)\s*\(?\s*'((?:@[\w-]+\/)?[a-z][\w-]*(?:\/[^']*)?)'/g;

/** Every package that the sources import: one that Vite only finds while tests run makes it load the page anew. */
function packages(): string[] {
  const root = fileURLToPath(new URL('.', import.meta.url));
  const files = globSync('static/src/**/*.ts', { cwd: root });
  const found = files.flatMap((file) => [...readFileSync(root + file, 'utf8').matchAll(PACKAGE)].map((match) => match[1]!));
  return [...new Set(found)].filter((name) => !/^(?:vitest|node|vite)(?:\/|:|$)/.test(name));
}

export default defineConfig({
  test: {
    maxWorkers: availableParallelism(), // of pages, too: left alone, Vitest opens one fewer than there are cores
    onConsoleLog: (line) => !line.startsWith('Lit is in dev mode'),
    projects: [
      {
        test: {
          name: 'modules',
          environment: 'node',
          include: ['{static/src,static/build,sdk/js/src}/**/*.test.ts'],
          exclude: ['static/src/**/*.dom.test.ts'],
        },
      },
      {
        optimizeDeps: { include: packages() },
        plugins: [frameServer()],
        test: {
          name: 'elements',
          include: ['static/src/**/*.dom.test.ts'],
          isolate: false, // every file shows its own page; a new frame for each would take most of the time
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({
              launchOptions: { executablePath: CHROMIUM, args: CHROMIUM_ARGS },
              contextOptions: { reducedMotion: 'reduce', locale: 'en-GB', timezoneId: 'UTC' },
            }),
            instances: [{ browser: 'chromium', viewport: { width: 1000, height: 800 } }],
          },
        },
      },
    ],
  },
});
