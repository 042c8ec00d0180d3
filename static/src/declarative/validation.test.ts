/** Declarative: the checks of inputs. */
import { expect, it } from 'vitest';
import { fault, typed } from './validation.ts';
import type { Rules } from './validation.ts';

const check = (value: unknown, rules: Partial<Rules>): string | undefined => fault(value, { required: false, ...rules });

it('test_it_works', () => {
  expect(check('', { required: true })).toBe('This is required.');
  expect(check('x', { required: true })).toBeUndefined();
});

it.each([
  ['ab', { min: 3 }, 'At least 3 characters.'],
  ['abcd', { max: 3 }, 'At most 3 characters.'],
  ['😀😀😀', { max: 3 }, undefined],
  ['', { min: 3 }, undefined],
  [4, { type_hint: 'integer', min: 5 }, 'At least 5.'],
  [5, { type_hint: 'integer', min: 5 }, undefined],
  ['5.5', { type_hint: 'integer' }, 'Write a whole number.'],
  ['x', { type_hint: 'number' }, 'Write a number.'],
  ['a@b', { type_hint: 'email' }, 'Write an e-mail address.'],
  ['a@b.org', { type_hint: 'email' }, undefined],
  ['javascript:alert(1)', { type_hint: 'url' }, 'Write an address that begins with https:// or http://.'],
  ['2026-02-30', { type_hint: 'date' }, 'Write a date such as 2026-03-14.'],
  ['AB1', { regex: '[A-Z]+' }, 'This does not have the right form.'],
  ['AB', { regex: '[A-Z]+' }, undefined],
  ['x', { regex: '(' }, undefined],
  [`${'a'.repeat(60)}!`, { regex: '(a+)+$' }, undefined],
  ['a'.repeat(2_001), { regex: 'a+' }, 'At most 2000 characters.'],
  ['x', { min: 3, message: 'Longer, please.' }, 'Longer, please.'],
] as const)('%j with %j', (value, validation, message) => {
  expect(check(value, { validation })).toBe(message);
});

it('keeps numbers where numbers are meant', () => {
  expect(typed('4', { type_hint: 'integer' })).toBe(4);
  expect(typed('4x', { type_hint: 'integer' })).toBe('4x');
  expect(typed('4', undefined)).toBe('4');
});
