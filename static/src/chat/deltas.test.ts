import { expect, test } from 'vitest';
import { GrowingText, countCharacters } from './deltas.ts';

const piece = (text: string, length: number) => ({ message_id: 'm', text, length });

test('it works', () => {
  const growing = new GrowingText();
  expect(growing.add(piece('Hello', 5))).toBe(true);
  expect(growing.add(piece(' there', 11))).toBe(true);
  expect(growing.text).toBe('Hello there');
});

test('characters are counted as the server counts them', () => {
  expect(countCharacters('👍🏽')).toBe(2);
  const growing = new GrowingText();
  growing.add(piece('👍🏽', 2));
  expect(growing.add(piece(' ok', 5))).toBe(true);
  expect(growing.text).toBe('👍🏽 ok');
});

test('a piece that came twice is taken once', () => {
  const growing = new GrowingText('Hello');
  expect(growing.add(piece('lo', 5))).toBe(false);
  expect(growing.text).toBe('Hello');
});

test('a gap waits for the saved text', () => {
  const growing = new GrowingText('One');
  expect(growing.add(piece(' three', 13))).toBe(false);
  expect(growing.add(piece(' four', 18))).toBe(false);
  expect(growing.isBehind).toBe(true);
  expect(growing.text).toBe('One');
  expect(growing.catchUp('One two')).toBe(true);
  expect(growing.text).toBe('One two three four');
  expect(growing.isBehind).toBe(false);
});

test('saved text that ends within a waiting piece joins without doubling', () => {
  const growing = new GrowingText();
  growing.add(piece('bcd', 4));
  growing.catchUp('ab');
  expect(growing.text).toBe('abcd');
});

test('saved text that is older than what is shown takes nothing back', () => {
  const growing = new GrowingText('One two');
  expect(growing.catchUp('One')).toBe(false);
  expect(growing.text).toBe('One two');
});
