import { expect, test, vi } from 'vitest';
import { ApiError } from '../api.ts';
import { Attaching } from './attaching.ts';
import type { Attachment } from './shapes.ts';

const file = (name: string, size = 1): File => ({ name, size, type: 'text/plain' }) as File;
const stored = (name: string): Attachment => ({ id: name, name, mime: 'text/plain', size: 1, width: null, height: null, url: `/${name}` });

function attaching(upload: (id: string, file: File, progress: (share: number) => void, signal: AbortSignal) => Promise<Attachment>): Attaching {
  return new Attaching(() => Promise.resolve('c'), upload);
}

test('it works', async () => {
  const files = attaching((_, { name }, progress) => {
    progress(0.5);
    return Promise.resolve(stored(name));
  });
  files.add([file('a'), file('b')]);
  expect(files.isBusy).toBe(true);
  await vi.waitFor(() => expect(files.isBusy).toBe(false));
  expect(files.take().map(({ id }) => id)).toEqual(['a', 'b']);
  expect(files.drafts).toEqual([]);
});

test('what is too large, empty or too many is not sent', async () => {
  const upload = vi.fn((_: string, { name }: File) => Promise.resolve(stored(name)));
  const files = attaching(upload);
  files.add([file('large', 25_000_001), file('empty', 0), ...Array.from({ length: 11 }, (_, at) => file(String(at)))]);
  await vi.waitFor(() => expect(files.ready).toHaveLength(10));
  expect(files.drafts.filter(({ fault }) => fault).map(({ file: one }) => one.name)).toEqual(['large', 'empty', '10']);
  expect(upload).toHaveBeenCalledTimes(10);
});

test('a refusal is said; what is taken back is given up', async () => {
  const files = attaching((_, { name }, __, signal) =>
    name === 'bad'
      ? Promise.reject(new ApiError('TOO_LARGE', 'Too large.', 413))
      : new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error))),
  );
  files.add([file('bad'), file('slow')]);
  await vi.waitFor(() => expect(files.drafts[0]!.fault).toBe('Too large.'));
  files.drop(files.drafts[1]!);
  expect(files.drafts.map(({ file: one }) => one.name)).toEqual(['bad']);
  expect(files.isBusy).toBe(false);
});
