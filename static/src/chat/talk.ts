/** Chat: one open conversation, kept live; what a person says in it is never lost. Events: `change`, `ended`, `created`, `gone`,
 * `snapshot` (everything may be another now), `agent-seen`. */
import { ApiError } from '../api.ts';
import { live } from '../live/client.ts';
import type { LiveEvent } from '../live/protocol.ts';
import { follow } from '../panels/feed.ts';
import { chooseSession, newSession, sessionOf } from '../sessions/current.ts';
import type { WidgetSession } from '../sessions/session.ts';
import { Deeds } from './deeds.ts';
import { Delivering } from './delivering.ts';
import { wordsOf } from './faults.ts';
import { groupServer } from './group_server.ts';
import { NEW } from './keeping.ts';
import type { Keeping } from './keeping.ts';
import { LookingAfter } from './looking_after.ts';
import type { Outbox } from './outbox.ts';
import { others, withReading } from './people.ts';
import type { ReadUpTo } from './people.ts';
import { startTool } from './plugin_server.ts';
import { server } from './server.ts';
import type { Asking } from './server.ts';
import type { Conversation, Delta, Message, Sender } from './shapes.ts';
import { Transcript } from './transcript.ts';
import { SAY_EVERY, Typing } from './typing.ts';

export type TalkState = 'new' | 'loading' | 'ready' | 'failed' | 'gone';

/** Milliseconds that a snapshot may take. */
const SNAPSHOT_PATIENCE = 1_500;

export class Talk extends EventTarget {
  /** Undefined until the first message, or the first touch of a widget, makes the conversation. */
  id: string | undefined;
  /** What the conversation holds of widgets. */
  session: WidgetSession = newSession();
  conversation: Conversation | undefined;
  state: TalkState = 'new';
  failure = '';
  isLoadingEarlier = false;
  transcript = new Transcript();
  readonly delivering: Delivering;
  readonly deeds = new Deeds(this);
  readonly typing = new Typing(() => this.changed());
  readonly #answers = new LookingAfter(this);
  #leave: (() => void) | undefined;
  #leaveSession: (() => void) | undefined;
  #patience: ReturnType<typeof setTimeout> | undefined;
  #saidTyping = 0;

  constructor(
    readonly keeping: Keeping,
    readonly userId: string,
  ) {
    super();
    this.delivering = new Delivering(this, keeping);
  }

  /** What is on its way to the server. */
  get outbox(): Outbox {
    return this.delivering.outbox;
  }

  /** The place of this conversation's draft and unsent messages. */
  get place(): string {
    return this.id ?? NEW;
  }

  /** The app that the conversation belongs to; null when all may take part. */
  get app(): string | null {
    return this.conversation ? (this.conversation.app?.id ?? null) : this.session.app;
  }

  /** Goes over to a conversation, or with undefined to one that is still to be made, with `app` for that app alone. */
  open(id: string | undefined, app: string | null = null): void {
    this.close();
    this.id = id;
    this.#take(id === undefined ? newSession(app) : sessionOf(id));
    this.conversation = undefined;
    this.transcript = new Transcript();
    this.state = id === undefined ? 'new' : 'loading';
    this.failure = '';
    if (id !== undefined) this.#follow(id);
    this.delivering.goOn();
    this.changed();
  }

  /** Stops following; what is known stays until the next `open`. */
  close(): void {
    this.#leave?.();
    this.#leave = undefined;
    this.#leaveSession?.();
    this.#leaveSession = undefined;
    clearTimeout(this.#patience);
    this.#answers.clear();
    this.typing.clear();
    this.deeds.clear();
  }

  /** Says something: it is shown at once, and stays with a way to try again where it cannot be sent. */
  send(asking: Asking): void {
    this.#saidTyping = 0;
    this.delivering.say(asking);
  }

  /** Starts the tool of a plugin, in a new conversation where none is open. Rejects with ApiError where it is refused. */
  async start(pluginId: string, args: Record<string, unknown>, key: string): Promise<void> {
    const id = this.id ?? (await this.session.ready(`${key}-conversation`));
    const { message, answer } = await startTool(id, pluginId, args, key);
    if (this.id === id) [message, answer].forEach((said) => this.take(said));
  }

  /** The conversation's id; it is made where there is none yet. */
  ensure(): Promise<string> {
    return this.session.ready();
  }

  /** Tells the others that something is being written, now and then. */
  sayTyping(): void {
    const { id, conversation } = this;
    if (id === undefined || !conversation || others(conversation, this.userId).length === 0 || Date.now() - this.#saidTyping < SAY_EVERY) return;
    this.#saidTyping = Date.now();
    void groupServer.typing(id).catch(() => undefined);
  }

  /** Reads what could not be read. */
  reload(): void {
    this.open(this.id, this.session.app);
  }

  async loadEarlier(): Promise<void> {
    const first = this.transcript.messages[0];
    const { id, transcript } = this;
    if (!id || !first || !transcript.hasMore || this.isLoadingEarlier) return;
    this.isLoadingEarlier = true;
    this.changed();
    try {
      const page = await server.messages(id, first.number);
      if (transcript === this.transcript) transcript.prepend(page.messages, page.has_more);
      this.failure = '';
    } catch (error) {
      this.failure = wordsOf(error);
    } finally {
      this.isLoadingEarlier = false;
      this.changed();
    }
  }

  /** A message as the server has it: by the live connection, or by an answer, where that may be too slow, or not there. */
  take(message: Message): void {
    if (message.conversation_id !== this.id) return;
    if (this.state === 'loading') return void this.transcript.put(message); // the snapshot that comes shows it
    const { isNew, ended } = this.transcript.put(message);
    this.typing.said(message.sender.id);
    if (isNew && message.sender.user_id === this.userId) this.outbox.claim(message);
    if (ended && message.sender.kind !== 'user') this.dispatchEvent(new CustomEvent('ended', { detail: message }));
    this.#answers.heard(message.id);
    this.changed();
  }

  /** A message as it is on the server now. Rejects with ApiError. */
  async read(message: Pick<Message, 'id' | 'conversation_id'>): Promise<void> {
    this.take(await server.message(message));
  }

  /** The newest messages over HTTP, where the live connection does not bring them. */
  async catchUp(): Promise<void> {
    const { id, transcript } = this;
    if (!id) return;
    try {
      const page = await server.messages(id);
      if (transcript === this.transcript) this.#show(page.messages, page.has_more);
    } catch (error) {
      if (transcript !== this.transcript || this.state !== 'loading') return;
      if (error instanceof ApiError && error.status === 404) return this.#gone();
      this.failure = wordsOf(error);
      this.state = 'failed';
      this.changed();
    }
  }

  /** Tells whoever shows the conversation that something has changed. */
  changed(): void {
    this.dispatchEvent(new Event('change'));
  }

  #take(session: WidgetSession): void {
    this.session = session;
    this.#leaveSession = session.watch(() => {
      if (this.id === undefined && session.id !== undefined) this.#adopt(session.id);
      this.changed();
    });
    chooseSession(session);
  }

  /** The conversation has been made: by a message, or by a widget that was touched. What is being written moves to it. */
  #adopt(id: string): void {
    const draft = this.keeping.draft(NEW);
    this.keeping.keepDraft(id, draft);
    this.keeping.keepDraft(NEW, '');
    this.id = id;
    this.conversation = this.session.born as Conversation | undefined;
    this.state = 'ready';
    this.#follow(id);
    this.dispatchEvent(new Event('created'));
  }

  #follow(id: string): void {
    const { transcript } = this;
    const isShown = (): boolean => transcript === this.transcript;
    // Titles come on the person's own stream, because the list shows them too.
    const leaveOwn = follow(`user:${this.userId}`, { event: (event) => isShown() && this.#own(event) });
    const leave = live().subscribe(`conversation:${id}`, {
      snapshot: ({ data }) => {
        if (!isShown()) return;
        const { conversation, messages, has_more: hasMore } = data as {
          conversation: Conversation;
          messages: Message[];
          has_more: boolean;
        };
        this.conversation = conversation;
        this.#show(messages, hasMore);
        this.dispatchEvent(new Event('snapshot'));
      },
      event: (event) => isShown() && this.#event(event),
      ephemeral: ({ event, data }) => isShown() && this.#passing(event, data),
      error: ({ code }) => isShown() && code === 'NOT_FOUND' && this.#gone(),
    });
    this.#leave = () => [leave, leaveOwn].forEach((end) => end());
    this.#patience = setTimeout(() => this.state === 'loading' && void this.catchUp(), SNAPSHOT_PATIENCE);
  }

  #event({ event, data }: LiveEvent): void {
    if (event === 'message.put') this.take((data as { message: Message }).message);
    else if (event === 'conversation.removed') this.#gone();
    else if (event === 'conversation.put') this.#know((data as { conversation: Conversation }).conversation);
    else if (event === 'conversation.read') this.#readBy(data as ReadUpTo);
    else if (event === 'agent.seen') this.dispatchEvent(new CustomEvent('agent-seen', { detail: data }));
  }

  #know(conversation: Conversation): void {
    this.conversation = conversation;
    this.changed();
  }

  #readBy({ participant_id: id, number }: ReadUpTo): void {
    const known = this.conversation;
    if (known) this.#know(withReading(known, id, number));
  }

  #passing(event: string, data: unknown): void {
    if (event === 'message.delta') this.#delta(data as Delta);
    else if (event === 'typing') this.typing.heard((data as { participant: Sender }).participant, this.userId);
  }

  #own({ event, data }: LiveEvent): void {
    const { conversation } = data as { conversation?: Conversation };
    if (event === 'conversation.put' && conversation && conversation.id === this.id) this.#know(conversation);
    // Left, or taken out: on the conversation's own stream nothing comes any more.
    else if (event === 'conversation.removed' && (data as { conversation_id: string }).conversation_id === this.id) this.#gone();
  }

  #delta(delta: Delta): void {
    if (this.transcript.add(delta)) this.changed();
    this.#answers.heard(delta.message_id);
  }

  #show(messages: Message[], hasMore: boolean): void {
    clearTimeout(this.#patience);
    const wasThere = this.state === 'ready';
    const running = new Set(this.transcript.streaming.map(({ id }) => id));
    this.transcript.show(messages, hasMore);
    this.state = 'ready';
    this.failure = '';
    if (wasThere) {
      const ended = messages.filter(({ id, status }) => running.has(id) && status !== 'streaming');
      for (const message of ended) this.dispatchEvent(new CustomEvent('ended', { detail: message }));
    }
    for (const message of this.transcript.messages) {
      if (message.sender.user_id === this.userId) this.outbox.claim(message);
    }
    this.#answers.heard();
    this.changed();
  }

  #gone(): void {
    this.close();
    this.state = 'gone';
    this.dispatchEvent(new Event('gone'));
    this.changed();
  }
}
