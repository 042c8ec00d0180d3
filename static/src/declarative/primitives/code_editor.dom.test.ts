/** Primitive `code_editor`, in the page. */
import { userEvent } from 'vitest/browser';
import { expect, it, vi } from 'vitest';
import { show } from '../testing.ts';
import type { Shown } from '../testing.ts';

const tree = { type: 'code_editor', name: 'query', label: 'Query', language: 'sql', default: 'select 1' };

async function content({ find }: Shown): Promise<HTMLElement> {
  return vi.waitFor(() => {
    const found = find('.code-editor > div').shadowRoot!.querySelector<HTMLElement>('.cm-content');
    expect(found).not.toBeNull();
    return found!;
  }, 12_000);
}

it('test_it_works', async () => {
  const shown = await show({ type: 'form', children: [tree] });
  const text = await content(shown);
  expect(text.textContent).toBe('select 1');
  expect(text.getAttribute('aria-label')).toBe('Query');
  text.focus();
  await userEvent.keyboard('{Control>}{End}{/Control}, 2');
  expect(shown.widget.mount?.scope.formValues()).toEqual({ query: 'select 1, 2' });
});

it('is checked like every other field, and takes the focus when it is the first that is wrong', async () => {
  const shown = await show({ type: 'form', children: [{ ...tree, default: '', required: true }], submit: { disabled: false, action: { action: 'chat', template: 'x' } } });
  const text = await content(shown);
  shown.find('[type="submit"]').click();
  await shown.settled();
  expect(shown.texts('.error')).toEqual(['This is required.']);
  await vi.waitFor(() => expect(text.getAttribute('aria-invalid')).toBe('true'));
  expect(document.activeElement).toBe(shown.find('.code-editor > div'));
  expect((text.getRootNode() as ShadowRoot).getElementById('said')?.textContent).toContain('This is required.');
});

it('takes a text from a reset without losing what is typed to an unrelated change', async () => {
  const shown = await show({ type: 'column', children: [tree, { type: 'text', text: '{{state.n}}' }] });
  const text = await content(shown);
  text.focus();
  await userEvent.keyboard('{Control>}{End}{/Control}23');
  shown.widget.patch({ 'state.n': 1 });
  await shown.settled();
  expect(text.textContent).toBe('select 123');
  shown.widget.mount!.forms.reset(shown.widget.mount!.scope.formId, {});
  await shown.settled();
  expect(text.textContent).toBe('select 1');
});

it('follows an expression: each new value replaces what is there', async () => {
  const shown = await show({ type: 'code_editor', name: 'out', readonly: true, value: '{{state.out}}' }, { state: { out: 'one' } });
  const text = await content(shown);
  expect(text.textContent).toBe('one');
  shown.widget.patch({ 'state.out': 'two' });
  await vi.waitFor(() => expect(text.textContent).toBe('two'));
  text.focus();
  await userEvent.keyboard('x');
  expect(text.textContent).toBe('two');
});

it('keeps its place while it is being fetched, and grows between its limits', async () => {
  const shown = await show({ ...tree, default: 'x\n'.repeat(100), max_height: 200 });
  const box = shown.find('.code-editor');
  const before = box.getBoundingClientRect().height;
  await content(shown);
  await shown.settled();
  expect(Math.abs(box.getBoundingClientRect().height - before)).toBeLessThanOrEqual(2);
});
