/** Chat: one open conversation, kept live; what a person says in it is never lost. Events: `change`, `ended`, `created`, `gone`. */
import { ApiError } from '../api.ts';
import { t } from '../i18n.ts';
import { live } from '../live/client.ts';
import type { LiveEvent } from '../live/protocol.ts';
import { follow } from '../panels/feed.ts';
import { chooseSession, newSession, sessionOf } from '../sessions/current.ts';
import type { WidgetSession } from '../sessions/session.ts';
import { NEW } from './keeping.ts';
import { startTool } from './plugin_server.ts';
import type { Keeping } from './keeping.ts';
import { Outbox } from './outbox.ts';
import type { Outgoing } from './outbox.ts';
import { groupServer } from './group_server.ts';
import { others, withReading } from './people.ts';
import type { ReadUpTo } from './people.ts';
import { server } from './server.ts';
import type { Asking } from './server.ts';
import type { Conversation, Delta, Message, Sender } from './shapes.ts';
import { Transcript } from './transcript.ts';
import { SAY_EVERY, Typing } from './typing.ts';

export type TalkState = 'new' | 'loading' | 'ready' | 'failed' | 'gone';

/** Why something was refused. */
export interface Fault {
  code: string;
  words: string;
}

/** Milliseconds: how often an answer is looked after, after what silence it is read, and how long a snapshot may take. */
const TICK = 1_000;
const SILENCE = 8_000;
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
  readonly outbox: Outbox;
  readonly typing = new Typing(() => this.#changed());
  /** Messages on which something is being done, with what; and why the last attempt was refused. */
  readonly doing = new Map<string, string>();
  readonly faults = new Map<string, Fault>();
  #leave: (() => void) | undefined;
  #leaveSession: (() => void) | undefined;
  #patience: ReturnType<typeof setTimeout> | undefined;
  #ticker: ReturnType<typeof setTimeout> | undefined;
  #saidTyping = 0;
  /** The last delivery of each conversation: the next one waits for it, so that all arrive in the order of writing. */
  readonly #deliveries = new WeakMap<WidgetSession, Promise<void>>();
  #heard = new Map<string, number>();

  constructor(
    readonly keeping: Keeping,
    readonly userId: string,
  ) {
    super();
    this.outbox = new Outbox(keeping);
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
    for (const one of this.outbox.restore(this.place)) this.#deliver(one);
    this.#changed();
  }

  /** Stops following; what is known stays until the next `open`. */
  close(): void {
    this.#leave?.();
    this.#leave = undefined;
    this.#leaveSession?.();
    this.#leaveSession = undefined;
    clearTimeout(this.#patience);
    clearTimeout(this.#ticker);
    this.typing.clear();
    this.doing.clear();
    this.faults.clear();
    this.#heard.clear();
  }

  /** Says something: it is shown at once, and stays with a way to try again where it cannot be sent. */
  send(asking: Asking): void {
    this.#saidTyping = 0;
    this.#deliver(this.outbox.put(this.place, asking, this.transcript.last?.number ?? 0));
    this.#changed();
  }

  /** Starts the tool of a plugin, in a new conversation where none is open. Rejects with ApiError where it is refused. */
  async start(pluginId: string, args: Record<string, unknown>, key: string): Promise<void> {
    const id = this.id ?? (await this.session.ready(`${key}-conversation`));
    const { message, answer } = await startTool(id, pluginId, args, key);
    if (this.id === id) [message, answer].forEach((said) => this.#put(said));
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

  sendAgain(one: Outgoing): void {
    this.#deliver(one);
  }

  discard(one: Outgoing): void {
    this.outbox.drop(one);
    this.#changed();
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
    this.#changed();
    try {
      const page = await server.messages(id, first.number);
      if (transcript === this.transcript) transcript.prepend(page.messages, page.has_more);
      this.failure = '';
    } catch (error) {
      this.failure = wordsOf(error);
    } finally {
      this.isLoadingEarlier = false;
      this.#changed();
    }
  }

  /** A message as an answer of the server has it; the live connection may be too slow, or not there, to tell. */
  take(message: Message): void {
    this.#put(message);
  }

  /** The whole text of a message of which only the beginning is here; whether it could be had. */
  async readWhole(message: Message): Promise<boolean> {
    try {
      await this.#read(message);
      return true;
    } catch (error) {
      this.faults.set(message.id, { code: '', words: wordsOf(error) });
      this.#changed();
      return false;
    }
  }

  stop(message: Message): Promise<void> {
    return this.#act(message, 'stop', () => server.stop(message));
  }

  retry(message: Message): Promise<void> {
    return this.#act(message, 'retry', () => server.retry(message));
  }

  choose(message: Message, index: number): Promise<void> {
    return this.#act(message, `choose:${index}`, () => server.choose(message, index));
  }

  confirm(message: Message, accept: boolean): Promise<void> {
    return this.#act(message, accept ? 'accepted' : 'declined', () => server.confirm(message, accept));
  }

  /** Does one thing with a message: its answer is taken, a refusal is kept beside the message. */
  async #act(message: Message, what: string, call: () => Promise<Message>): Promise<void> {
    if (this.doing.has(message.id)) return;
    this.doing.set(message.id, what);
    this.faults.delete(message.id);
    this.#changed();
    const { transcript } = this;
    try {
      const answer = await call();
      if (transcript === this.transcript) this.#put(answer);
    } catch (error) {
      this.faults.set(message.id, { code: codeOf(error), words: wordsOf(error) });
    }
    // The message itself has changed too; the live connection may be too slow, or not there, to tell.
    if (transcript === this.transcript) await this.#read(message).catch(() => undefined);
    this.doing.delete(message.id);
    this.#changed();
  }

  /** Sends it once those before it were taken or refused; what the assistant answers is not waited for. */
  #deliver(one: Outgoing): void {
    const { session } = this;
    this.outbox.begin(one);
    this.#deliveries.set(session, (this.#deliveries.get(session) ?? Promise.resolve()).then(() => this.#ask(one, session)));
    this.#changed();
  }

  async #ask(one: Outgoing, session: WidgetSession): Promise<void> {
    try {
      const id = one.place === NEW ? await this.#make(one, session) : one.place;
      if (this.session === session) await session.settled(); // what was chosen in widgets is known to the answer
      const { message, answer } = await server.ask(id, one.asking, one.key);
      this.outbox.drop(one);
      if (this.id === id) [message, answer].forEach((said) => said && this.#put(said));
    } catch (error) {
      if (codeOf(error) === 'IDEMPOTENCY_RUNNING') {
        // from before a reload
        await new Promise((resolve) => setTimeout(resolve, TICK));
        return this.#ask(one, session);
      }
      this.#undelivered(one, error);
    }
    this.#changed();
  }

  #undelivered(one: Outgoing, error: unknown): void {
    const arrived = codeOf(error) === 'IDEMPOTENCY_ANSWER_LOST';
    if (!arrived && !one.seenAs) return this.outbox.fail(one, wordsOf(error));
    this.outbox.drop(one);
    void this.#readNewest();
  }

  /** Makes the conversation for its first message. Repeated after a failure it is still made once. */
  async #make(one: Outgoing, session: WidgetSession): Promise<string> {
    const id = await session.ready(`${one.key}-conversation`);
    this.outbox.move(one, id);
    return id;
  }

  #take(session: WidgetSession): void {
    this.session = session;
    this.#leaveSession = session.watch(() => {
      if (this.id === undefined && session.id !== undefined) this.#adopt(session.id);
      this.#changed();
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
      },
      event: (event) => isShown() && this.#event(event),
      ephemeral: ({ event, data }) => isShown() && this.#passing(event, data),
      error: ({ code }) => isShown() && code === 'NOT_FOUND' && this.#gone(),
    });
    this.#leave = () => [leave, leaveOwn].forEach((end) => end());
    this.#patience = setTimeout(() => this.state === 'loading' && void this.#readNewest(), SNAPSHOT_PATIENCE);
  }

  #event({ event, data }: LiveEvent): void {
    if (event === 'message.put') this.#put((data as { message: Message }).message);
    else if (event === 'conversation.removed') this.#gone();
    else if (event === 'conversation.put') this.#know((data as { conversation: Conversation }).conversation);
    else if (event === 'conversation.read') this.#readBy(data as ReadUpTo);
  }

  #know(conversation: Conversation): void {
    this.conversation = conversation;
    this.#changed();
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
    this.#heard.set(delta.message_id, Date.now());
    if (this.transcript.add(delta)) this.#changed();
    this.#lookAfter();
  }

  #put(message: Message): void {
    if (message.conversation_id !== this.id) return;
    const before = this.state;
    if (before === 'loading') return void this.transcript.put(message); // the snapshot that comes shows it
    const { isNew, ended } = this.transcript.put(message);
    this.typing.said(message.sender.id);
    if (isNew && message.sender.user_id === this.userId) this.outbox.claim(message);
    if (ended && message.sender.kind !== 'user') this.dispatchEvent(new CustomEvent('ended', { detail: message }));
    this.#heard.set(message.id, Date.now());
    this.#lookAfter();
    this.#changed();
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
    this.#lookAfter();
    this.#changed();
  }

  #gone(): void {
    this.close();
    this.state = 'gone';
    this.dispatchEvent(new Event('gone'));
    this.#changed();
  }

  /** While an answer is written: reads it where the live connection is away, has gone quiet, or pieces are missing. */
  #lookAfter(): void {
    clearTimeout(this.#ticker);
    if (this.transcript.streaming.length === 0) return;
    this.#ticker = setTimeout(() => void this.#tick(), TICK);
  }

  async #tick(): Promise<void> {
    const { transcript } = this;
    const isOnline = live().state === 'online';
    const unheard = transcript.streaming.filter(
      (message) => !isOnline || transcript.isBehind(message) || Date.now() - (this.#heard.get(message.id) ?? 0) > SILENCE,
    );
    await Promise.allSettled(unheard.map((message) => this.#read(message)));
    if (transcript !== this.transcript) return;
    const ended = unheard.some(({ id }) => transcript.get(id)?.status !== 'streaming');
    if (ended && !isOnline) await this.#readNewest(); // one question may have several answers
    this.#lookAfter();
  }

  async #read(message: Message): Promise<void> {
    const now = await server.message(message);
    if (message.conversation_id === this.id) this.#put(now);
  }

  /** The newest messages over HTTP, where the live connection does not bring them. */
  async #readNewest(): Promise<void> {
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
      this.#changed();
    }
  }

  #changed(): void {
    this.dispatchEvent(new Event('change'));
  }
}

/** What a failure says to a person. */
export function wordsOf(error: unknown): string {
  return error instanceof ApiError ? error.message : t('Something went wrong.');
}

function codeOf(error: unknown): string {
  return error instanceof ApiError ? error.code : '';
}
