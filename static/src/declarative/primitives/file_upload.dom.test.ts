/** Primitive `file_upload`, in the page. */
import { expect, it, vi } from 'vitest';
import type { ActionHost } from '../hosts.ts';
import { axeFaults, show } from '../testing.ts';
import type { Shown } from '../testing.ts';

type Upload = NonNullable<ActionHost['upload']>;

const tree = { type: 'file_upload', name: 'docs', label: 'Documents', multiple: true };
const text = (name: string, size = 5): File => new File(['x'.repeat(size)], name, { type: 'text/plain' });
const kept = (file: File) => ({ id: `id-${file.name}`, name: file.name, size: file.size, media_type: file.type, url: `/files/${file.name}` });

function choose({ find }: Shown, ...files: File[]): void {
  const given = new DataTransfer();
  files.forEach((file) => given.items.add(file));
  const input = find<HTMLInputElement>('input[type="file"]');
  input.files = given.files;
  input.dispatchEvent(new Event('change'));
}

const values = ({ widget }: Shown): unknown => widget.mount!.scope.formValues()['docs'];
const valid = ({ widget }: Shown): unknown => widget.mount!.store.get(['forms', widget.mount!.scope.formId, 'valid']);

it('test_it_works', async () => {
  const upload = vi.fn<Upload>(async (file) => kept(file));
  const shown = await show({ ...tree, url: '/api/inbox' }, { upload });
  choose(shown, text('a.txt'), text('b.txt'));
  await vi.waitFor(() => expect(values(shown)).toEqual([kept(text('a.txt')), kept(text('b.txt'))]));
  expect(upload.mock.calls[0]![1].url).toBe('/api/inbox');
  await shown.settled();
  expect(shown.texts('.file-name')).toEqual(['a.txt', 'b.txt']);
  expect(await axeFaults()).toEqual([]);
});

it('shows how far it is, and the form waits for it', async () => {
  let finish = (): void => undefined;
  let tell: (share: number) => void = () => undefined;
  const shown = await show(tree, {
    upload: (file, { progress }) => {
      tell = progress;
      return new Promise((resolve) => (finish = () => resolve(kept(file))));
    },
  });
  choose(shown, text('a.txt'));
  tell(0.42);
  await shown.settled();
  expect(shown.find('[role="progressbar"]').getAttribute('aria-valuenow')).toBe('42');
  expect(valid(shown)).toBe(false);
  expect(await axeFaults()).toEqual([]);
  finish();
  await vi.waitFor(() => expect(valid(shown)).toBe(true));
});

it('can be stopped, and what arrives later does not count', async () => {
  const upload = vi.fn<Upload>((_, { signal }) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))));
  const shown = await show(tree, { upload });
  choose(shown, text('a.txt'));
  await shown.settled();
  shown.find('[aria-label="Stop sending a.txt"]').click();
  await shown.settled();
  expect(upload.mock.calls[0]![1].signal.aborted).toBe(true);
  expect(shown.widget.querySelector('.file')).toBeNull();
  expect(valid(shown)).toBe(true);
});

it('says why a file was not sent, and tries again', async () => {
  const upload = vi.fn<Upload>().mockRejectedValueOnce(new Error('The server cannot be reached.')).mockImplementation(async (file) => kept(file));
  const shown = await show(tree, { upload });
  choose(shown, text('a.txt'));
  await vi.waitFor(() => expect(shown.texts('.file-fault')).toEqual(['The server cannot be reached.']));
  expect(valid(shown)).toBe(false);
  expect(await axeFaults()).toEqual([]);
  shown.find('[aria-label="Try a.txt again"]').click();
  await vi.waitFor(() => expect(values(shown)).toEqual([kept(text('a.txt'))]));
});

it('takes only what it is said to take, without asking the server', async () => {
  const upload = vi.fn<Upload>(async (file) => kept(file));
  const shown = await show({ ...tree, accept: ['.txt', 'image/*'], max_size: '10B', max_files: 2 }, { upload });
  choose(shown, text('a.txt'), text('big.txt', 11), text('a.exe'));
  await vi.waitFor(() => expect(shown.texts('.file-fault')).toEqual(['It is larger than 10 bytes.', 'At most 2 files.']));
  await vi.waitFor(() => expect(values(shown)).toHaveLength(1));
  choose(shown, text('a.exe'));
  await vi.waitFor(() => expect(shown.texts('.file-fault')).toEqual(['Files of this kind are not taken here.']));
  expect(upload).toHaveBeenCalledTimes(1);
  expect(valid(shown)).toBe(true);
});

it('takes one file instead of the former, and gives it back', async () => {
  const shown = await show({ ...tree, multiple: false }, { upload: async (file) => kept(file) });
  choose(shown, text('a.txt'));
  await vi.waitFor(() => expect(values(shown)).toEqual([kept(text('a.txt'))]));
  choose(shown, text('b.txt'));
  await vi.waitFor(() => expect(values(shown)).toEqual([kept(text('b.txt'))]));
  shown.find('[aria-label="Remove b.txt"]').click();
  await shown.settled();
  expect(values(shown)).toEqual([]);
});

it('takes files that are dropped on it', async () => {
  const shown = await show(tree, { upload: async (file) => kept(file) });
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(text('a.txt'));
  const zone = shown.find('.dropzone');
  zone.dispatchEvent(new DragEvent('dragenter', { dataTransfer }));
  await shown.settled();
  expect(zone.hasAttribute('data-over')).toBe(true);
  zone.dispatchEvent(new DragEvent('drop', { dataTransfer, cancelable: true }));
  await vi.waitFor(() => expect(values(shown)).toHaveLength(1));
  expect(zone.hasAttribute('data-over')).toBe(false);
});

it('is required until there is a file, and says where nothing can be sent', async () => {
  const shown = await show({ ...tree, required: true });
  expect(valid(shown)).toBe(false);
  choose(shown, text('a.txt'));
  await vi.waitFor(() => expect(shown.texts('.file-fault')).toEqual(['Files cannot be sent from here.']));
});
