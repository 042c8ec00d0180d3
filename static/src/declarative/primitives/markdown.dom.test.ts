/** Primitive `markdown`, in the page. */
import { expect, it, vi } from 'vitest';
import { renderMarkdown } from '../markdown.ts';
import { show } from '../testing.ts';

it('test_it_works', async () => {
  const { find, texts } = await show({ type: 'markdown', text: '# Title\n\n- one\n- two {{ctx.n}}' }, { ctx: { n: 2 } });
  await vi.waitFor(() => expect(texts('li')).toEqual(['one', 'two 2']));
  expect(find('h1').textContent).toBe('Title');
});

it.each([
  ['HTML', '<script>alert(1)</script><b onclick=x>hi</b>', /<script|<b /],
  ['a script address', '[x](javascript:alert(1))', /href="javascript/i],
  ['a data image', '![x](data:text/html;base64,AAAA)', /src="data/i],
  ['another host in disguise', '[x](//evil.example)', /href="\/\//],
  ['a style', '<p style="color:red">x</p>', /<p style/],
])('never lets %s through', async (_, source, forbidden) => {
  expect(await renderMarkdown(source)).not.toMatch(forbidden);
});

it('shows HTML as text', async () => {
  expect(await renderMarkdown('a <b>bold</b> claim')).toContain('&lt;b&gt;bold&lt;/b&gt;');
});

it('opens links to elsewhere in a new tab', async () => {
  expect(await renderMarkdown('[x](https://example.org)')).toContain('rel="noopener noreferrer nofollow"');
  expect(await renderMarkdown('[x](/chat/)')).not.toContain('target');
});

it('shows pictures of hosts that are allowed through this server, and links to others', async () => {
  const source = '![A map](https://example.org/a.png)';
  expect(await renderMarkdown(source, (host) => host === 'example.org')).toContain('src="/api/pictures?url=https%3A%2F%2Fexample.org%2Fa.png"');
  const plain = await renderMarkdown(source);
  expect(plain).not.toContain('<img');
  expect(plain).toContain('<a href="https://example.org/a.png" target="_blank" rel="noopener noreferrer nofollow">A map (example.org)</a>');
});
