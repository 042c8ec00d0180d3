/** Playground: a draft as a link. All of it stands in the fragment, which browsers do not send to the server. */
import { locale, t } from '../../i18n.ts';
import { isRecord } from '../../declarative/tree.ts';

/** What is being written: the document, the files beside it, and the values that it is tried with. */
export interface Draft {
  source: string;
  values: string;
  files: Record<string, string>;
}

export const EMPTY: Draft = { source: '', values: '', files: {} };

/** Longer addresses are cut by some mail programs and chats. */
export const LONGEST_LINK = 30_000;
/** Of what a link unfolds to; the server takes no more either. */
const MOST_CHARACTERS = 1_000_000;
const PREFIX = 'draft=';

export class SharingError extends Error {}

/** The fragment of a link to the draft, without `#`. Throws SharingError for one that is too long. */
export async function fragmentOf(draft: Draft): Promise<string> {
  const bytes = await through(new TextEncoder().encode(JSON.stringify(draft)), new CompressionStream('deflate-raw'));
  const fragment = PREFIX + toBase64Url(bytes);
  if (fragment.length <= LONGEST_LINK) return fragment;
  const values = { length: fragment.length.toLocaleString(locale()), most: LONGEST_LINK.toLocaleString(locale()) };
  throw new SharingError(t('The link would have {length} characters; at most {most} arrive safely. Make the document or its values shorter.', values));
}

/** The draft of a fragment; undefined where it holds none. Throws SharingError for one that is damaged. */
export async function draftOf(fragment: string): Promise<Draft | undefined> {
  if (!fragment.startsWith(PREFIX)) return undefined;
  try {
    const bytes = await through(fromBase64Url(fragment.slice(PREFIX.length)), new DecompressionStream('deflate-raw'));
    return readDraft(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)));
  } catch {
    throw new SharingError(t('This link is damaged: a part of it may have been lost on its way.'));
  }
}

/** A draft from anywhere: only texts are taken from it. */
export function readDraft(given: unknown): Draft {
  if (!isRecord(given)) throw new TypeError('no draft');
  const files = isRecord(given['files']) ? given['files'] : {};
  const texts = Object.entries(files).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return { source: textOf(given['source']), values: textOf(given['values']), files: Object.fromEntries(texts) };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** All bytes that come out of a transformation. Stops at a size that no draft has. */
async function through(bytes: Uint8Array<ArrayBuffer>, transform: CompressionStream | DecompressionStream): Promise<Uint8Array<ArrayBuffer>> {
  const reader = new Blob([bytes]).stream().pipeThrough(transform).getReader();
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    chunks.push(read.value as Uint8Array<ArrayBuffer>);
    size += read.value.length;
    if (size > MOST_CHARACTERS) {
      await reader.cancel();
      throw new RangeError('too large');
    }
  }
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}

function toBase64Url(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

function fromBase64Url(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}
