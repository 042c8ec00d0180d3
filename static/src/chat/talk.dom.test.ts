/** What is written in a conversation arrives in the order of writing, whatever becomes of each message. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Keeping } from './keeping.ts';
import { Talk } from './talk.ts';

interface Call {
  path: string;
  text: string;
  answer: (status: number, body: unknown) => void;
}

let calls: Call[];
let talk: Talk;

beforeEach(() => {
  calls = [];
  vi.stubGlobal('fetch', (path: string, { method, body }: RequestInit) => {
    if (method !== 'POST') return new Promise(() => undefined);
    const { text = '' } = JSON.parse((body as string | undefined) ?? '{}') as { text?: string };
    const { promise, resolve } = Promise.withResolvers<Response>();
    calls.push({ path, text, answer: (status, answer) => resolve(Response.json(answer, { status })) });
    return promise;
  });
  talk = new Talk(new Keeping(undefined, 'alice'), 'alice');
});
afterEach(() => {
  talk.close();
  vi.unstubAllGlobals();
});

const texts = (): string[] => calls.filter(({ path }) => path.endsWith('/messages')).map(({ text }) => text);
const taken = { message: null, answer: null };

async function called(count: number): Promise<Call> {
  await vi.waitFor(() => expect(calls).toHaveLength(count));
  return calls[count - 1]!;
}

test('one after the other, and one that is refused does not hold up the next', async () => {
  talk.open('c1');
  for (const text of ['six', 'seven', 'eight']) talk.send({ text });
  expect(talk.outbox.shown.map(({ state }) => state)).toEqual(['sending', 'sending', 'sending']);
  const six = await called(1);
  await new Promise((resolve) => setTimeout(resolve)); // all that could be sent by now has been
  expect(texts()).toEqual(['six']);
  six.answer(202, taken);
  (await called(2)).answer(422, { error: { code: 'INVALID_INPUT', message: 'Too long.' } });
  (await called(3)).answer(202, taken);
  await vi.waitFor(() => expect(talk.outbox.shown).toHaveLength(1));
  expect(texts()).toEqual(['six', 'seven', 'eight']);
  expect(talk.outbox.shown).toMatchObject([{ asking: { text: 'seven' }, state: 'failed', reason: 'Too long.' }]);
});

test('what is written while the conversation is made comes after its first message; another conversation does not wait', async () => {
  talk.open(undefined);
  talk.send({ text: 'first' });
  talk.send({ text: 'second' });
  const birth = await called(1);
  expect(birth.path).toBe('/api/conversations');
  talk.open('c2');
  talk.send({ text: 'elsewhere' });
  (await called(2)).answer(202, taken);
  birth.answer(201, { conversation: { id: 'born', participants: [] } });
  (await called(3)).answer(202, taken);
  (await called(4)).answer(202, taken);
  expect(calls.slice(1).map(({ path, text }) => `${path} ${text}`)).toEqual([
    '/api/conversations/c2/messages elsewhere',
    '/api/conversations/born/messages first',
    '/api/conversations/born/messages second',
  ]);
});
