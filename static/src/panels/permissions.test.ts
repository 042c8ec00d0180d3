import { expect, it } from 'vitest';
import { hostsOf, isAsked, permissionIcon, permissionWords } from './permissions.ts';

const ALL = ['read:workspace', 'read:notes', 'write:workspace', 'write:notes', 'write:chat', 'network:fetch'];

it('works: every permission of manifests has words and an icon of its own', () => {
  const words = ALL.map((permission) => permissionWords(permission));
  expect(new Set(words).size).toBe(ALL.length);
  expect(words.filter((text) => text.includes(':'))).toEqual([]);
  expect(ALL.map(permissionIcon)).not.toContain('key');
  expect(ALL.filter(isAsked)).toEqual(['write:workspace', 'write:notes', 'write:chat']);
});

it('names the servers', () => {
  expect(permissionWords('network:fetch', ['https://api.example.com', 'http://localhost:8000'])).toBe('Fetch from api.example.com and localhost:8000');
  expect(hostsOf(['no address'])).toBe('no address');
});

it('shows what it does not know as it is', () => {
  expect([permissionWords('write:everything'), permissionIcon('write:everything')]).toEqual(['write:everything', 'key']);
});
