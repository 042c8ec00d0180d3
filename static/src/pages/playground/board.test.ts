/** A draft and how it stands: checks overtake each other, faults leave the last widgets in sight. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ApiError } from '../../api.ts';
import { Board } from './board.ts';
import type { Verdict } from './checking.ts';
import { EMPTY } from './sharing.ts';
import type { Draft } from './sharing.ts';

const verdict = (more: Partial<Verdict> = {}): Verdict => ({ valid: true, kind: 'tree', errors: [], warnings: [], fallbacks: [], config: { tree: { type: 'divider' } }, ...more });
const draft = (source: string, more: Partial<Draft> = {}): Draft => ({ ...EMPTY, source, ...more });
const faulty = verdict({ valid: false, config: null, errors: [{ path: 'type', message: 'no', line: 1 }] });

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** A checker whose answers come when they are told to. */
function held() {
  const waiting: { source: string; signal: AbortSignal; answer: (verdict: Verdict) => void; fail: (error: unknown) => void }[] = [];
  const checker = ({ source }: Draft, signal: AbortSignal): Promise<Verdict> =>
    new Promise((answer, fail) => waiting.push({ source, signal, answer, fail }));
  return { waiting, board: new Board(checker) };
}

const turn = (): Promise<void> => vi.advanceTimersByTimeAsync(0).then(() => undefined);

it('test_it_works', async () => {
  const { waiting, board } = held();
  board.open(draft('type: divider'));
  expect(board.checking).toBe(true);
  waiting[0]!.answer(verdict());
  await turn();
  expect([board.checking, board.faulty, board.places.length]).toEqual([false, false, 4]);
});

it('checks once people pause', async () => {
  const { waiting, board } = held();
  for (const source of ['t', 'ty', 'type: x']) board.setSource(source);
  expect(waiting).toHaveLength(0);
  await vi.advanceTimersByTimeAsync(400);
  expect(waiting.map(({ source }) => source)).toEqual(['type: x']);
});

it('lets only the newest check count', async () => {
  const { waiting, board } = held();
  board.open(draft('one'));
  board.setSource('two');
  await vi.advanceTimersByTimeAsync(400);
  expect(waiting[0]!.signal.aborted).toBe(true);
  waiting[1]!.answer(verdict());
  waiting[0]!.answer(faulty);
  await turn();
  expect(board.faulty).toBe(false);
});

it('keeps the last widgets while there are faults', async () => {
  const { waiting, board } = held();
  board.open(draft('one'));
  waiting[0]!.answer(verdict());
  await turn();
  board.setSource('bad');
  await vi.advanceTimersByTimeAsync(400);
  waiting[1]!.answer(faulty);
  await turn();
  expect([board.faulty, board.places.length, board.problems.length]).toEqual([true, 4, 1]);
});

it('says why it could not be checked, and recovers', async () => {
  const { waiting, board } = held();
  board.open(draft('one'));
  waiting[0]!.fail(new ApiError('NETWORK', 'The server cannot be reached.', 0));
  await turn();
  expect(board.trouble).toBe('The server cannot be reached.');
  void board.checkNow();
  waiting[1]!.answer(verdict());
  await turn();
  expect(board.trouble).toBe('');
});

it('asks nothing about an empty document', async () => {
  const { waiting, board } = held();
  board.open(draft('  \n'));
  await turn();
  expect([waiting.length, board.places.length, board.checking]).toEqual([0, 0, false]);
});

it('reads values, keeps the last good ones, and makes up what is missing', async () => {
  const { waiting, board } = held();
  const tree = { type: 'list', items: '{{sources}}', item: { type: 'text', text: '{{item.title}}' } };
  board.open(draft('one', { values: '{"ctx": {"a": 1}}' }));
  waiting[0]!.answer(verdict({ config: { tree, data: { sources: { type: 'http', url: '/x' } } } }));
  await turn();
  board.setValues('{');
  expect([board.values.ctx, board.problems[0]?.file]).toEqual([{ a: 1 }, 'values']);
  expect(board.missing).toEqual(['sources']);
  board.makeUpValues();
  expect(board.missing).toEqual([]);
  expect(board.values.ctx).toEqual({ a: 1 });
  expect(board.faulty).toBe(false);
});

it('makes up values of an example once, and only what is missing', async () => {
  const { waiting, board } = held();
  const config = { tree: { type: 'text', text: '{{a.title}}' }, data: { a: { type: 'tool' as const, tool: 'x' } } };
  board.open(draft('one'), { makeUp: true });
  waiting[0]!.answer(verdict({ config }));
  await turn();
  expect(board.values.data).toHaveProperty('a.title');
  board.setValues('');
  board.setSource('two');
  await vi.advanceTimersByTimeAsync(400);
  waiting[1]!.answer(verdict({ config }));
  await turn();
  expect(board.values.data).toEqual({});
});
