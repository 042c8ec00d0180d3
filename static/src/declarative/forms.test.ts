/** Declarative: forms and whether they are valid. */
import { expect, it, vi } from 'vitest';
import { Forms } from './forms.ts';
import type { Field } from './forms.ts';
import { WidgetStore } from './store.ts';

function field(name: string, initial: unknown, fault?: string): Field {
  return { name, initial: () => initial, fault: () => fault, reveal: vi.fn() };
}

it('test_it_works', () => {
  const store = new WidgetStore();
  const forms = new Forms(store);
  forms.join('f', field('a', 1));
  const leave = forms.join('f', field('b', '', 'This is required.'));
  expect(store.get(['forms', 'f'])).toEqual({ values: { a: 1, b: '' }, valid: false });
  leave();
  expect(store.get(['forms', 'f', 'valid'])).toBe(true);
});

it('does not overwrite a value that is there', () => {
  const store = new WidgetStore({ forms: { f: { values: { a: 'typed' } } } });
  new Forms(store).join('f', field('a', 'default'));
  expect(store.get(['forms', 'f', 'values', 'a'])).toBe('typed');
});

it('shows every fault and puts the focus on the first', () => {
  const forms = new Forms(new WidgetStore());
  const [good, bad, worse] = [field('a', 1), field('b', 1, 'no'), field('c', 1, 'no')];
  for (const each of [good, bad, worse]) forms.join('f', each!);
  expect(forms.reveal('f')).toBe(false);
  expect(good!.reveal).not.toHaveBeenCalled();
  expect(bad!.reveal).toHaveBeenCalledWith(true);
  expect(worse!.reveal).toHaveBeenCalledWith(false);
});

it('goes back to the given values, else to each input’s own', () => {
  const store = new WidgetStore();
  const forms = new Forms(store);
  forms.join('f', field('a', 1));
  forms.join('f', field('b', 2));
  store.patch({ 'forms.f.values.a': 9, 'forms.f.values.b': 9 });
  forms.reset('f', { b: 3 });
  expect(store.get(['forms', 'f', 'values'])).toEqual({ a: 1, b: 3 });
});
