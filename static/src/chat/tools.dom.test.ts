/** Chat: the tools behind an answer. */
import { nothing, render } from 'lit';
import { expect, it } from 'vitest';
import { axeFaults } from '../declarative/testing.ts';
import './chat.css';
import { toolsView } from './tools.ts';

it('test_it_works', async () => {
  const main = document.createElement('main');
  document.body.replaceChildren(main);
  render(
    toolsView([
      { tool: 'rag.query', arguments: { query: '<b>x</b>', sources: ['s1'] }, success: true, summary: '12 hits' },
      { tool: 'widget.render', success: false, summary: 'There is no widget chart' },
    ]),
    main,
  );
  const details = main.querySelector('details')!;
  expect(details.open).toBe(false);
  expect(main.querySelector('summary')!.textContent.replace(/\s+/g, ' ').trim()).toBe('Used 2 tools1 failed');
  details.open = true;
  expect([...main.querySelectorAll('li')].map((line) => line.querySelector('code')!.textContent)).toEqual(['rag.query', 'widget.render']);
  expect(main.querySelector('.chat-value')!.textContent).toContain('<b>x</b>');
  expect(main.querySelectorAll('.chat-value')).toHaveLength(1);
  expect(await axeFaults()).toEqual([]);
});

it('is nothing where no tool was called', () => expect(toolsView([])).toBe(nothing));
