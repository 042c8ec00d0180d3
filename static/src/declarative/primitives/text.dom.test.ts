/** Primitive `text`, in the page. */
import { expect, it, vi } from 'vitest';
import { show } from '../testing.ts';

it('test_it_works', async () => {
  const { find } = await show({ type: 'text', text: 'Hello {{ctx.name}}, {{ctx.missing}}.', variant: 'caption' }, { ctx: { name: 'Alice' } });
  expect(find('wm-text').textContent).toBe('Hello Alice, .');
});

it('shows HTML as text', async () => {
  const { find } = await show({ type: 'text', text: '{{ctx.evil}}' }, { ctx: { evil: '<img src=x onerror=alert(1)>' } });
  expect(find('wm-text').textContent).toBe('<img src=x onerror=alert(1)>');
  expect(find('wm-text').querySelector('img')).toBeNull();
});

it('is a heading where it is one', async () => {
  const { texts } = await show({ type: 'column', children: [{ type: 'text', text: 'A', variant: 'title' }, { type: 'text', text: 'B', variant: 'heading' }] });
  expect(texts('h2, h3')).toEqual(['A', 'B']);
});

it('is Markdown after that filter', async () => {
  const { find } = await show({ type: 'text', text: '{{ctx.body | markdown}}' }, { ctx: { body: '**bold**' } });
  await vi.waitFor(() => expect(find('strong').textContent).toBe('bold'));
});

it('shows nothing for an expression that cannot be read', async () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  const { find } = await show({ type: 'text', text: '{{ nope | }}' });
  expect(find('wm-text').textContent).toBe('');
  expect(warn).toHaveBeenCalledWith(expect.stringContaining('name of a filter'));
});
