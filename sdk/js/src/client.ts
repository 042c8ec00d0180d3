/** One agent's connection: hears people and runs the handler. */
import { Agent } from './agent.ts';
import type { Shared } from './agent.ts';
import { Blobs } from './blobs.ts';
import { Connection } from './connection.ts';
import type { ConnectionOptions } from './connection.ts';
import { Deliveries, Delivery } from './deliveries.ts';
import type { DeliveryOptions } from './deliveries.ts';
import { readMessage } from './messages.ts';
import type { AgentMessage, Frame } from './messages.ts';
import { Questions } from './questions.ts';
import { complete, readSettings } from './settings.ts';
import type { AgentSettings } from './settings.ts';

export type MessageHandler = (message: AgentMessage, agent: Agent) => unknown;

export interface AgentOptions extends AgentSettings, ConnectionOptions, Omit<DeliveryOptions, 'log'> {}

/**
 * A message is acknowledged after its handler ran through, and delivered again when the process died before: handlers
 * must stand being run twice.
 */
export class AgentClient extends Agent {
  readonly #shared: Shared;
  readonly #log: Pick<Console, 'info' | 'warn' | 'error'>;
  #handler: MessageHandler | undefined;

  /** Throws ConfigurationError. */
  constructor(options: AgentOptions) {
    const settings = complete(options);
    const connection = new Connection(settings, (frame) => this.#receive(frame), options);
    const deliveries = new Deliveries((frame) => connection.acknowledge(frame), options);
    const shared = { settings, connection, deliveries, blobs: new Blobs(settings), questions: new Questions() };
    super(shared);
    this.#shared = shared;
    this.#log = options.log ?? console;
  }

  /** An agent with the settings of the environment, else of a `.env` file. Node only. Throws ConfigurationError. */
  static fromEnv(file = '.env'): AgentClient {
    return new AgentClient(readSettings(file));
  }

  /** Whether the server hears this agent now. */
  get connected(): boolean {
    return this.#shared.connection.isOpen;
  }

  /** Set what is run for each message. */
  onMessage(handler: MessageHandler): void {
    this.#handler = handler;
  }

  /** Connect, and again after each break, until `close`. Rejects with NotAuthorized and Replaced. */
  async connect(): Promise<void> {
    if (!this.#handler) throw new TypeError('set a handler with onMessage before connect');
    try {
      await this.#shared.connection.run();
    } finally {
      this.#shared.questions.close();
    }
  }

  /** End `connect`. A closed client is not opened again. */
  close(): void {
    this.#shared.connection.close();
    this.#shared.questions.close();
  }

  #receive(frame: Frame): void {
    let message: AgentMessage;
    try {
      message = readMessage(frame, (blobId) => this.#shared.blobs.download(blobId));
    } catch (error) {
      this.#log.error(`widget-agents: a message that cannot be read was skipped: ${error}`);
      return;
    }
    const { questions, deliveries } = this.#shared;
    if (questions.settle(message)) deliveries.finish(frame);
    else deliveries.take(new Delivery(frame, message), (delivery) => this.#handle(delivery));
  }

  #handle(delivery: Delivery): unknown {
    return this.#handler?.(delivery.message, new Agent(this.#shared, delivery));
  }
}
