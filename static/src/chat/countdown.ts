/** Chat: how long something can still be answered. No DOM here. */
import { locale, t } from '../i18n.ts';
import { relative } from '../times.ts';

const HOUR = 3_600;

export function isOver(until: string | null, now: number): boolean {
  return until !== null && Date.parse(until) <= now;
}

/** To the second in the last hour, before that in the unit that is near. `now` in milliseconds since 1970. */
export function countdown(until: string, now: number): string {
  const seconds = Math.max(0, Math.ceil((Date.parse(until) - now) / 1000));
  if (seconds >= HOUR) return t('Ends {when}', { when: relative(Date.parse(until), now) });
  const two = (count: number): string => count.toLocaleString(locale(), { minimumIntegerDigits: 2 });
  return t('Ends in {time}', { time: `${Math.floor(seconds / 60)}:${two(seconds % 60)}` });
}
