/** Charts: what is drawn, in plain numbers and words. Nothing here knows the library that draws, or the page. */
import type { Surroundings } from '../expressions/dates.ts';
import { millisecondsOf } from '../expressions/dates.ts';
import { FILTERS } from '../expressions/filters.ts';
import { dig, toNumber, toText } from '../expressions/values.ts';

export const KINDS = ['bar', 'line', 'area', 'pie', 'donut', 'scatter', 'gauge'] as const;
export type Kind = (typeof KINDS)[number];
export type Format = 'number' | 'money' | 'percent';

/** One series as the tree asks for it, expressions already replaced. */
export interface SeriesRequest {
  y: string;
  label: string;
  color: string;
  kind: string;
}

export interface Series {
  name: string;
  color: string;
  kind: Kind;
  /** One value a row; null where there is none. */
  values: (number | null)[];
}

export interface Axes {
  xLabel: string;
  yLabel: string;
  yMin: number | undefined;
  yMax: number | undefined;
  format: Format;
  /** Three-letter code, for money. */
  currency: string;
  xFormat: string;
}

/** Everything a drawing shows. */
export interface Figure {
  kind: Kind;
  /** What stands along the bottom: words for the rows, or numbers where the axis is one of numbers or of time. */
  places: string[];
  positions: (number | null)[] | undefined;
  /** Whether the positions are milliseconds since 1970. */
  timed: boolean;
  series: Series[];
  axes: Axes;
  stacked: boolean;
  legend: boolean;
  gauge: { value: number; min: number; max: number; label: string; color: string } | undefined;
  around: Surroundings;
}

const TIMED: ReadonlySet<string> = new Set(['date', 'time', 'datetime']);

/** The series of some rows. */
export function seriesOf(rows: readonly unknown[], requests: readonly SeriesRequest[], kind: Kind): Series[] {
  return requests.map(({ y, label, color, kind: own }) => ({
    name: label || y,
    color,
    kind: kind !== 'pie' && kind !== 'donut' && KINDS.includes(own as Kind) ? (own as Kind) : kind,
    values: rows.map((row) => toNumber(dig(row, y)) ?? null),
  }));
}

/** Where the rows stand along the bottom. Bars stand side by side; points and lines at their number or moment. */
export function placesOf(rows: readonly unknown[], x: string, kind: Kind, format: string, around: Surroundings): Pick<Figure, 'places' | 'positions' | 'timed'> {
  const raw = rows.map((row) => dig(row, x));
  const places = raw.map((value) => write(value, format, around));
  if (kind === 'bar' || kind === 'pie' || kind === 'donut') return { places, positions: undefined, timed: false };
  if (TIMED.has(format)) return { places, positions: raw.map((value) => millisecondsOf(value, around) ?? null), timed: true };
  const numbers = raw.map((value) => toNumber(value) ?? null);
  const numeric = kind === 'scatter' && numbers.every((value) => value !== null);
  return { places, positions: numeric ? numbers : undefined, timed: false };
}

function write(value: unknown, format: string, around: Surroundings): string {
  if (format === 'datetime') return [filtered('date', value, around), filtered('time', value, around)].filter(Boolean).join(' ');
  return format === 'text' || !FILTERS.has(format) ? toText(value) : filtered(format, value, around);
}

function filtered(name: string, value: unknown, around: Surroundings, ...args: unknown[]): string {
  return toText(FILTERS.get(name)!(value, args, around));
}

/** A value as people read it. */
export function written(value: number | null | undefined, { format, currency }: Pick<Axes, 'format' | 'currency'>, around: Surroundings): string {
  return value === null || value === undefined ? '–' : filtered(format, value, around, ...(format === 'money' ? [currency] : []));
}

/** A value beside an axis, where there is little room. */
export function shortly(value: number, { format, currency }: Pick<Axes, 'format' | 'currency'>, around: Surroundings): string {
  if (format === 'percent') return new Intl.NumberFormat(around.locale, { style: 'percent', maximumFractionDigits: 1 }).format(value);
  const money: Intl.NumberFormatOptions = format === 'money' ? { style: 'currency', currency: known(currency) } : {};
  const compact: Intl.NumberFormatOptions = Math.abs(value) >= 10_000 ? { notation: 'compact' } : {};
  return new Intl.NumberFormat(around.locale, { ...money, ...compact, minimumFractionDigits: 0, maximumFractionDigits: 2 }).format(value);
}

function known(currency: string): string {
  return /^[A-Za-z]{3}$/.test(currency) ? currency : 'USD';
}

/** The share of each value of a pie in all of them; what is negative or missing has none. */
export function sharesOf(values: readonly (number | null)[]): number[] {
  const parts = values.map((value) => Math.max(0, value ?? 0));
  const total = parts.reduce((sum, part) => sum + part, 0);
  return parts.map((part) => (total > 0 ? part / total : 0));
}
