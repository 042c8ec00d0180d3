/** Sandbox: which messages are read. */
import { expect, it } from 'vitest';
import { readMessage } from './protocol.ts';

const HERE = { channelId: 'c1', widgetId: 'w1' };
const GOOD = { ...HERE, type: 'request', id: 'r1', method: 'storage.get', params: { key: 'a' } };

it('test_it_works', () => {
  expect(readMessage(GOOD, HERE)).toEqual({ message: GOOD });
  expect(readMessage({ ...HERE, type: 'event', id: 'e', method: 'ready' }, HERE)).toMatchObject({ message: { params: {} } });
});

it.each<[string, unknown, string]>([
  ['nothing', null, 'malformed'],
  ['a text', 'bridge_init', 'malformed'],
  ['a list', [GOOD], 'malformed'],
  ['an empty one', {}, 'wrong channel'],
  ['another channel', { ...GOOD, channelId: 'c2' }, 'wrong channel'],
  ['another widget', { ...GOOD, widgetId: 'w2' }, 'wrong channel'],
  ['a channel that is none', { ...GOOD, channelId: ['c1'] }, 'wrong channel'],
  ['a response: the page asks nothing', { ...GOOD, type: 'response' }, 'malformed'],
  ['an unknown type', { ...GOOD, type: 'constructor' }, 'malformed'],
  ['no id', { ...GOOD, id: '' }, 'malformed'],
  ['a number for an id', { ...GOOD, id: 7 }, 'malformed'],
  ['an id without end', { ...GOOD, id: 'x'.repeat(65) }, 'malformed'],
  ['no method', { ...GOOD, method: '' }, 'malformed'],
  ['a method that is none', { ...GOOD, method: '__proto__.x.y' }, 'malformed'],
  ['params that are a list', { ...GOOD, params: [] }, 'malformed'],
  ['params that are nothing', { ...GOOD, params: null }, 'malformed'],
  ['a member more', { ...GOOD, origin: 'x' }, 'malformed'],
  ['what is not JSON', { ...GOOD, params: { at: new Date(0) } }, 'malformed'],
  ['a prototype', JSON.parse('{"type":"request","id":"1","method":"a.b","channelId":"c1","widgetId":"w1","__proto__":{"x":1}}'), 'malformed'],
  ['64 KB and more', { ...GOOD, params: { text: 'x'.repeat(70_000) } }, 'too large'],
])('%s is refused', (_name, data, refusal) => {
  expect(readMessage(data, HERE)).toEqual({ refusal });
});
