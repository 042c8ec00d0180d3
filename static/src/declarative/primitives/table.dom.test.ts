/** Primitive `table`, in the page. */
import { expect, it } from 'vitest';
import { show } from '../testing.ts';

const ORDERS = [
  { id: 1, name: 'Northwind', total: 1240.5, placed: '2026-03-01' },
  { id: 2, name: 'Contoso', total: 89, placed: '2026-02-21' },
  { id: 3, name: 'Fabrikam', total: 15300, placed: '2026-01-11' },
];
const tree = {
  type: 'table',
  rows: '{{orders}}',
  columns: [
    { key: 'name', label: 'Customer', sortable: true },
    { key: 'total', label: 'Total', format: 'money', sortable: true },
    { key: 'placed', format: 'date' },
  ],
};

it('test_it_works', async () => {
  const { texts } = await show(tree, { values: { orders: ORDERS } });
  expect(texts('th')).toEqual(['Customer', 'Total', 'placed']);
  expect(texts('tbody tr:first-child td')).toEqual(['Northwind', '$1,240.50', 'Mar 1, 2026']);
});

it('sorts by a column, then the other way round', async () => {
  const { texts, find, settled } = await show({ ...tree, sort: { key: 'placed', direction: 'asc' } }, { values: { orders: ORDERS } });
  expect(texts('tbody td:first-child')).toEqual(['Fabrikam', 'Contoso', 'Northwind']);
  find('th:nth-child(2) button').click();
  await settled();
  expect(texts('tbody td:first-child')).toEqual(['Contoso', 'Northwind', 'Fabrikam']);
  expect(find('th:nth-child(2)').getAttribute('aria-sort')).toBe('ascending');
  find('th:nth-child(2) button').click();
  await settled();
  expect(texts('tbody td:first-child')).toEqual(['Fabrikam', 'Northwind', 'Contoso']);
});

it('shows a page at a time', async () => {
  const { texts, find, settled } = await show({ ...tree, page_size: 2 }, { values: { orders: ORDERS } });
  expect(texts('[role="status"]')).toEqual(['1–2 of 3 rows']);
  find('[aria-label="Next page"]').click();
  await settled();
  expect(texts('tbody td:first-child')).toEqual(['Fabrikam']);
  expect(find<HTMLButtonElement>('[aria-label="Next page"]').disabled).toBe(true);
});

it('opens a row with its item in scope', async () => {
  const { find, calls, settled } = await show({ ...tree, row_action: { action: 'open_modal', modal: 'order', ctx: { order: '{{item}}' } } }, { values: { orders: ORDERS } });
  find('[aria-label="Open Contoso"]').click();
  await settled();
  expect(calls).toEqual([['openModal', 'order', { order: ORDERS[1] }]]);
});

it('takes templates of cells, which follow their value', async () => {
  const columns = [{ key: 'name', cell: { type: 'badge', text: '{{value | upper}} {{item.id}}' } }];
  const { texts, widget, settled } = await show({ ...tree, columns }, { values: { orders: ORDERS } });
  expect(texts('td')[0]).toBe('NORTHWIND 1');
  widget.patch({ 'data.orders.0.name': 'North' });
  await settled();
  expect(texts('td')[0]).toBe('NORTH 1');
});

it('never makes a link of a script', async () => {
  const { widget } = await show({ ...tree, columns: [{ key: 'url', format: 'link' }] }, { values: { orders: [{ url: 'javascript:alert(1)' }] } });
  expect(widget.querySelector('a')).toBeNull();
});
