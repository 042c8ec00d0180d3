/** Chat: days and times of messages, in the reader's language and zone. No DOM here. */
import { locale, t } from '../i18n.ts';

const DAY = 86_400_000;

/** A key that is the same for all moments of one of the reader's days. */
export function dayKey(moment: string): string {
  const date = new Date(moment);
  return `${date.getFullYear()}-${date.getMonth() + 1}-${date.getDate()}`;
}

/** Today, Yesterday, a weekday of the last week, else the date; with the year where it is another one. */
export function dayName(moment: string, now: Date = new Date()): string {
  const date = new Date(moment);
  const days = Math.round((startOfDay(now) - startOfDay(date)) / DAY);
  if (days === 0) return t('Today');
  if (days === 1) return t('Yesterday');
  if (days > 1 && days < 7) return date.toLocaleDateString(locale(), { weekday: 'long' });
  const sameYear = date.getFullYear() === now.getFullYear();
  return date.toLocaleDateString(locale(), { day: 'numeric', month: 'long', ...(sameYear ? {} : { year: 'numeric' }) });
}

export function timeOfDay(moment: string): string {
  return new Date(moment).toLocaleTimeString(locale(), { hour: '2-digit', minute: '2-digit' });
}

/** The whole moment, for tooltips. */
export function wholeMoment(moment: string): string {
  return new Date(moment).toLocaleString(locale(), { dateStyle: 'full', timeStyle: 'short' });
}

function startOfDay(date: Date): number {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}
