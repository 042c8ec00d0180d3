import { expect, test } from 'vitest';
import { hostOf, safeLink } from './links.ts';

const ORIGIN = 'https://widgets.example';

test('it works', () => {
  expect(safeLink('https://example.com/a?b=c', ORIGIN)).toEqual({ href: 'https://example.com/a?b=c', external: true });
  expect(safeLink('/widgets/', ORIGIN)).toEqual({ href: '/widgets/', external: false });
  expect(safeLink(`${ORIGIN}/chat/`, ORIGIN)).toEqual({ href: `${ORIGIN}/chat/`, external: false });
});

test.each([
  'javascript:alert(1)',
  ' javascript:alert(1)',
  'data:text/html,x',
  'vbscript:x',
  'mailto:a@b.example',
  'ftp://example.com',
  '//evil.example',
  '/\\evil.example',
  '\\\\evil.example',
  'java\nscript:alert(1)',
  'relative/path',
  'https://',
  '',
  undefined,
  7,
])('%o leads nowhere', (address) => {
  expect(safeLink(address, ORIGIN)).toBeUndefined();
});

test('the host is named before one goes there', () => {
  expect(hostOf(safeLink('https://example.com:8443/a', ORIGIN)!)).toBe('example.com:8443');
  expect(hostOf(safeLink('/widgets/', ORIGIN)!)).toBe('');
});
