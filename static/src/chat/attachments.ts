/** Chat: the files of a message: pictures as pictures, everything else as a line to download. */
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { writtenSize } from '../declarative/sizes.ts';
import { locale, t } from '../i18n.ts';
import type { Attachment } from './shapes.ts';

/** What every browser shows; larger ones are downloaded only when asked for. Bytes. */
const PICTURES: ReadonlySet<string> = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif']);
const MOST_SHOWN = 10_000_000;
const ICONS: readonly [RegExp, string][] = [
  [/^image\//, 'image'],
  [/^video\//, 'movie'],
  [/^audio\//, 'audio_file'],
  [/pdf$/, 'picture_as_pdf'],
  [/zip|gzip|7z/, 'folder_zip'],
  [/^text\/|json|xml|yaml/, 'description'],
];

export function isPicture({ mime, size }: Pick<Attachment, 'mime' | 'size'>): boolean {
  return PICTURES.has(mime) && size <= MOST_SHOWN;
}

export function iconOfFile(mime: string): string {
  return ICONS.find(([kind]) => kind.test(mime))?.[1] ?? 'draft';
}

export function attachmentsView(files: readonly Attachment[]): TemplateResult | typeof nothing {
  if (files.length === 0) return nothing;
  return html`<ul class="chat-files" aria-label=${t('Files')}>${files.map((file) => html`<li>${isPicture(file) ? picture(file) : line(file)}</li>`)}</ul>`;
}

/** Opens larger in a dialog; its place is kept while it loads. */
function picture(file: Attachment): TemplateResult {
  const { name, url, width, height } = file;
  const open = async (): Promise<void> => {
    const { showPicture } = await import('./picture.ts');
    showPicture(file);
  };
  return html`<button type="button" class="chat-picture" aria-label=${t('Show {name}', { name })} title=${name} @click=${open}>
    <img src=${url} alt=${name} width=${width ?? nothing} height=${height ?? nothing} loading="lazy" decoding="async" />
  </button>`;
}

function line({ name, mime, size, url }: Attachment): TemplateResult {
  return html`<a class="chat-file" href=${url} download=${name} title=${name}>
    <wa-icon name=${iconOfFile(mime)} aria-hidden="true"></wa-icon>
    <span class="chat-file-name">${name}</span>
    <span class="caption">${writtenSize(size, locale())}</span>
    <wa-icon name="download" aria-hidden="true"></wa-icon><span class="visually-hidden">${t('Download')}</span>
  </a>`;
}
