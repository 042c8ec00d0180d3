/** Primitive `link`, in the page. */
import { expect, it } from 'vitest';
import { show } from '../testing.ts';

it('test_it_works', async () => {
  const { find, texts } = await show({ type: 'link', label: 'Docs', url: 'https://example.org/{{ctx.page}}' }, { ctx: { page: 'a' } });
  expect(find('a').getAttribute('href')).toBe('https://example.org/a');
  expect(find('a').getAttribute('rel')).toBe('noopener noreferrer');
  expect(texts('a > span')).toEqual(['Docs', '(opens a new tab)']);
});

it('stays in the tab for a page of this server', async () => {
  expect((await show({ type: 'link', label: 'Chat', url: '/chat/' })).find('a').hasAttribute('target')).toBe(false);
});

it.each(['javascript:alert(1)', ' JaVaScRiPt:alert(1)', 'data:text/html,x', 'vbscript:x', '//evil.example', '/\\evil.example'])('does not lead to %s', async (url) => {
  expect((await show({ type: 'link', label: 'x', url })).widget.querySelector('a')).toBeNull();
});

it('does an action instead', async () => {
  const { find, calls, settled } = await show({ type: 'link', label: 'More', action: { action: 'navigate', to: '/chat/' } });
  find('button').click();
  await settled();
  expect(calls).toEqual([['navigate', { ctx: {}, to: '/chat/' }]]);
});
