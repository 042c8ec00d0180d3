/** Preview: which paths a tree reads, and what shape the values there must have. No DOM here. */
import { hasExpression, parse } from '../declarative/expressions/parser.ts';
import type { Expression } from '../declarative/expressions/syntax.ts';
import { isRecord } from '../declarative/tree.ts';

export type Leaf = 'text' | 'number' | 'date' | 'boolean';

/** What is known of a value: whether it is a list, its fields (or those of its items), and else its kind. */
export interface Shape {
  list: boolean;
  leaf: Leaf | undefined;
  fields: Map<string, Shape>;
  /** Values that it must be one of, such as the columns of a board. */
  choices: string[];
}

type Scope = ReadonlyMap<string, Shape>;

/** Properties whose value is a list that templates go through. */
const LISTS: ReadonlySet<string> = new Set(['items', 'rows', 'data', 'options', 'events', 'tabs']);
const FILTER_KINDS: Readonly<Record<string, Leaf>> = {
  money: 'number', number: 'number', percent: 'number', date: 'date', time: 'date', relative_time: 'date', plus_days: 'date', minus_days: 'date',
};
const LIST_FILTERS: ReadonlySet<string> = new Set(['map', 'pluck', 'join', 'sort', 'filter', 'filter_search', 'first', 'last']);
const FORMATS: Readonly<Record<string, Leaf>> = {
  number: 'number', money: 'number', percent: 'number', date: 'date', time: 'date', datetime: 'date', relative_time: 'date', boolean: 'boolean',
};
const MEASURES: Readonly<Record<string, readonly string[]>> = { stat: ['value'], progress: ['value', 'max'], chart: ['value', 'min', 'max'] };
const CONDITIONS: ReadonlySet<string> = new Set(['visible_if', 'disabled', 'checked']);

export function emptyShape(): Shape {
  return { list: false, leaf: undefined, fields: new Map(), choices: [] };
}

/** The shape of everything a tree reads, by the first name of each path. */
export function shapeOfReads(tree: unknown): Shape {
  const root = emptyShape();
  visit(tree, root, new Map());
  return root;
}

function visit(value: unknown, root: Shape, scope: Scope): void {
  if (typeof value === 'string') readText(value, root, scope);
  else if (Array.isArray(value)) for (const item of value) visit(item, root, scope);
  else if (isRecord(value)) visitObject(value, root, scope);
}

function visitObject(node: Record<string, unknown>, root: Shape, scope: Scope): void {
  const items = Object.entries(node).find(([name, value]) => LISTS.has(name) && pathIn(value))?.[1];
  const list = items === undefined ? undefined : place(pathIn(items)!, root, scope);
  const inner = list ? new Map([...scope, ['item', list] as const]) : scope;
  if (list) describeItems(list, node);
  for (const [name, value] of Object.entries(node)) {
    visit(value, root, inner);
    const path = pathIn(value);
    if (path && MEASURES[String(node['type'])]?.includes(name)) place(path, root, inner).leaf ??= 'number';
    if (path && CONDITIONS.has(name)) place(path, root, inner).leaf ??= 'boolean';
  }
}

/** Tables, charts and boards name the fields of their items outside of expressions. */
function describeItems(list: Shape, node: Record<string, unknown>): void {
  list.list = true;
  for (const column of recordsIn(node['columns'])) {
    if (node['type'] === 'table') field(list, column['key']).leaf ??= FORMATS[String(column['format'])];
    if (node['type'] === 'kanban') field(list, node['column_key'] ?? 'column').choices.push(String(column['id']));
  }
  if (node['type'] === 'chart') {
    field(list, node['x']).leaf ??= node['kind'] === 'scatter' ? 'number' : 'text';
    for (const series of recordsIn(node['series'])) field(list, series['y']).leaf = 'number';
  }
}

function recordsIn(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

/** The shape at a dotted path. */
function field(shape: Shape, path: unknown): Shape {
  return String(path ?? 'value').split('.').reduce(below, shape);
}

function below(shape: Shape, name: string): Shape {
  let found = shape.fields.get(name);
  if (!found) shape.fields.set(name, (found = emptyShape()));
  return found;
}

/** The path of a text that is nothing but one path, with or without filters. */
function pathIn(value: unknown): string[] | undefined {
  const expression = typeof value === 'string' ? wholeOf(value) : undefined;
  return expression && pathOf(bare(expression));
}

function wholeOf(text: string): Expression | undefined {
  const parsed = parsedOf(text);
  return parsed?.whole ? (parsed.parts[0] as Expression) : undefined;
}

function parsedOf(text: string): ReturnType<typeof parse> | undefined {
  if (!hasExpression(text)) return undefined;
  try {
    return parse(text);
  } catch {
    return undefined; // the server says what is wrong with it
  }
}

function bare(expression: Expression): Expression {
  return expression.kind === 'filter' ? bare(expression.target) : expression;
}

function pathOf(expression: Expression): string[] | undefined {
  if (expression.kind === 'name') return [expression.name];
  if (expression.kind !== 'member' || expression.key.kind !== 'literal') return undefined;
  const path = pathOf(expression.target);
  return path && [...path, String(expression.key.value)];
}

function place(path: string[], root: Shape, scope: Scope): Shape {
  const [first = '', ...rest] = path;
  const start = scope.get(first) ?? below(root, first);
  return rest.reduce((shape, name) => (/^\d+$/.test(name) || name === 'length' ? Object.assign(shape, { list: true }) : below(shape, name)), start);
}

function readText(text: string, root: Shape, scope: Scope): void {
  for (const part of parsedOf(text)?.parts ?? []) if (typeof part !== 'string') readExpression(part, root, scope);
}

function readExpression(expression: Expression, root: Shape, scope: Scope): void {
  const path = pathOf(expression);
  if (path) return void place(path, root, scope);
  if (expression.kind === 'filter') readFilter(expression, root, scope);
  for (const part of partsOf(expression)) readExpression(part, root, scope);
}

function readFilter({ target, name }: Expression & { kind: 'filter' }, root: Shape, scope: Scope): void {
  const path = pathOf(target);
  if (!path) return;
  const shape = place(path, root, scope);
  shape.leaf ??= FILTER_KINDS[name];
  if (LIST_FILTERS.has(name) || (name === 'length' && shape.leaf === undefined)) shape.list = true;
}

function partsOf(expression: Expression): Expression[] {
  switch (expression.kind) {
    case 'member':
      return [expression.target, expression.key];
    case 'unary':
      return [expression.operand];
    case 'binary':
      return [expression.left, expression.right];
    case 'conditional':
      return [expression.test, expression.then, expression.otherwise];
    case 'filter':
      return [expression.target, ...expression.args];
    default:
      return [];
  }
}
