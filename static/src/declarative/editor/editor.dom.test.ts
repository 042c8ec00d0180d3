/** The editor by itself: what the playground and the primitive build on. */
import { userEvent } from 'vitest/browser';
import { afterEach, expect, it, vi } from 'vitest';
import { axeFaults } from '../testing.ts';
import { createEditor } from './index.ts';
import type { Editor, EditorOptions } from './index.ts';

let editor: Editor | undefined;

async function edit(options: Partial<EditorOptions> = {}): Promise<Editor> {
  document.body.replaceChildren();
  const parent = document.body.appendChild(document.createElement('main'));
  editor = await createEditor({ parent, doc: 'one\ntwo\nthree', label: 'Tree', ...options });
  return editor;
}

const inside = (selector: string): HTMLElement => editor!.element.shadowRoot!.querySelector<HTMLElement>(selector)!;
const lines = (): string[] => [...editor!.element.shadowRoot!.querySelectorAll('.cm-line')].map(({ textContent }) => textContent ?? '');

afterEach(() => editor?.destroy());

it('test_it_works', async () => {
  const onChange = vi.fn();
  const { element } = await edit({ onChange });
  expect(lines()).toEqual(['one', 'two', 'three']);
  editor!.focus();
  await userEvent.keyboard('zero ');
  expect(editor!.doc).toBe('zero one\ntwo\nthree');
  expect(onChange).toHaveBeenLastCalledWith('zero one\ntwo\nthree');
  expect(element.shadowRoot!.querySelector('style')).toBeNull();
  expect([...document.querySelectorAll('style')].filter(({ textContent }) => textContent?.includes('.cm-'))).toEqual([]);
});

it('takes a text from outside without calling it a change of the person', async () => {
  const onChange = vi.fn();
  await edit({ onChange });
  editor!.setDoc('four');
  expect(lines()).toEqual(['four']);
  expect(onChange).not.toHaveBeenCalled();
});

it('marks lines, also some that are not there, and takes the marks back', async () => {
  await edit();
  editor!.setDiagnostics([{ line: 2, message: 'No two', severity: 'error' }, { line: 99, message: 'Late', severity: 'warning' }]);
  await vi.waitFor(() => expect(inside('.cm-lintRange-error').textContent).toBe('two'));
  expect(inside('.cm-lintRange-warning').textContent).toBe('three');
  expect(getComputedStyle(inside('.cm-lintRange-error')).backgroundImage).toBe('none');
  await vi.waitFor(() => expect(inside('.cm-lint-marker-error')).not.toBeNull());
  expect(getComputedStyle(inside('.cm-lint-marker-error')).content).toBe('normal');
  editor!.setDiagnostics([]);
  expect(inside('.cm-lintRange-error')).toBeNull();
});

it('lets people with a keyboard leave: Escape, then Tab', async () => {
  await edit({ doc: 'x' });
  document.querySelector('main')!.append(Object.assign(document.createElement('button'), { textContent: 'Next' }));
  editor!.focus();
  await userEvent.keyboard('{Tab}');
  expect(editor!.doc).toBe('  x');
  await userEvent.keyboard('{Escape}{Tab}');
  expect(document.activeElement?.textContent).toBe('Next');
  editor!.focus();
  await userEvent.keyboard('{Tab}');
  expect(editor!.doc).toBe('    x');
});

it('cannot be changed while it is only to be read', async () => {
  await edit({ readonly: true });
  editor!.focus();
  await userEvent.keyboard('zero');
  expect(editor!.doc).toBe('one\ntwo\nthree');
  editor!.configure({ readonly: false, lineNumbers: false });
  await userEvent.keyboard('zero ');
  expect(editor!.doc).toBe('zero one\ntwo\nthree');
  expect(inside('.cm-lineNumbers')).toBeNull();
});

it('goes to a line', async () => {
  await edit({ doc: Array.from({ length: 200 }, (_, index) => `line ${index + 1}`).join('\n') });
  editor!.element.style.setProperty('--editor-max', '200px');
  editor!.goTo(150);
  await vi.waitFor(() => expect(inside('.cm-activeLine').textContent).toBe('line 150'));
  await vi.waitFor(() => expect(inside('.cm-scroller').scrollTop).toBeGreaterThan(0));
});

it.each(['yaml', 'json', 'markdown', 'python', 'javascript', 'typescript', 'html', 'css', 'sql'] as const)('colours %s, readable in both themes', async (language) => {
  await edit({ language, doc: '# A comment\nname: "text"\nselect 1 from x; class A {}\n<b a="1">x</b> const n = 12; // done' });
  await vi.waitFor(() => expect(inside('.cm-line span')).not.toBeNull());
  editor!.setDiagnostics([{ line: 2, message: 'No', severity: 'error' }]);
  expect(await axeFaults()).toEqual([]);
});
