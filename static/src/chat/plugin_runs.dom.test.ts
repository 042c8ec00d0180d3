/** Chat: the cards of plugins' runs. */
import { nothing, render } from 'lit';
import { beforeEach, expect, it } from 'vitest';
import { axeFaults } from '../declarative/testing.ts';
import './chat.css';
import { isPluginRun, pluginRunsView } from './plugin_runs.ts';
import type { StreamEvent } from './plugin_shapes.ts';
import type { ToolUse } from './shapes.ts';
import { toolsView } from './tools.ts';

const plugin = { id: 'p', name: 'Converter' };
const done: ToolUse = { tool: 'convert', arguments: { a: '<b>' }, success: true, summary: '', state: 'done', plugin, run: 'r1', milliseconds: 12, output: { value: 8 } };
const running: ToolUse = { tool: 'convert', arguments: {}, success: false, state: 'running', plugin };
let main: HTMLElement;

beforeEach(() => {
  main = document.createElement('main');
  document.body.replaceChildren(main);
});

function show(tools: ToolUse[], streams: StreamEvent[] = [], isWritten = false): string[] {
  render(pluginRunsView(tools.filter(isPluginRun), streams, isWritten), main);
  return [...main.querySelectorAll('.plugin-run')].map((card) => card.textContent.replace(/\s+/g, ' ').trim());
}

it('test_it_works', async () => {
  const [card] = show([done, { tool: 'rag.query', success: true }]);
  expect(card).toMatch(/^Converterconvert ?Done · 12/);
  expect([...main.querySelectorAll('pre')].map((pre) => JSON.parse(pre.textContent))).toEqual([{ a: '<b>' }, { value: 8 }]);
  expect(main.querySelector<HTMLAnchorElement>('.plugin-run-log')!.getAttribute('href')).toBe('/widgets/plugins/p/runs/?run=r1');
  expect(await axeFaults()).toEqual([]);
});

it('has no second card below', () => {
  expect(toolsView([done])).toBe(nothing);
  render(toolsView([done, { tool: 'rag.query', success: true }]), main);
  expect([...main.querySelectorAll('code')].map((code) => code.textContent)).toEqual(['rag.query']);
});

it('says that it runs, and once nobody writes any more, that it was stopped', () => {
  expect(show([running], [], true)[0]).toContain('Running…');
  expect(main.querySelector('[aria-busy="true"]')).not.toBeNull();
  expect(show([running])[0]).toContain('What it had begun may have been done.');
});

it('says what went wrong', () => {
  const failed: ToolUse = { ...done, success: false, state: 'failed', error: { code: 'HANDLER_TIMEOUT', message: 'It took too long.' } };
  expect(show([failed])[0]).toContain('Failed');
  expect(main.querySelector('.plugin-run-fault')!.textContent).toBe('It took too long.');
});

it('leads to the job that goes on', () => {
  show([{ ...done, job: 'j1' }]);
  expect(main.querySelector('a[href="/jobs/j1/"]')).not.toBeNull();
});

it('shows what is streamed at its run, and hands over only while it runs', async () => {
  const streams: StreamEvent[] = [
    { run: 'r1', plugin: 'Converter', type: 'browser_live_view', data: { url: 'https://live.example.com/1' } },
    { run: 'r2', plugin: 'Converter', type: 'browser_needs_input', data: { url: 'javascript:alert(1)', message: 'Sign in.' } },
    { run: 'r2', plugin: 'Converter', type: 'browser_live_view', data: { url: 'https://live.example.com/2' } },
    { run: 'r2', plugin: 'Converter', type: 'progress', data: { percent: 140, note: 'Almost' } },
    { run: 'r2', plugin: 'Converter', type: 'found_it', data: { at: [1, 2] } },
  ];
  const [first, second] = show([done, running], streams, true);
  expect(first).toContain('It has ended.');
  expect(second).toContain('A browser waits for you');
  const links = [...main.querySelectorAll<HTMLAnchorElement>('.plugin-event a')].map((link) => link.getAttribute('href'));
  expect(links).toEqual(['https://live.example.com/2']);
  expect(main.querySelector('[role="progressbar"]')!.getAttribute('aria-valuenow')).toBe('100');
  expect(second).toContain('found it');
  expect(await axeFaults()).toEqual([]);
});

it('shows pictures, gives files, and leads nowhere but to http', async () => {
  const media = [
    { kind: 'image' as const, name: 'dot.png', mime: 'image/png', size: 70, url: 'data:image/png;base64,iVBORw0KGgo=' },
    { kind: 'file' as const, name: 'a.csv', mime: 'text/csv', size: 5, url: 'data:application/octet-stream;base64,YQ==' },
    { kind: 'file' as const, name: 'b.pdf', mime: '', size: 2_500_000, url: 'https://x.test/b.pdf' },
    { kind: 'file' as const, name: 'c', mime: '', size: null, url: 'javascript:alert(1)' },
    { kind: 'image' as const, name: 'big.png', mime: 'image/png', size: 900_000, url: '' },
  ];
  const [card] = show([{ ...done, media }]);
  expect([...main.querySelectorAll('img')].map((image) => image.alt)).toEqual(['dot.png']);
  expect([...main.querySelectorAll<HTMLAnchorElement>('a.plugin-file')].map((link) => link.download)).toEqual(['a.csv', '']);
  expect(card).toContain('big.png · 900 kBtoo large to be shown here');
  expect(await axeFaults()).toEqual([]);
});
