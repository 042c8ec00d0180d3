/** Jobs: what is said of a job. */
import { t } from '../../i18n.ts';
import { duration } from '../runs/words.ts';
import type { Job, State } from './server.ts';

export const STATES: State[] = ['queued', 'running', 'done', 'failed', 'cancelled'];

const SIGNS: Record<State, { icon: string; tone: string }> = {
  queued: { icon: 'schedule', tone: 'neutral' },
  running: { icon: 'progress_activity', tone: 'info' },
  done: { icon: 'check_circle', tone: 'success' },
  failed: { icon: 'error', tone: 'error' },
  cancelled: { icon: 'block', tone: 'neutral' },
};

export function stateWords(state: State): string {
  const words: Record<State, string> = {
    queued: t('Waiting'),
    running: t('Running'),
    done: t('Done'),
    failed: t('Failed'),
    cancelled: t('Cancelled'),
  };
  return words[state];
}

/** The icon, tone and words of where a job is; one that will be tried again says so. */
export function sign({ state, attempts, error }: Pick<Job, 'state' | 'attempts' | 'error'>): { icon: string; tone: string; words: string } {
  if (state === 'queued' && attempts > 0 && error) return { icon: 'update', tone: 'warning', words: t('Will be tried again') };
  return { ...SIGNS[state], words: stateWords(state) };
}

/** How long the last attempt took, or has taken so far; empty while it waits. */
export function taken({ state, started_at: started, finished_at: finished }: Pick<Job, 'state' | 'started_at' | 'finished_at'>, now: number): string {
  if (!started || state === 'queued') return '';
  const end = finished ? Date.parse(finished) : now;
  return duration(Math.max(0, end - Date.parse(started)));
}
