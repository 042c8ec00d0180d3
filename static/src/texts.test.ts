/** Texts of strangers: nothing in them hides or turns what is read. */
import { expect, it } from 'vitest';
import { brief, plain, plainName } from './texts.ts';

it('test_it_works', () => {
  expect(plain('Sys\u200btem\u202e')).toBe('Sys\\u200btem\\u202e');
  expect(plain('Zoë’s\nnotes, \u05d0\u05d1\tand \u4e2d\u6587')).toBe('Zoë’s\nnotes, \u05d0\u05d1\tand \u4e2d\u6587');
});

it.each([
  ['\ud800', '\\ud800'],
  ['\u0000', '\\u0000'],
  ['a\u2028b', 'a\\u2028b'],
  ['\u2800\u3164\u{e0101}', '\\u2800\\u3164\\ue0101'],
  ['a\u200db', 'a\\u200db'],
  ['\u{1f468}\u200db', '\u{1f468}\\u200db'],
  ['b\u200d\u{1f468}', 'b\\u200d\u{1f468}'],
])('what cannot be seen is written out: %j', (text, shown) => expect(plain(text)).toBe(shown));

it.each(['\u2764\ufe0f', '\u{1f468}\u200d\u{1f469}\u200d\u{1f467}', '\u{1f469}\u{1f3fd}\u200d\u{1f4bb}', '\u2764\ufe0f\u200d\u{1f525}'])(
  'an emoji stays one: %s',
  (emoji) => expect(plain(emoji)).toBe(emoji),
);

it('and once written it stays', () => expect(plain(plain('\u202e'))).toBe(plain('\u202e')));

it('a name is one line', () => expect(plainName(' To\n do\u202e ')).toBe('To do\\u202e'));

it('and in a message a short one', () => {
  expect(brief('short\u202e')).toBe('short\\u202e');
  expect(brief('x'.repeat(100))).toHaveLength(60);
  expect(brief('x'.repeat(100))).toMatch(/x…$/);
});
