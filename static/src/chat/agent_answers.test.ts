import { expect, test } from 'vitest';
import { answerWords, votesOf } from './agent_answers.ts';
import type { AgentAnswer, AgentWidgetPayload } from './shapes.ts';

function payload(kind: AgentWidgetPayload['kind'], spec: Record<string, unknown>, ...answers: AgentAnswer[]): AgentWidgetPayload {
  return {
    type: 'agent_widget',
    prompt_id: 'p',
    kind,
    spec,
    tree: { type: 'text' },
    state: 'open',
    asked: null,
    answers,
    expires_at: null,
    response_mode: 'collective',
  };
}

function said(value: unknown, name = 'Bob', cancelled = false): AgentAnswer {
  return { user: name, name, value, cancelled, at: '2026-01-01T00:00:00Z' };
}

const CHOICE = { options: [{ id: 'a', label: 'Apples' }, { id: 'b', label: 'Bread' }] };
const FORM = { fields: [{ name: 'v', label: 'Version' }, { name: 'ok', label: 'Announce' }] };

test.each<[AgentWidgetPayload['kind'], Record<string, unknown>, unknown, string]>([
  ['confirm', { labels: { yes: 'Delete' } }, true, 'Delete'],
  ['confirm', {}, false, 'No'],
  ['choice', CHOICE, 'b', 'Bread'],
  ['choice', CHOICE, ['a', 'b'], 'Apples, Bread'],
  ['choice', CHOICE, [], 'Nothing chosen'],
  ['permission', {}, { granted: true, scope: 'once' }, 'Allowed: once'],
  ['permission', {}, { granted: false }, 'Denied'],
  ['form', FORM, { ok: true, v: '1.0' }, 'Version: 1.0 · Announce: Yes'],
  ['form', FORM, {}, 'Nothing filled in'],
  ['datetime', {}, { mode: 'date', value: '2026-05-24' }, 'May 24, 2026'],
  ['datetime', {}, { mode: 'time', value: '10:30' }, '10:30'],
  ['file-picker', {}, { files: [{ id: '1', name: 'a.md' }, { id: '2', name: 'b.md' }] }, 'a.md, b.md'],
])('an answer to %s in words', (kind, spec, value, words) => {
  expect(answerWords(payload(kind, spec), said(value))).toBe(words);
});

test('who cancelled said nothing else', () => {
  expect(answerWords(payload('choice', CHOICE), said(null, 'Bob', true))).toBe('Cancelled');
});

test('votes are counted by answer, with names', () => {
  const asked = payload('choice', CHOICE, said('a', 'Alice'), said(['a', 'b']), said(null, 'Vera', true));
  expect(votesOf(asked)).toEqual([{ label: 'Apples', names: ['Alice', 'Bob'] }, { label: 'Bread', names: ['Bob'] }]);
  expect(votesOf(payload('form', FORM, said({})))).toBeUndefined();
});
