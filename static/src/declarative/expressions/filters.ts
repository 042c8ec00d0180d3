/** Expressions: the filters. None throws: what does not fit yields a text unchanged, an empty list or undefined. */
import catalog from '../../../../widgets_manager/declarative/catalog/filters.json';
import { formatDate, formatRelative, formatTime, shiftDays } from './dates.ts';
import type { Surroundings } from './dates.ts';
import { formatMoney, formatNumber, formatPercent, toYaml } from './formats.ts';
import { MAX_RESULT, cut, dig, equal, isMissing, isObject, joined, size, toJson, toNumber, toText, truthy } from './values.ts';

export type Filter = (value: unknown, args: unknown[], around: Surroundings) => unknown;

function whole(value: unknown): number | undefined;
function whole(value: unknown, fallback: number): number;
function whole(value: unknown, fallback?: number): number | undefined {
  const amount = toNumber(value);
  return amount === undefined ? fallback : Math.trunc(Math.max(-1e9, Math.min(1e9, amount)));
}

function items(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function* texts(values: Iterable<unknown>): Generator<string> {
  for (const value of values) yield toText(value);
}

function ofText(change: (text: string) => unknown): Filter {
  return (value) => change(toText(value));
}

function ofNumber(write: (value: number, argument: unknown, around: Surroundings) => string): Filter {
  return (value, args, around) => {
    const amount = toNumber(value);
    return amount === undefined ? toText(value) : write(amount, args[0], around);
  };
}

function truncate(text: string, most: number): string {
  const characters = [...text];
  if (characters.length <= most) return text;
  return most > 0 ? `${characters.slice(0, most - 1).join('').trimEnd()}…` : '';
}

/** Applies a change to a list, or to a text as the list of its characters. */
function ofSequence(change: (sequence: unknown[], args: unknown[]) => unknown[]): Filter {
  return (value, args) => {
    if (typeof value === 'string') return change([...value], args).join('');
    return change(items(value), args);
  };
}

const pluck: Filter = (value, args) => items(value).map((item) => dig(item, toText(args[0])) ?? null);

const keep: Filter = (value, args) => {
  const key = toText(args[0]);
  const matches = (found: unknown): boolean => (args.length > 1 ? equal(found, args[1]) : truthy(found));
  return items(value).filter((item) => matches(dig(item, key)));
};

/** Numbers before texts before the rest, which keeps its order; a key that begins with `-` turns the known ones around. */
const sort: Filter = (value, args) => {
  const written = toText(args[0] ?? undefined);
  const falling = written.startsWith('-');
  const key = falling ? written.slice(1) : written;
  const pairs = items(value).map((item) => ({ by: key ? dig(item, key) : item, item }));
  const sign = falling ? -1 : 1;
  const ofType = (type: string): typeof pairs => pairs.filter(({ by }) => typeof by === type);
  const order = (a: { by: unknown }, b: { by: unknown }): number =>
    a.by === b.by ? 0 : (a.by as string) < (b.by as string) ? -sign : sign;
  const numbers = ofType('number').sort(order);
  const texts = ofType('string').sort(order);
  const rest = pairs.filter(({ by }) => typeof by !== 'number' && typeof by !== 'string');
  return [...(falling ? [...texts, ...numbers] : [...numbers, ...texts]), ...rest].map(({ item }) => item);
};

const search: Filter = (value, args) => {
  const query = toText(args[0]).trim().toLowerCase();
  if (!query) return items(value);
  const keys = args.slice(1).map(toText);
  const fields = (item: unknown): unknown[] => {
    if (keys.length > 0) return keys.map((key) => dig(item, key));
    return isObject(item) ? Object.values(item) : [item];
  };
  return items(value).filter((item) => fields(item).some((field) => toText(field).toLowerCase().includes(query)));
};

function length(value: unknown): number {
  if (Array.isArray(value) || typeof value === 'string') return size(value);
  return isObject(value) ? Object.keys(value).length : 0;
}

function replaceAll(value: unknown, [old, replacement]: unknown[]): string {
  const wanted = toText(old);
  return wanted ? joined(between(toText(value), wanted), toText(replacement)) : toText(value);
}

/** What stands between the marks, one after the other. */
function* between(value: string, mark: string): Generator<string> {
  let start = 0;
  for (let end = value.indexOf(mark); end >= 0; end = value.indexOf(mark, start)) {
    yield value.slice(start, end);
    start = end + mark.length;
  }
  yield value.slice(start);
}

function writeJson(value: unknown, indent: number): string {
  if (value === undefined) return '';
  const compact = toJson(value);
  return cut(indent > 0 && size(compact) < MAX_RESULT ? toJson(value, indent) : compact);
}

interface Table {
  values: Record<string, string>;
  default: string;
  key: string;
}

function keyIn(table: Table, value: unknown): string {
  const name = toText(value).trim().toLowerCase();
  if (table.key === 'word') return name.replace(/[\s-]+/g, '_');
  if (name.includes('://')) return 'url';
  return name.endsWith('/') ? 'folder' : name;
}

function lookUp(table: Table): Filter {
  const find = (key: string): string | undefined => (Object.hasOwn(table.values, key) ? table.values[key] : undefined);
  return (value) => {
    const key = keyIn(table, value);
    const byEnding = table.key === 'name' ? find(key.slice(key.lastIndexOf('.') + 1)) : undefined;
    return find(key) ?? byEnding ?? table.default;
  };
}

/** The filters that are tables come straight from the catalog. */
function tables(): [string, Filter][] {
  return Object.entries(catalog.filters as Record<string, Partial<Table>>)
    .filter(([, entry]) => entry.values !== undefined)
    .map(([name, entry]) => [name, lookUp(entry as Table)]);
}

/** Every filter by its name, in the catalog's order. */
export const FILTERS: ReadonlyMap<string, Filter> = new Map<string, Filter>([
  ['upper', ofText((text) => text.toUpperCase())],
  ['lower', ofText((text) => text.toLowerCase())],
  ['title', ofText((text) => text.replace(/(^|\s)(\S)/gu, (_, before: string, first: string) => before + first.toUpperCase()))],
  ['capitalize', ofText((text) => text.replace(/^./su, (first) => first.toUpperCase()))],
  ['truncate', (value, args) => truncate(toText(value), whole(args[0], 80))],
  ['default', (value, args) => (isMissing(value) || value === '' ? args[0] : value)],
  ['length', length],
  ['date', (value, args, around) => formatDate(value, toText(args[0]), around)],
  ['relative_time', (value, _, around) => formatRelative(value, around)],
  ['time', (value, _, around) => formatTime(value, around)],
  ['money', ofNumber(formatMoney)],
  ['number', ofNumber(formatNumber)],
  ['percent', ofNumber(formatPercent)],
  ['json', (value, args) => writeJson(value, Math.max(0, Math.min(8, whole(args[0], 0))))],
  ['yaml', (value) => cut(toYaml(value))],
  ['filter', keep],
  ['map', pluck],
  ['pluck', pluck],
  ['join', (value, args) => joined(texts(items(value)), args[0] === undefined ? ', ' : toText(args[0]))],
  ['first', (value) => (typeof value === 'string' ? [...value][0] : items(value)[0])],
  ['last', (value) => (typeof value === 'string' ? [...value].at(-1) : items(value).at(-1))],
  ['sort', sort],
  ['reverse', ofSequence((sequence) => sequence.toReversed())],
  ['slice', ofSequence((sequence, args) => sequence.slice(whole(args[0], 0), whole(args[1])))],
  ['replace', replaceAll],
  ['markdown', ofText((text) => text)],
  ['plus_days', (value, args, around) => shiftDays(value, whole(args[0], 0), around)],
  ['minus_days', (value, args, around) => shiftDays(value, -whole(args[0], 0), around)],
  ['filter_search', search],
  ...tables(),
]);
