/** Primitive `select`, in the page. */
import { expect, it } from 'vitest';
import { show } from '../testing.ts';

function choose(select: HTMLElement, label: string): void {
  const option = [...(select as HTMLSelectElement).options].find(({ text }) => text === label)!;
  (select as HTMLSelectElement).value = option.value;
  select.dispatchEvent(new Event('change', { bubbles: true }));
}

it('test_it_works', async () => {
  const { find, widget, texts, settled } = await show({ type: 'select', name: 'size', label: 'Size', options: [{ value: 1, label: 'Small' }, { value: 2, label: 'Large' }] });
  expect(texts('option')).toEqual(['Choose…', 'Small', 'Large']);
  choose(find('select'), 'Large');
  await settled();
  expect(widget.mount?.scope.formValues()).toEqual({ size: 2 });
  expect(texts('option')).toEqual(['Small', 'Large']);
});

it('takes its options from data, by other names, and can be cleared', async () => {
  const { find, widget, texts, settled } = await show(
    { type: 'select', name: 'who', label: 'Who', options: '{{people}}', value_key: 'id', label_key: 'name', clearable: true, default: 'b' },
    { values: { people: [{ id: 'a', name: 'Alice' }, { id: 'b', name: 'Bob' }] } },
  );
  expect(find<HTMLSelectElement>('select').selectedOptions[0]?.text).toBe('Bob');
  expect(texts('option')).toEqual(['None', 'Alice', 'Bob']);
  choose(find('select'), 'None');
  await settled();
  expect(widget.mount?.scope.formValues()).toEqual({ who: null });
});
