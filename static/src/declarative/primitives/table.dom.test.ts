/** Primitive `table`, in the page. */
import { describe, expect, it, vi } from 'vitest';
import { axeFaults, show, type } from '../testing.ts';

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
  expect(texts('tbody tr:first-child td')).toEqual(['Northwind', 'US$1,240.50', '1 Mar 2026']);
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

it('writes money in its currency, and cells that no field holds; people sort by these too', async () => {
  const columns = [
    { field: 'name', label: 'Customer' },
    { key: 'total', format: 'money', currency: 'EUR' },
    { key: 'double', label: 'Twice', value: '{{item.total * 2}}', format: 'number', decimals: 1, sortable: true },
  ];
  const { texts, find, settled } = await show({ ...tree, columns }, { values: { orders: ORDERS } });
  expect(texts('tbody tr:first-child td')).toEqual(['Northwind', '€1,240.50', '2,481.0']);
  find('th button').click();
  await settled();
  expect(texts('tbody td:first-child')).toEqual(['Contoso', 'Northwind', 'Fabrikam']);
});

it('filters by what people read', async () => {
  const { texts, find, settled } = await show({ ...tree, searchable: true, page_size: 2 }, { values: { orders: ORDERS } });
  const search = async (words: string): Promise<string[]> => {
    type(find('[type="search"]'), words);
    await settled();
    return texts('tbody td:first-child');
  };
  expect(await search('CONT')).toEqual(['Contoso']);
  expect(await search('11 jan')).toEqual(['Fabrikam']);
  expect(await search('nobody')).toEqual([]);
  expect(texts('.table-none')).toEqual(['Nothing matches.']);
  expect(await axeFaults()).toEqual([]);
  expect(await search('')).toEqual(['Northwind', 'Contoso']);
});

describe('choosing', () => {
  const choose = { ...tree, selection: 'multiple', selected: '{{state.picked}}', on_select: { action: 'set_state', set: { picked: '{{value}}' } } };
  const boxes = (): HTMLInputElement[] => [...document.querySelectorAll<HTMLInputElement>('tbody .table-choose input')];

  it('several rows keeps them in the state, over pages, and follows it', async () => {
    const { widget, find, texts, settled } = await show({ ...choose, page_size: 2 }, { values: { orders: ORDERS }, state: { picked: [2] } });
    expect(boxes().map(({ checked }) => checked)).toEqual([false, true]);
    find('[aria-label="Choose Northwind"]').click();
    await settled();
    expect(widget.mount?.store.get(['state', 'picked'])).toEqual([2, 1]);
    find('[aria-label="Next page"]').click();
    await settled();
    find('[aria-label="Choose Fabrikam"]').click();
    await settled();
    expect(widget.mount?.store.get(['state', 'picked'])).toEqual([2, 1, 3]);
    expect(texts('.table-footer [role="status"]')).toEqual(['3–3 of 3 rows · 3 chosen']);
    widget.patch({ 'state.picked': [] });
    await settled();
    expect(boxes().map(({ checked }) => checked)).toEqual([false]);
    expect(await axeFaults()).toEqual([]);
  });

  it('all rows at once, and none', async () => {
    const { widget, find, settled } = await show(choose, { values: { orders: ORDERS }, state: { picked: [2] } });
    const all = find<HTMLInputElement>('[aria-label="Choose all rows"]');
    expect(all.indeterminate).toBe(true);
    all.click();
    await settled();
    expect(widget.mount?.store.get(['state', 'picked'])).toEqual([1, 2, 3]);
    all.click();
    await settled();
    expect(widget.mount?.store.get(['state', 'picked'])).toEqual([]);
  });

  it('one row gives its key and the row', async () => {
    const { find, calls, settled } = await show(
      { ...tree, selection: 'single', on_select: { action: 'chat', template: '{{value}} {{item.name}}' } },
      { values: { orders: ORDERS } },
    );
    find('[aria-label="Choose Contoso"]').click();
    await settled();
    find('[aria-label="Choose Fabrikam"]').click();
    await settled();
    expect(calls.map(([, message]) => message)).toEqual(['2 Contoso', '3 Fabrikam']);
    expect(boxes().map(({ checked }) => checked)).toEqual([false, false, true]);
  });
});

it('keeps its headings in sight while it is scrolled', async () => {
  const rows = Array.from({ length: 50 }, (_, id) => ({ id, name: `Row ${id}` }));
  const { find, settled } = await show({ type: 'table', rows, columns: [{ key: 'name' }], height: 200 });
  const frame = find('.table-frame');
  expect(frame.clientHeight).toBe(200);
  frame.scrollTop = 400;
  await settled();
  expect(find('thead th').getBoundingClientRect().top).toBe(frame.getBoundingClientRect().top);
});

it('becomes cards where there is little room, still a table for screen readers', async () => {
  const { find, widget, settled } = await show({ ...tree, narrow: 'cards' }, { values: { orders: ORDERS } });
  expect(getComputedStyle(find('tbody tr')).display).toBe('table-row');
  widget.style.width = '320px';
  await settled();
  expect(getComputedStyle(find('tbody tr')).display).toBe('grid');
  expect(getComputedStyle(find('tbody td'), '::before').content).toBe('"Customer"');
  expect(find('.table-frame').scrollWidth).toBeLessThanOrEqual(320);
  expect(await axeFaults()).toEqual([]);
});

it('waits for its rows, says that there are none, and shows them when they are there', async () => {
  let finish: (answer: { value: unknown; status: number }) => void = () => undefined;
  const load = (): Promise<{ value: unknown; status: number }> => new Promise((resolve) => (finish = resolve));
  const { widget, texts } = await show({ ...tree, empty: { type: 'text', text: 'No orders yet' } }, { data: { orders: { type: 'http', url: '/orders' } }, load });
  expect(widget.querySelector('.skeletons[data-kind="table"]')).not.toBeNull();
  finish({ value: [], status: 200 });
  await vi.waitFor(() => expect(texts('wm-text')).toEqual(['No orders yet']));
  widget.replace('orders', ORDERS);
  await vi.waitFor(() => expect(texts('tbody tr')).toHaveLength(3));
});
