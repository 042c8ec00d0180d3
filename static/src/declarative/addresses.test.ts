/** Declarative: which addresses are safe. */
import { expect, it } from 'vitest';
import { isExternal, isLocalPath, safeUrl } from './addresses.ts';

it('test_it_works', () => {
  expect(safeUrl(' https://example.org/a ')).toBe('https://example.org/a');
  expect(safeUrl('/chat/?q=1')).toBe('/chat/?q=1');
  expect(safeUrl('mailto:a@b.org')).toBe('mailto:a@b.org');
  expect(safeUrl('tel:+4930123')).toBe('tel:+4930123');
});

it.each(['javascript:alert(1)', 'JAVASCRIPT:alert(1)', 'java\nscript:alert(1)', 'data:text/html,x', 'file:///etc', '//evil.example', '/\\evil.example', 'relative', 7, null])('refuses %j', (url) => {
  expect(safeUrl(url)).toBeUndefined();
});

it('knows what leads away', () => {
  expect(isLocalPath('/a')).toBe(true);
  expect(isExternal('/a')).toBe(false);
  expect(isExternal('https://example.org')).toBe(true);
});
