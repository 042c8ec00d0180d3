/** Declarative: the columns of a table as the tree describes them, expressions replaced. */
import { toNumber, toText, truthy } from './expressions/values.ts';
import { isRecord } from './tree.ts';
import type { TreeNode } from './tree.ts';

export interface Column {
  /** Field of the row; dots go deeper. */
  key: string;
  label: string;
  format: string;
  /** What the format takes besides the value. */
  options: unknown[];
  align: string;
  width: number | undefined;
  sortable: boolean;
  /** Expression of the value and template of the cell, not yet evaluated. */
  value: unknown;
  cell: TreeNode | undefined;
}

const NUMERIC: ReadonlySet<string> = new Set(['number', 'money', 'percent']);

/** `read` replaces the expressions of one property. */
export function columnsOf(value: unknown, read: (value: unknown) => unknown): Column[] {
  return (Array.isArray(value) ? value.filter(isRecord) : []).map((column) => {
    const word = (name: string): string => toText(read(column[name]));
    const key = toText(column['key'] ?? column['field']);
    const format = word('format');
    return {
      key,
      format,
      label: word('label') || key,
      options: format === 'money' ? [read(column['currency'])] : [read(column['decimals'])],
      align: word('align') || (NUMERIC.has(format) ? 'end' : ''),
      width: toNumber(read(column['width'])),
      sortable: truthy(read(column['sortable'])),
      value: column['value'],
      cell: isRecord(column['cell']) ? (column['cell'] as TreeNode) : undefined,
    };
  });
}
