/** Runs: what is said of a run. */
import { locale, t } from '../../i18n.ts';
import type { Kind, Run } from './server.ts';

export function kindWords(kind: Kind): string {
  const words: Record<Kind, string> = { action: t('Widget action'), tool: t('Tool'), job: t('Background job'), hook: t('Hook') };
  return words[kind] ?? kind;
}

/** The icon, tone and words of how a run ended. */
export function outcome({ ok }: Pick<Run, 'ok'>): { icon: string; tone: string; words: string } {
  if (ok === null) return { icon: 'hourglass_empty', tone: 'info', words: t('Running') };
  return ok ? { icon: 'check_circle', tone: 'success', words: t('Done') } : { icon: 'error', tone: 'error', words: t('Failed') };
}

/** “340 ms”, “2.4 s”, “3 min 5 s”. */
export function duration(milliseconds: number): string {
  if (milliseconds < 1_000) return t('{count} ms', { count: Math.round(milliseconds) });
  const seconds = milliseconds / 1_000;
  if (seconds < 60) return t('{count} s', { count: seconds.toLocaleString(locale(), { maximumFractionDigits: 1 }) });
  return t('{minutes} min {seconds} s', { minutes: Math.floor(seconds / 60), seconds: Math.floor(seconds % 60) });
}

/** A value as its author would write it. */
export function written(value: unknown): string {
  return value === undefined || value === null ? 'null' : JSON.stringify(value, null, 2);
}
