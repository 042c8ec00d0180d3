import { expect, it } from 'vitest';
import { PluginJobs } from './plugin_jobs.ts';

it('test_it_works', () => {
  const told: boolean[] = [];
  const jobs = new PluginJobs((isBusy) => told.push(isBusy));
  jobs.began('a');
  jobs.began('b');
  jobs.put({ id: 'a', can_cancel: true });
  jobs.put({ id: 'a', can_cancel: false });
  jobs.put({ id: 'other', can_cancel: false });
  jobs.put({ id: 'b', can_cancel: false });
  expect(told).toEqual([true, true, true, false]);
});

it('knows a job that had ended before the click was answered', () => {
  const told: boolean[] = [];
  const jobs = new PluginJobs((isBusy) => told.push(isBusy));
  jobs.put({ id: 'quick', can_cancel: false });
  jobs.began('quick');
  expect(told).toEqual([]);
});
