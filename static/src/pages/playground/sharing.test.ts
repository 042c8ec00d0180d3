/** Links to drafts. */
import { expect, it } from 'vitest';
import { EMPTY, LONGEST_LINK, SharingError, draftOf, fragmentOf, readDraft } from './sharing.ts';

const DRAFT = { source: 'type: text\ntext: "Grüße, 世界 {{ctx.x}}"\n', values: '{"ctx": {"x": 1}}', files: { 'widgets/a.yaml': 'type: divider' } };

it('test_it_works', async () => {
  const fragment = await fragmentOf(DRAFT);
  expect(fragment).toMatch(/^draft=[\w-]+$/);
  expect(await draftOf(fragment)).toEqual(DRAFT);
});

it('is made smaller than it is', async () => {
  const long = { ...EMPTY, source: DRAFT.source.repeat(200) };
  expect((await fragmentOf(long)).length).toBeLessThan(long.source.length / 10);
});

it('refuses what would be too long for an address, with both numbers', async () => {
  const noise = Array.from(crypto.getRandomValues(new Uint8Array(40_000)), (byte) => byte.toString(16)).join('');
  await expect(fragmentOf({ ...EMPTY, source: noise })).rejects.toThrow(SharingError);
  await expect(fragmentOf({ ...EMPTY, source: noise })).rejects.toThrow(LONGEST_LINK.toLocaleString());
});

it.each(['draft=', 'draft=!!', 'draft=abcd', 'draft=q1YqSy0qzszPU7JSSs'])('says that %s is damaged', async (fragment) => {
  await expect(draftOf(fragment)).rejects.toThrow(/damaged/);
});

it('does not unfold without end', async () => {
  const bomb = new Blob(['"' + 'a'.repeat(5_000_000) + '"']).stream().pipeThrough(new CompressionStream('deflate-raw'));
  const packed = new Uint8Array(await new Response(bomb).arrayBuffer());
  const fragment = `draft=${Buffer.from(packed).toString('base64url')}`;
  await expect(draftOf(fragment)).rejects.toThrow(/damaged/);
});

it('leaves other fragments alone', async () => {
  expect(await draftOf('example=table')).toBeUndefined();
});

it('takes only texts', () => {
  expect(readDraft({ source: 1, files: { a: 'x', b: 2 }, other: true })).toEqual({ source: '', values: '', files: { a: 'x' } });
});
