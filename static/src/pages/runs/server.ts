/** Runs: the server's answers, and the calls that this page makes. */
import { api } from '../../api.ts';

export type Kind = 'action' | 'tool' | 'job' | 'hook';

/** A run in the list; `ok` is null while it runs. */
export interface Run {
  id: string;
  kind: Kind;
  action: string;
  ok: boolean | null;
  error_code: string;
  error_message: string;
  user: string;
  version: string;
  job_id: string | null;
  place: string | null;
  conversation_id: string | null;
  widget_events: number;
  host_calls: number;
  milliseconds: number;
  created_at: string;
}

/** A run with all that is kept of it. */
export interface FullRun extends Run {
  input: unknown;
  result: unknown;
  error_stack: string;
  log: [string, string][];
  calls: { method: string; milliseconds: number; refusal: string }[];
  fetches: { method: string; url: string; status: number | null; size: number; milliseconds: number; error: string }[];
}

export interface Page {
  runs: Run[];
  everyone: boolean;
  more: boolean;
}

/** Which runs are listed; empty for all. */
export interface Filter {
  kind: Kind | '';
  ok: 'true' | 'false' | '';
}

export const server = {
  list: (plugin: string, { kind, ok }: Filter, before?: string): Promise<Page> =>
    api.get(`/api/plugins/${plugin}/runs`, { query: { kind: kind || undefined, ok: ok || undefined, before } }),
  run: async (plugin: string, id: string): Promise<FullRun> => (await api.get<{ run: FullRun }>(`/api/plugins/${plugin}/runs/${id}`)).run,
};
