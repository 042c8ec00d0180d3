/** Sizes and kinds of files. */
import { expect, it } from 'vitest';
import { accepts, bytesOf, writtenSize } from './sizes.ts';

it('test_it_works', () => {
  expect(bytesOf('10MB')).toBe(10_000_000);
  expect(writtenSize(12_345, 'en')).toBe('12.3 kB');
});

it.each([
  ['500', 500],
  ['1.5 KiB', 1536],
  [2048, 2048],
  ['10 Mega', undefined],
  [-1, undefined],
  [null, undefined],
] as const)('reads %j as %j bytes', (written, bytes) => expect(bytesOf(written)).toBe(bytes));

it.each([
  ['.pdf', 'A.PDF', 'application/pdf', true],
  ['.pdf,image/*', 'a.png', 'image/png', true],
  ['image/png', 'a.jpg', 'image/jpeg', false],
  [' .md , text/plain ', 'a.txt', 'text/plain', true],
  ['', 'a.exe', '', true],
  ['.pdf', 'pdf', '', false],
])('%j takes %s of %s: %j', (accept, name, type, taken) => expect(accepts(accept, { name, type })).toBe(taken));
