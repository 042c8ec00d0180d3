/** Declarative: what names mean in a scope. */
import { describe, expect, it } from 'vitest';
import { Scope, firstFormId } from './scope.ts';
import { WidgetStore } from './store.ts';

const store = new WidgetStore({
  ctx: { path: '/docs' },
  state: { filter: 'open' },
  data: { sources: [{ title: 'Wiki' }], item: 'a binding called item' },
  forms: { form: { values: { topic: 'x' }, valid: true }, other: { values: { topic: 'y' } } },
});
const scope = new Scope({ store });

describe('names', () => {
  it('test_it_works', () => {
    expect(scope.read('ctx', ['path'])).toBe('/docs');
    expect(scope.read('state', ['filter'])).toBe('open');
    expect(scope.read('sources', ['0', 'title'])).toBe('Wiki');
    expect(scope.read('nothing', ['at', 'all'])).toBeUndefined();
  });

  it('of an inner scope come before those of an outer one', () => {
    const inner = scope.with({ item: { path: ['data', 'sources', '0'] }, index: { value: 0 } });
    expect(scope.read('item', [])).toBe('a binding called item');
    expect(inner.read('item', ['title'])).toBe('Wiki');
    expect(inner.with({}).read('index', [])).toBe(0);
  });

  it('of the surrounding form are its values and whether it is valid', () => {
    expect(scope.read('form', ['topic'])).toBe('x');
    expect(scope.read('form', ['valid'])).toBe(true);
    expect(scope.inForm('other').read('form', ['topic'])).toBe('y');
    expect(scope.inForm('other').formValues()).toEqual({ topic: 'y' });
  });

  it('tell the place of the store that was read, through aliases', () => {
    const noted: string[] = [];
    const inner = scope.with({ item: { path: ['data', 'sources', '0'] }, index: { value: 0 } });
    for (const [name, ...steps] of [['item', 'title'], ['index'], ['form', 'topic']]) inner.read(name!, steps, (path) => noted.push(path.join('.')));
    expect(noted).toEqual(['data.sources.0.title', 'forms.form.values.topic']);
  });

  it.each(['constructor', '__proto__', 'prototype', 'toString', 'hasOwnProperty'])('never reach %s', (name) => {
    expect(scope.read('ctx', [name])).toBeUndefined();
    expect(scope.with({ item: { value: {} } }).read('item', [name])).toBeUndefined();
    expect(scope.read(name, [])).toBeUndefined();
  });
});

describe('the form outside of forms', () => {
  it('is the first of the tree', () => {
    expect(firstFormId({ type: 'column', children: [{ type: 'text' }, { type: 'form', id: 'booking' }] })).toBe('booking');
    expect(firstFormId({ type: 'text_input', name: 'x' })).toBe('form');
  });
});
