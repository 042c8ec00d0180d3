/** Chat: the files that a message being written will carry: on their way, there, or refused. Event: `change`. No DOM here. */
import { ApiError, api } from '../api.ts';
import { t, tn } from '../i18n.ts';
import type { Attachment } from './shapes.ts';
import { wordsOf } from './faults.ts';
import { uploadAttachment } from './upload.ts';

/** What the server takes: files with a message; and megabytes of one, where the page does not say it. */
const MOST_FILES = 10;
const USUAL_MB = 25;

export interface Draft {
  key: number;
  file: Pick<File, 'name' | 'size' | 'type'>;
  /** The share that has been sent, from 0 to 1. */
  share: number;
  attachment?: Attachment;
  fault?: string;
  running: AbortController;
}

type Upload = typeof uploadAttachment;

export class Attaching extends EventTarget {
  drafts: readonly Draft[] = [];
  #keys = 0;

  /** `conversation` makes the conversation where there is none yet. */
  constructor(
    private readonly conversation: () => Promise<string>,
    private readonly upload: Upload = uploadAttachment,
  ) {
    super();
  }

  get isBusy(): boolean {
    return this.drafts.some(({ attachment, fault }) => attachment === undefined && fault === undefined);
  }

  /** Those that are there. */
  get ready(): Attachment[] {
    return this.drafts.flatMap(({ attachment }) => (attachment ? [attachment] : []));
  }

  /** Begins to send files; what is too large or too many says so and is not sent. */
  add(files: readonly File[]): void {
    for (const file of files) {
      const isFull = this.drafts.filter(({ fault }) => fault === undefined).length >= MOST_FILES;
      const fault = isFull ? tn('At most {count} file.', 'At most {count} files.', MOST_FILES) : faultOf(file);
      const draft: Draft = { key: (this.#keys += 1), file, share: 0, running: new AbortController(), ...(fault ? { fault } : {}) };
      this.drafts = [...this.drafts, draft];
      if (!fault) void this.#send(draft, file);
    }
    this.#changed();
  }

  /** Takes one back; the server forgets what it has of it. */
  drop(draft: Draft): void {
    draft.running.abort();
    this.drafts = this.drafts.filter(({ key }) => key !== draft.key);
    if (draft.attachment) void api.delete(draft.attachment.url).catch(() => undefined); // else it goes by itself after a day
    this.#changed();
  }

  /** Hands over those that are there, for a message; what was refused is forgotten. */
  take(): Attachment[] {
    const { ready } = this;
    this.drafts = [];
    this.#changed();
    return ready;
  }

  /** Another conversation: what was meant for the last one is taken back. */
  clear(): void {
    for (const draft of this.drafts) this.drop(draft);
  }

  async #send(draft: Draft, file: File): Promise<void> {
    const { signal } = draft.running;
    const progress = (share: number): void => this.#set(draft, { share });
    try {
      const id = await this.conversation();
      this.#set(draft, { attachment: await this.upload(id, file, progress, signal), share: 1 });
    } catch (error) {
      if (!signal.aborted) this.#set(draft, { fault: error instanceof ApiError ? error.message : wordsOf(error) });
    }
  }

  #set(draft: Draft, change: Partial<Draft>): void {
    Object.assign(draft, change);
    this.#changed();
  }

  #changed(): void {
    this.dispatchEvent(new Event('change'));
  }
}

function faultOf({ size }: File): string | undefined {
  if (size === 0) return t('It is empty.');
  const most = Number(globalThis.document?.body.dataset['fileMb'] ?? USUAL_MB);
  return size > most * 1_000_000 ? t('It is larger than {size} MB.', { size: most }) : undefined;
}
