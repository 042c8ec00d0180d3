/** Primitive `button`, in the page. */
import { expect, it, vi } from 'vitest';
import { show } from '../testing.ts';
import type { ActionEffect } from '../hosts.ts';

const TOOL = { action: 'tool', tool: 'greet', args: { name: '{{ctx.name}}' } };

it('test_it_works', async () => {
  const { find, requests, settled } = await show({ type: 'button', id: 'hello', label: 'Greet {{ctx.name}}', action: TOOL }, { ctx: { name: 'Bob' } });
  expect(find('button').textContent?.trim()).toBe('Greet Bob');
  find('button').click();
  await settled();
  expect(requests[0]).toMatchObject({ widget_id: 'w_test', action_id: 'hello', type: 'tool', payload: { tool: 'greet', args: { name: 'Bob' } } });
});

it('shows that it is at work, and takes no second press meanwhile', async () => {
  let finish: (effect: ActionEffect) => void = () => undefined;
  const answer = (): Promise<ActionEffect> => new Promise((resolve) => (finish = resolve));
  const { find, requests } = await show({ type: 'button', label: 'Go', loading_label: 'Going…', action: TOOL }, { answer });
  find('button').click();
  find('button').click();
  await vi.waitFor(() => expect(find('button').textContent).toContain('Going…'));
  expect(find('button').getAttribute('aria-busy')).toBe('true');
  expect(requests).toHaveLength(1);
  finish({ action: 'tool_result', result: { success: true } });
  await vi.waitFor(() => expect(find('button').textContent?.trim()).toBe('Go'));
});

it('is disabled by its expression', async () => {
  const { find, widget, settled } = await show({ type: 'button', label: 'Go', disabled: '{{!state.ready}}' });
  expect(find<HTMLButtonElement>('button').disabled).toBe(true);
  widget.patch({ 'state.ready': true });
  await settled();
  expect(find<HTMLButtonElement>('button').disabled).toBe(false);
});
