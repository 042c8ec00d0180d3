/** Tests: plain modules in Node, elements (`*.dom.test.ts`) in a real Chromium. */
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';

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

export default defineConfig({
  test: {
    onConsoleLog: (line) => !line.startsWith('Lit is in dev mode'),
    projects: [
      {
        test: {
          name: 'modules',
          environment: 'node',
          include: ['static/{src,build}/**/*.test.ts'],
          exclude: ['static/src/**/*.dom.test.ts'],
        },
      },
      {
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
