import { expect, it, vi } from 'vitest';
import type { StreamListener } from '../../live/client.ts';
import { KnownJobs } from './known.ts';
import type { FullJob, Job, Page, Server, State } from './server.ts';

function job(id: string, state: State = 'queued', created = `2026-01-01T10:0${id}:00Z`): Job {
  const moments = { created_at: created, run_after: created, started_at: null, finished_at: null };
  const can = { can_cancel: true, can_retry: false };
  return { id, kind: 'k', title: `Job ${id}`, state, user: { id: 'u', name: 'U' }, progress: 0, progress_note: '', attempts: 0, error: '', error_code: '', ...moments, ...can };
}

function known(pages: Page[]): { jobs: KnownJobs; tell: (event: string, data: unknown) => void; server: Server } {
  let listener: StreamListener = {};
  const live = { subscribe: (_: string, given: StreamListener) => ((listener = given), () => undefined) };
  const server = {
    list: vi.fn(async () => pages.shift() ?? { jobs: [], more: false }),
    job: vi.fn(async (id: string): Promise<FullJob> => ({ ...job(id), input: null, result: null, subject: null, runs: [] })),
    cancel: vi.fn(async (id: string) => job(id, 'cancelled')),
    retry: vi.fn(async (id: string) => job(id)),
  } as unknown as Server;
  const jobs = new KnownJobs('u', live, server);
  jobs.start();
  const tell = (event: string, data: unknown): void => void listener.event?.({ type: 'event', stream: 'user:u', number: 1, event, data } as never);
  return { jobs, tell, server };
}

const ids = ({ jobs }: KnownJobs): string[] => (jobs ?? []).map(({ id }) => id);

it('lists the newest, and below them older ones when they are asked for', async () => {
  const { jobs } = known([
    { jobs: [job('3'), job('2')], more: true },
    { jobs: [job('1')], more: false },
  ]);
  await jobs.load();
  expect([ids(jobs), jobs.more]).toEqual([['3', '2'], true]);
  await jobs.loadMore();
  expect([ids(jobs), jobs.more]).toEqual([['3', '2', '1'], false]);
});

it('puts a new job on top and changes known ones where they are', async () => {
  const { jobs, tell } = known([{ jobs: [job('2'), job('1')], more: false }]);
  await jobs.load();
  tell('job.put', { job: job('3') });
  tell('job.put', { job: job('1', 'done') });
  tell('widget.put', {});
  expect(jobs.jobs?.map(({ id, state }) => [id, state])).toEqual([['3', 'queued'], ['2', 'queued'], ['1', 'done']]);
});

it('keeps to the chosen state, but leaves an open job where it is', async () => {
  const { jobs, tell } = known([{ jobs: [], more: false }, { jobs: [job('2', 'running'), job('1', 'running')], more: false }]);
  await jobs.load();
  await jobs.choose({ state: 'running' });
  await jobs.open('1');
  tell('job.put', { job: job('2', 'done') });
  tell('job.put', { job: job('1', 'done') });
  tell('job.put', { job: job('4', 'queued') });
  expect(jobs.jobs?.map(({ id, state }) => [id, state])).toEqual([['1', 'done']]);
});

it('shows one that is opened by its address although it is none of the newest', async () => {
  const { jobs } = known([{ jobs: [job('3')], more: true }]);
  await jobs.load();
  await jobs.open('1');
  expect(ids(jobs)).toEqual(['3', '1']);
  expect(jobs.full.get('1')).toMatchObject({ id: '1', runs: [] });
});

it('says what went wrong', async () => {
  const { jobs, server } = known([]);
  vi.mocked(server.list).mockRejectedValueOnce(new Error('Gone.'));
  await jobs.load();
  expect(jobs.failure).toEqual(new Error('Gone.'));
});

it('cancels', async () => {
  const { jobs } = known([{ jobs: [job('1')], more: false }]);
  await jobs.load();
  await jobs.act('1', 'cancel');
  expect(jobs.jobs?.[0]?.state).toBe('cancelled');
});
