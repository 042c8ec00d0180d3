/** Jobs: the server's answers, and the calls that this page makes. */
import { api } from '../../api.ts';

export type State = 'queued' | 'running' | 'done' | 'failed' | 'cancelled';

/** A job in the list. */
export interface Job {
  id: string;
  kind: string;
  title: string;
  state: State;
  user: { id: string; name: string };
  /** Percent. */
  progress: number;
  progress_note: string;
  attempts: number;
  error: string;
  error_code: string;
  created_at: string;
  /** It does not start before. */
  run_after: string;
  started_at: string | null;
  finished_at: string | null;
  can_cancel: boolean;
  can_retry: boolean;
}

/** One execution of code for a job; `ok` is null while it runs. */
export interface JobRun {
  id: string;
  ok: boolean | null;
  error_code: string;
  error_message: string;
  log: [string, string][];
  calls: { method: string; milliseconds: number; refusal: string }[];
  milliseconds: number;
  created_at: string;
}

/** A job with everything about it. */
export interface FullJob extends Job {
  input: unknown;
  result: unknown;
  subject: { id: string; url: string } | null;
  runs: JobRun[];
}

export interface Page {
  jobs: Job[];
  more: boolean;
}

/** Which jobs are listed. */
export interface Filter {
  state: State | '';
  everyone: boolean;
}

export const server = {
  list: ({ state, everyone }: Filter, before?: string): Promise<Page> =>
    api.get('/api/jobs', { query: { state: state || undefined, all: everyone ? 1 : undefined, before } }),
  job: async (id: string): Promise<FullJob> => (await api.get<{ job: FullJob }>(`/api/jobs/${id}`)).job,
  cancel: async (id: string): Promise<Job> => (await api.post<{ job: Job }>(`/api/jobs/${id}/cancel`, {})).job,
  retry: async (id: string): Promise<Job> => (await api.post<{ job: Job }>(`/api/jobs/${id}/retry`, {})).job,
};

export type Server = typeof server;
