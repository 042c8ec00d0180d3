/** Expressions: dates, read from ISO 8601 texts or seconds and milliseconds since 1970, written for people. */
import { toText } from './values.ts';

/** What an answer depends on besides the scope. */
export interface Surroundings {
  now: Date;
  /** Language of dates and numbers, such as `en`. */
  locale: string;
  /** The reader's time zone; the browser's own when absent. */
  timeZone?: string;
}

interface Moment {
  date: Date;
  /** A calendar date without a time: the same day everywhere. */
  dateOnly: boolean;
}

const MOMENT = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2})?)(?:\.\d+)?\s?(Z|[+-]\d{2}:?\d{2})?)?$/;
const DAY = 86_400;
const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 365 * DAY],
  ['month', 30 * DAY],
  ['day', DAY],
  ['hour', 3_600],
  ['minute', 60],
];
const MILLISECONDS_FROM = 1e11; // in seconds that is the year 5138, in milliseconds 1973

/** The moment, or undefined if the value is no date. `now` and `today` are the current moment and date. */
function read(value: unknown, around: Surroundings): Moment | undefined {
  if (value === 'now') return { date: around.now, dateOnly: false };
  if (value === 'today') return { date: new Date(`${isoDate(around.now, around)}T00:00:00Z`), dateOnly: true };
  if (typeof value === 'number') {
    return valid(new Date(Math.abs(value) >= MILLISECONDS_FROM ? value : value * 1000), false);
  }
  const match = typeof value === 'string' ? MOMENT.exec(value.trim()) : null;
  return match ? readMatch(match, around) : undefined;
}

function readMatch([, day, clock, zone]: RegExpExecArray, around: Surroundings): Moment | undefined {
  const midnight = new Date(`${day}T00:00:00Z`);
  if (Number.isNaN(midnight.getTime()) || !midnight.toISOString().startsWith(day!)) return undefined; // 30 February
  if (!clock) return { date: midnight, dateOnly: true };
  if (zone) return valid(new Date(`${day}T${clock}${zone.replace(/^([+-]\d{2})(\d{2})$/, '$1:$2')}`), false);
  return valid(new Date(`${day}T${clock}${around.timeZone === 'UTC' ? 'Z' : ''}`), false);
}

function valid(date: Date, dateOnly: boolean): Moment | undefined {
  return Number.isNaN(date.getTime()) ? undefined : { date, dateOnly };
}

function formatter(around: Surroundings, options: Intl.DateTimeFormatOptions, dateOnly = false): Intl.DateTimeFormat {
  const timeZone = dateOnly ? 'UTC' : around.timeZone;
  return new Intl.DateTimeFormat(around.locale, timeZone ? { ...options, timeZone } : options);
}

/** YYYY-MM-DD in the reader's zone. */
function isoDate(date: Date, around: Surroundings, dateOnly = false): string {
  const zoned = { ...around, locale: 'en-CA' };
  const parts = formatter(zoned, { year: 'numeric', month: '2-digit', day: '2-digit' }, dateOnly).formatToParts(date);
  const part = (type: string): string => parts.find((entry) => entry.type === type)?.value ?? '';
  return `${part('year').padStart(4, '0')}-${part('month')}-${part('day')}`;
}

/** The calendar date in the reader's language; what is no date is shown as it is. */
export function formatDate(value: unknown, style: string, around: Surroundings): string {
  const moment = read(value, around);
  if (!moment) return toText(value);
  if (style === 'iso') return isoDate(moment.date, around, moment.dateOnly);
  const dateStyle = style === 'short' || style === 'long' ? style : 'medium';
  return formatter(around, { dateStyle }, moment.dateOnly).format(moment.date);
}

/** Hours and minutes; nothing for a calendar date, what is no date as it is. */
export function formatTime(value: unknown, around: Surroundings): string {
  const moment = read(value, around);
  if (!moment) return toText(value);
  if (moment.dateOnly) return '';
  return formatter(around, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(moment.date);
}

/** The distance from now in the largest unit that fits, rounded down. */
export function formatRelative(value: unknown, around: Surroundings): string {
  const moment = read(value, around);
  if (!moment) return toText(value);
  const seconds = (moment.date.getTime() - around.now.getTime()) / 1000;
  const words = new Intl.RelativeTimeFormat(around.locale, { numeric: 'always' });
  for (const [unit, size] of UNITS) {
    const count = Math.floor(Math.abs(seconds) / size);
    if (count > 0) return words.format(seconds > 0 ? count : -count, unit);
  }
  return around.locale.startsWith('en')
    ? 'just now'
    : new Intl.RelativeTimeFormat(around.locale, { numeric: 'auto' }).format(0, 'second');
}

/** The date or moment so many days on; a date stays a date, a moment is written in UTC. */
export function shiftDays(value: unknown, days: number, around: Surroundings): string {
  const moment = read(value, around);
  if (!moment) return toText(value);
  const moved = new Date(moment.date.getTime() + days * DAY * 1000);
  const year = moved.getUTCFullYear();
  if (Number.isNaN(year) || year < 1 || year > 9999) return toText(value);
  return moment.dateOnly ? moved.toISOString().slice(0, 10) : `${moved.toISOString().slice(0, 19)}Z`;
}

/** Milliseconds since 1970 of a date or moment; undefined for what is none. */
export function millisecondsOf(value: unknown, around: Surroundings): number | undefined {
  return read(value, around)?.date.getTime();
}
