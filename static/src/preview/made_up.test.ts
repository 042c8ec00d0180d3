/** Values for a look at a tree. */
import { expect, it } from 'vitest';
import { madeUpFor } from './made_up.ts';

const NOW = new Date('2026-03-10T12:00:00Z');
const up = (tree: unknown, data = {}) => madeUpFor([{ tree: tree as never, data }], NOW);

it('test_it_works', () => {
  const tree = { type: 'list', items: '{{sources}}', item: { type: 'card', title: '{{item.title}}', subtitle: '{{item.url | truncate(60)}}' } };
  const { sources } = up(tree, { sources: { type: 'http', url: '/rag/sources' } }).data as { sources: Record<string, unknown>[] };
  expect(sources).toHaveLength(3);
  expect(sources[0]).toEqual({ id: 'sources-1', title: 'Northwind', url: 'https://example.com/1' });
});

it('knows the fields that tables, charts and boards name', () => {
  const columns = [{ key: 'name' }, { key: 'total', format: 'money' }, { key: 'placed', format: 'date' }, { key: 'paid', format: 'boolean' }];
  expect((up({ type: 'table', rows: '{{orders}}', columns }).data['orders'] as unknown[])[1]).toEqual({
    id: 'orders-2', name: 'Contoso', total: 55, placed: '2026-03-09', paid: false,
  });
  const chart = { type: 'chart', kind: 'bar', data: '{{ctx.rows}}', x: 'label', series: [{ y: 'v' }] };
  expect((up(chart).ctx['rows'] as unknown[])[0]).toMatchObject({ label: 'Northwind', v: 71 });
  const series = { ...chart, series: [{ y: 'income' }, { y: 'costs' }] };
  const [first] = up(series).ctx['rows'] as Record<string, unknown>[];
  expect(first!['income']).not.toBe(first!['costs']);
  const board = { type: 'kanban', items: '{{tasks}}', columns: [{ id: 'todo' }, { id: 'done' }], item: { type: 'card', title: '{{item.title}}' } };
  expect((up(board).data['tasks'] as { column: string }[]).map(({ column }) => column)).toEqual(['todo', 'done', 'todo']);
});

it('reads what filters, conditions and nested paths say', () => {
  const tree = [
    { type: 'stat', value: '{{totals.open}}' },
    { type: 'text', text: '{{names | join}} {{a.b.c | money}} {{due | date}}', visible_if: '{{ready}}' },
  ];
  const { data } = up(tree);
  expect(data).toMatchObject({ totals: { open: 55 }, a: { b: { c: 55 } }, due: '2026-03-10', ready: true });
  expect(data['names']).toHaveLength(3);
});

it('leaves state, forms and bindings that have values alone', () => {
  const tree = { type: 'text', text: '{{state.x}} {{form.y}} {{fixed}} {{kept}}' };
  expect(up(tree, { fixed: { type: 'static', value: 1 }, kept: { type: 'state', key: 'k' } }).data).toEqual({});
});

it('does not mind faulty expressions', () => {
  expect(up({ type: 'text', text: '{{ a + }}' }).data).toEqual({});
});
