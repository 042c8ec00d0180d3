/** Texts: moments in words. */
import { html } from 'lit';
import type { TemplateResult } from 'lit';
import { locale } from './i18n.ts';

const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

/** “3 days ago”, “in 5 hours”; the exact moment is in the tooltip. */
export function when(moment: string, now: number = Date.now()): TemplateResult {
  const date = new Date(moment);
  return html`<time datetime=${moment} title=${date.toLocaleString(locale())}>${relative(date.getTime(), now)}</time>`;
}

/** What is past is told by the time that is full, what is to come by the nearest. Both in milliseconds since 1970. */
export function relative(moment: number, now: number): string {
  const seconds = (moment - now) / 1000;
  const [unit, length] = UNITS.find(([, length]) => Math.abs(seconds) >= length) ?? ['second', 1];
  const count = unit === 'second' ? 0 : seconds < 0 ? Math.trunc(seconds / length) : Math.round(seconds / length);
  return new Intl.RelativeTimeFormat(locale(), { numeric: 'auto' }).format(count, unit);
}
