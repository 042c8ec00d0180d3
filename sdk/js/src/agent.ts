/** What an agent can do: send messages and files, send widgets, ask and wait for the answer. */
import type { Blobs } from './blobs.ts';
import type { Connection } from './connection.ts';
import type { Deliveries, Delivery } from './deliveries.ts';
import { Cancelled, Expired, Refused } from './errors.ts';
import { newId } from './ids.ts';
import { writeAttachment } from './messages.ts';
import type { AgentAttachment, AgentMessage, Frame, Place } from './messages.ts';
import { encodePayload, encodeText } from './payload.ts';
import { before } from './questions.ts';
import type { Answer, Questions } from './questions.ts';
import type { AgentSettings } from './settings.ts';
import { moment, standard } from './widgets.ts';
import type * as widgets from './widgets.ts';

/** A question waits for its answer at most `timeout` milliseconds, and no longer than until its `expiresAt`. */
export type Ask<Widget> = Widget & { timeout?: number };

export interface SendMessage extends Place {
  text: string;
  replyToMessageId?: string;
  attachments?: readonly AgentAttachment[];
  toDeviceId?: string;
}

export interface WidgetUpdate extends Place {
  /** The widget's id. */
  ref: string;
  /** Laid over the widget's own, key by key. */
  spec?: Readonly<Record<string, unknown>>;
  expiresAt?: string | Date;
}

export interface UploadFile {
  name: string;
  data: Uint8Array;
  mime?: string;
  width?: number;
  height?: number;
  durationMs?: number;
}

/** The answer to a permission widget. */
export interface Permission {
  granted: boolean;
  /** The one picked; absent when denied or when none was offered. */
  scope?: string;
}

/** A progress widget that is shown. */
export interface Progress {
  readonly ref: string;
  /** Whether the person pressed Cancel. */
  readonly cancelled: boolean;
  /** Move it on: `value`, `body`, `title`, `max`. Throws Cancelled once the person pressed Cancel. */
  update(spec: Readonly<Record<string, unknown>>): Promise<void>;
}

/** What all agents of one connection share. */
export interface Shared {
  settings: Required<AgentSettings>;
  connection: Connection;
  deliveries: Deliveries;
  blobs: Blobs;
  questions: Questions;
}

const GRACE = 2_000; // an answer given at the last moment is still on its way

/**
 * Every `send…` resolves when the server has stored the message; without a connection it waits for the next one. They
 * reject with Refused when the server says no. Every `ask…` rejects with Cancelled, and with Expired after its time.
 */
export class Agent {
  readonly #shared: Shared;
  readonly #delivery: Delivery | undefined;

  /** @internal */
  constructor(shared: Shared, delivery?: Delivery) {
    this.#shared = shared;
    this.#delivery = delivery;
  }

  get agentId(): string {
    return this.#shared.settings.agentId;
  }

  /** Send a text, with files or without; the message's id. */
  sendMessage(message: SendMessage): Promise<string> {
    return this.#send(message, encodeText(message.text), {
      reply_to_message_id: message.replyToMessageId,
      to_device_id: message.toDeviceId,
      attachments: message.attachments?.length ? message.attachments.map(writeAttachment) : undefined,
    });
  }

  /** Answer a message, quoting it. */
  reply(message: AgentMessage, text: string, attachments: readonly AgentAttachment[] = []): Promise<string> {
    return this.sendMessage({ ...message.place, text, replyToMessageId: message.id, attachments });
  }

  /** Store a file for `attachments` of one message or several. Rejects with NotAuthorized, Refused, or as `fetch`. */
  async uploadFile(file: UploadFile): Promise<AgentAttachment> {
    const { id: blobId, sha256 } = await this.#shared.blobs.upload(file.data);
    const { data, mime = 'application/octet-stream', ...known } = file;
    return {
      ...known,
      id: newId(),
      mime,
      size: data.length,
      blobId,
      ...(sha256 === undefined ? {} : { sha256 }),
      download: () => this.#shared.blobs.download(blobId),
    };
  }

  /** The content of a file. Rejects with NotAuthorized, Refused, or as `fetch`. */
  downloadAttachment(attachment: AgentAttachment): Promise<Uint8Array> {
    return this.#shared.blobs.download(attachment.blobId);
  }

  /** Ask for a yes or a no; the widget's id. Use it before what cannot be undone, with `danger: true`. */
  sendConfirmWidget(widget: widgets.ConfirmWidget): Promise<string> {
    return this.#sendWidget('confirm', widget);
  }

  /** Let the person pick one of the options, or several with `multi: true`; the widget's id. */
  sendChoiceWidget(widget: widgets.ChoiceWidget): Promise<string> {
    return this.#sendWidget('choice', widget);
  }

  /** Ask for leave to do something, in one of the scopes; the widget's id. */
  sendPermissionWidget(widget: widgets.PermissionWidget): Promise<string> {
    return this.#sendWidget('permission', widget);
  }

  /** Ask for several values at once; the widget's id. */
  sendFormWidget(widget: widgets.FormWidget): Promise<string> {
    return this.#sendWidget('form', widget);
  }

  /** Show how far something is; the widget's id. `sendWidgetUpdate` moves it on. */
  sendProgressWidget(widget: widgets.ProgressWidget): Promise<string> {
    return this.#sendWidget('progress', { value: 0, ...widget });
  }

  /** Ask for files of the person; the widget's id. */
  sendFilePickerWidget(widget: widgets.FilePickerWidget): Promise<string> {
    return this.#sendWidget('file-picker', widget);
  }

  /** Ask for a date, a time, or both; the widget's id. */
  sendDateTimeWidget(widget: widgets.DateTimeWidget): Promise<string> {
    return this.#sendWidget('datetime', widget);
  }

  /** Change a widget that was sent; the update's id. */
  async sendWidgetUpdate(update: WidgetUpdate): Promise<string> {
    const id = newId();
    const patch = { spec: update.spec, expires_at: moment(update.expiresAt) };
    await this.#send(update, encodePayload(JSON.stringify({ type: 'widget.update', id, v: 1, ref: update.ref, patch })));
    return id;
  }

  /** Whether the person said yes. */
  async askConfirm(widget: Ask<widgets.ConfirmWidget>): Promise<boolean> {
    return (await this.#ask('confirm', widget)).widgetResponse.value === true;
  }

  /** The id of the option the person picked, or with `multi: true` the list of ids. */
  askChoice(widget: Ask<widgets.ChoiceWidget> & { multi: true }): Promise<string[]>;
  askChoice(widget: Ask<widgets.ChoiceWidget> & { multi?: false }): Promise<string>;
  async askChoice(widget: Ask<widgets.ChoiceWidget>): Promise<string | string[]> {
    return (await this.#ask('choice', widget)).widgetResponse.value as string | string[];
  }

  /** Whether the person granted it, and in which scope. */
  async askPermission(widget: Ask<widgets.PermissionWidget>): Promise<Permission> {
    return (await this.#ask('permission', widget)).widgetResponse.value as Permission;
  }

  /** The values by field name. */
  async askForm(widget: Ask<widgets.FormWidget>): Promise<Record<string, unknown>> {
    return (await this.#ask('form', widget)).widgetResponse.value as Record<string, unknown>;
  }

  /** The files the person picked; each has `download()`. */
  async askFilePicker(widget: Ask<widgets.FilePickerWidget>): Promise<readonly AgentAttachment[]> {
    return (await this.#ask('file-picker', widget)).attachments;
  }

  /** What the person picked, in ISO 8601: a date, a time, or both, as `mode` says. */
  async askDateTime(widget: Ask<widgets.DateTimeWidget>): Promise<string> {
    return ((await this.#ask('datetime', widget)).widgetResponse.value as { value: string }).value;
  }

  /** A progress widget for the time of `work`; what `work` returns. */
  async progress<T>(widget: widgets.ProgressWidget, work: (progress: Progress) => Promise<T>): Promise<T> {
    const ref = widget.id ?? newId();
    const place: Place = { conversationId: widget.conversationId, to: widget.to };
    const { answer, end } = this.#shared.questions.ask(place.conversationId, ref);
    let cancelled = false;
    void answer.then(
      () => (cancelled = true),
      () => (cancelled = true),
    );
    try {
      await this.#sendWidget('progress', { value: 0, ...widget, id: ref });
      return await work({
        ref,
        get cancelled() {
          return cancelled;
        },
        update: async (spec) => {
          if (cancelled) throw new Cancelled(ref, `${ref} was cancelled`);
          await this.sendWidgetUpdate({ ...place, ref, spec });
        },
      });
    } finally {
      end();
    }
  }

  async #ask(kind: widgets.Kind, { timeout, ...widget }: Ask<widgets.Prompt>): Promise<Answer> {
    const ref = widget.id ?? newId();
    const expiresAt = timeout === undefined ? widget.expiresAt : new Date(Date.now() + timeout);
    const until = expiresAt === undefined ? undefined : new Date(expiresAt).getTime() + GRACE;
    const { answer, end } = this.#shared.questions.ask(widget.conversationId, ref);
    try {
      const asking = this.#sendWidget(kind, { ...widget, id: ref, ...(expiresAt === undefined ? {} : { expiresAt }) });
      const answered = asking.then(() => this.#shared.deliveries.waitForAPerson(this.#delivery, answer));
      const given = await before(until, ref, answered);
      if (given.widgetResponse.cancelled) throw new Cancelled(ref, `${ref} was cancelled`);
      return given;
    } catch (error) {
      if (!(error instanceof Refused) || error.path !== 'expires_at') throw error;
      throw new Expired(ref, `${ref} came to the server too late`);
    } finally {
      end();
    }
  }

  async #sendWidget(kind: widgets.Kind, widget: widgets.Prompt): Promise<string> {
    const id = widget.id ?? newId();
    await this.#send(widget, encodePayload(JSON.stringify(standard(kind, id, widget))));
    return id;
  }

  async #send(place: Place, payload: string, more: Frame = {}): Promise<string> {
    const id = newId();
    const frame = { type: 'MSG', id, conversation_id: place.conversationId, to: place.to, payload_b64: payload };
    await this.#shared.connection.send({ ...frame, encrypted: false, ...more });
    return id;
  }
}
