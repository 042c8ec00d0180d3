/** Primitive `multi_select`, in the page. */
import { expect, it, vi } from 'vitest';
import { axeFaults, press, show, type } from '../testing.ts';
import type { Shown } from '../testing.ts';

const options = [
  { value: 'ai', label: 'Artificial intelligence', description: 'Models' },
  { value: 'law', label: 'Law' },
  { value: 3, label: 'Health', disabled: true },
  { value: 'eco', label: 'Economy' },
];
const field = { type: 'multi_select', name: 'topics', label: 'Topics', options };
const value = ({ widget }: Shown): unknown => widget.mount?.store.get(['forms', 'form', 'values', 'topics']);
const open = async (shown: Shown): Promise<void> => {
  shown.find('#' + shown.find('[role="combobox"]').id).focus();
  press(document.activeElement!, 'ArrowDown');
  await vi.waitFor(() => expect(shown.find('.choice').checkVisibility()).toBe(true));
};

it('test_it_works', async () => {
  const shown = await show({ ...field, default: ['law'], placeholder: 'Pick' });
  expect(shown.texts('.chip-text')).toEqual(['Law']);
  expect(shown.find('.choice').checkVisibility()).toBe(false);
  await open(shown);
  expect(await axeFaults()).toEqual([]);
  shown.find('.choice').click();
  await shown.settled();
  expect(value(shown)).toEqual(['law', 'ai']);
  expect(shown.texts('.chip-text')).toEqual(['Law', 'Artificial intelligence']);
  expect(shown.texts('[aria-selected="true"] .choice-text')).toEqual(['Artificial intelligenceModels', 'Law']);
});

it('is led by the keyboard alone', async () => {
  const shown = await show({ ...field, on_change: { action: 'set_state', set: { picked: '{{value}}' } } });
  await open(shown);
  const box = shown.find('[role="combobox"]');
  const active = (): string | null => document.getElementById(box.getAttribute('aria-activedescendant') ?? '')?.textContent?.trim() ?? null;
  expect(active()).toContain('Artificial');
  press(box, 'ArrowDown');
  press(box, 'Enter');
  await shown.settled();
  expect(value(shown)).toEqual(['law']);
  press(box, 'ArrowDown');
  press(box, 'Enter'); // disabled
  await shown.settled();
  expect(value(shown)).toEqual(['law']);
  expect(press(box, 'Escape')).toBe(false);
  await shown.settled();
  expect(box.getAttribute('aria-expanded')).toBe('false');
  expect(press(box, 'Escape')).toBe(true); // a dialog around may have it
  press(box, 'Backspace');
  await shown.settled();
  expect(value(shown)).toEqual([]);
  expect(shown.calls.map((call) => call[1])).toEqual([{ picked: ['law'] }, { picked: [] }]);
});

it('finds choices by what is typed', async () => {
  const shown = await show(field);
  const box = shown.find('input');
  box.focus();
  type(box, 'eco');
  await shown.settled();
  expect(shown.texts('.choice')).toEqual(['Economy']);
  press(box, 'Enter');
  await shown.settled();
  expect(value(shown)).toEqual(['eco']);
  expect((box as HTMLInputElement).value).toBe('');
  type(box, 'zzz');
  await shown.settled();
  expect(shown.texts('.choices-none')).toEqual(['Nothing matches.']);
});

it('takes no more than it may hold, and gives back what is removed', async () => {
  const shown = await show({ ...field, default: ['ai', 'law'], validation: { max: 2 } });
  await open(shown);
  shown.find('[id$="choice-3"]').click();
  await shown.settled();
  expect(value(shown)).toEqual(['ai', 'law']);
  shown.find('[aria-label="Remove Artificial intelligence"]').click();
  await shown.settled();
  expect(value(shown)).toEqual(['law']);
});

it('is checked with its form', async () => {
  const form = {
    type: 'form',
    id: 'form',
    children: [{ ...field, required: true, validation: { min: 2, message: 'Two topics, please.' } }],
    submit: { label: 'Send', disabled: false, action: { action: 'tool', tool: 'send' } },
  };
  const shown = await show(form);
  const send = async (): Promise<void> => {
    shown.find<HTMLFormElement>('form').requestSubmit();
    await shown.settled();
  };
  await send();
  expect(shown.texts('.error')).toEqual(['This is required.']);
  expect(document.activeElement).toBe(shown.find('input'));
  await open(shown);
  shown.find('.choice').click();
  await shown.settled();
  await send();
  expect(shown.texts('.error')).toEqual(['Two topics, please.']);
  expect(shown.find('input').getAttribute('aria-describedby')).toContain('fault');
  shown.find('[id$="choice-1"]').click();
  await shown.settled();
  await send();
  await vi.waitFor(() => expect(shown.requests[0]?.form).toEqual({ topics: ['ai', 'law'] }));
});

it('works without searching, by the letters things begin with', async () => {
  const shown = await show({ ...field, searchable: false });
  const box = shown.find('button[role="combobox"]');
  box.focus();
  press(box, 'e');
  await shown.settled();
  press(box, ' ');
  await shown.settled();
  expect(value(shown)).toEqual(['eco']);
  expect(await axeFaults()).toEqual([]);
});

it('shuts when it is left, and cannot be opened while it is disabled', async () => {
  const shown = await show({ type: 'column', children: [{ ...field, disabled: '{{state.off}}', default: ['ai'] }, { type: 'button', label: 'Away', action: { action: 'alert', text: 'x' } }] });
  await open(shown);
  shown.find('wm-button button').focus();
  await shown.settled();
  expect(shown.find('[role="combobox"]').getAttribute('aria-expanded')).toBe('false');
  shown.widget.patch({ 'state.off': true });
  await shown.settled();
  expect(shown.widget.querySelector('.chip-remove')).toBeNull();
  expect(shown.find<HTMLInputElement>('[role="combobox"]').disabled).toBe(true);
});

it('shows groups, plain values and values that are no choices', async () => {
  const grouped = [{ value: 1, label: 'One', group: 'Few' }, { value: 9, label: 'Nine', group: 'Many' }];
  const shown = await show({ ...field, options: grouped, default: [1, 'gone'] });
  expect(shown.texts('.chip-text')).toEqual(['One', 'gone']);
  expect(shown.texts('.choices-group')).toEqual(['Few', 'Many']);
  expect((await show({ ...field, options: ['a', 'b'] })).texts('.choice')).toEqual(['a', 'b']);
});
