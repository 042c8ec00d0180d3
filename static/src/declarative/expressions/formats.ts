/** Expressions: numbers in the reader's language, and YAML. */
import type { Surroundings } from './dates.ts';
import { isObject, toJson, toNumber, toText } from './values.ts';

const CURRENCY = /^[A-Za-z]{3}$/;
const PLAIN = /^[A-Za-z_](?:[A-Za-z0-9_ ./-]*[A-Za-z0-9_./-])?$/;
const RESERVED = new Set(['true', 'false', 'null', 'yes', 'no', 'on', 'off', 'y', 'n']);

function decimals(value: unknown): number {
  return Math.max(0, Math.min(10, Math.trunc(toNumber(value) ?? 0)));
}

function format(value: number, around: Surroundings, options: Intl.NumberFormatOptions): string {
  return new Intl.NumberFormat(around.locale, options).format(value);
}

/** Grouped digits with so many decimals, or with up to three where none are given. */
export function formatNumber(value: number, places: unknown, around: Surroundings): string {
  if (toNumber(places) === undefined) return format(value, around, { maximumFractionDigits: 3 });
  const digits = decimals(places);
  return format(value, around, { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** A share of one as a percentage. */
export function formatPercent(value: number, places: unknown, around: Surroundings): string {
  const digits = decimals(places);
  return format(value, around, { style: 'percent', minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** An amount with the symbol of its currency, or its code where it has none. */
export function formatMoney(value: number, currency: unknown, around: Surroundings): string {
  const code = toText(currency);
  return format(value, around, { style: 'currency', currency: CURRENCY.test(code) ? code.toUpperCase() : 'USD' });
}

/** YAML in block style, two spaces a level, without a final line break; unsafe texts are quoted as in JSON. */
export function toYaml(value: unknown): string {
  return lines(value).join('\n');
}

function scalar(value: unknown): string {
  const plain = typeof value === 'string' && PLAIN.test(value) && !RESERVED.has(value.toLowerCase());
  return plain ? value : toJson(value);
}

function isBlock(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : isObject(value) && Object.keys(value).length > 0;
}

function lines(value: unknown): string[] {
  if (!isBlock(value)) return [scalar(value)];
  if (Array.isArray(value)) return value.flatMap((item) => entry('-', item));
  return Object.entries(value as object).flatMap(([key, item]) => entry(`${scalar(key)}:`, item));
}

function entry(head: string, item: unknown): string[] {
  const [first = '', ...rest] = lines(item);
  if (!isBlock(item)) return [`${head} ${first}`];
  const indented = rest.map((line) => `  ${line}`);
  return head === '-' ? [`- ${first}`, ...indented] : [head, `  ${first}`, ...indented];
}
