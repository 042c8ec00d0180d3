/** Declarative: names in words. */
import { expect, it } from 'vitest';
import { inWords } from './words.ts';

it.each([
  ['topic', 'Topic'],
  ['first_name', 'First name'],
  ['firstName', 'First name'],
  ['due-date ', 'Due date'],
  ['siteURL', 'SiteURL'],
  ['x', 'X'],
  ['', ''],
])('%j is %j', (name, words) => expect(inWords(name)).toBe(words));
