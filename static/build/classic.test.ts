/** Build step: the scripts of the sandbox frames. */
import { createContext, runInContext } from 'node:vm';
import { expect, it } from 'vitest';
import { classicScript } from './classic.ts';

const MOST_BYTES = 6_000;

it.each(['wrapper', 'bridge'] as const)('test_it_works: %s is one small classic script that leaves no name behind', { timeout: 60_000 }, async (name) => {
  const code = await classicScript(name);
  expect(Buffer.byteLength(code)).toBeLessThan(MOST_BYTES);
  expect(code).not.toMatch(/\b(?:import|export)\b[\s{('"]/);
  expect(code).not.toContain('</script');
  const globals = createContext({});
  expect(() => runInContext(code, globals)).toThrow(/document is not defined/); // it runs as a script, and needs a page
  expect(Object.keys(globals)).toEqual([]);
});
