/** Chat: the shapes in which the server shows conversations, messages and what came about. */
import type { PluginRun, PluginStartPayload, PluginWidgetPayload, StreamEvent } from './plugin_shapes.ts';
import type { TreeNode } from '../declarative/tree.ts';

export interface Sender {
  id: string;
  kind: 'user' | 'assistant' | 'agent';
  user_id: string | null;
  agent_id: string | null;
  name: string;
}

/** Who takes part, or took part. */
export interface Participant extends Sender {
  /** The newest message that they have seen. */
  last_read_number: number;
  left: boolean;
}

export interface Conversation {
  id: string;
  title: string;
  participants: Participant[];
  /** The one app that it belongs to; none: all apps may take part. */
  app?: { id: string; name: string } | null;
  /** Number of its newest message. */
  last_number: number;
  last_message: LastMessage | null;
  created_at: string;
  updated_at: string;
}

/** The newest message, shortened. */
export interface LastMessage {
  sender_id: string;
  name: string;
  text: string;
  status: MessageStatus;
  created_at: string;
}

/** A file; `mime` is by its content, width and height are a picture's pixels. */
export interface Attachment {
  id: string;
  name: string;
  mime: string;
  size: number;
  width: number | null;
  height: number | null;
  url: string;
}

export type MessageStatus = 'streaming' | 'complete' | 'failed' | 'interrupted';

export interface Message {
  id: string;
  conversation_id: string;
  /** Position in the conversation, without gaps. */
  number: number;
  sender: Sender;
  /** Of an agent's long text only the beginning, until the whole is asked for. */
  text: string;
  text_length: number;
  payload: Payload;
  status: MessageStatus;
  reply_to: string | null;
  /** What it replies to, shortened. */
  quote: { id: string; name: string; text: string } | null;
  attachments: Attachment[];
  created_at: string;
  updated_at: string;
}

/** One row of a result list. */
export interface ResultItem {
  id: string;
  type: string;
  title?: string;
  subtitle?: string;
  url?: string;
  data?: Record<string, unknown>;
}

export interface IntentResult {
  success: boolean;
  message?: string;
  error?: string;
  title?: string;
  subtitle?: string;
  items?: ResultItem[];
  totalCount?: number;
  showInViewPanel?: string;
  navigateTo?: string;
  openUrl?: string;
}

/** What is to be run, exactly. */
export interface IntentArgs {
  panelId: string;
  intentName: string;
  params: Record<string, unknown>;
}

export interface ResultPayload {
  type: 'result';
  panel_id: string;
  intent: string;
  params: Record<string, unknown>;
  result: IntentResult;
}

export interface ConfirmationPayload {
  type: 'confirmation';
  confirmationId: string;
  summary: string;
  args: IntentArgs;
  answer?: 'accepted' | 'declined';
}

export interface ChoicesPayload {
  type: 'choices';
  choices: (IntentArgs & { label: string })[];
  /** Index of the one taken. */
  chosen?: number;
}

export interface ErrorPayload {
  type: 'error';
  code: string;
  message: string;
}

/** A widget that stands here in the conversation; the session knows what it shows. */
export interface WidgetPayload {
  type: 'widget';
  widget_id: string;
  app: string | null;
  title?: string;
}

/** What a person did with a widget. */
export interface WidgetEventPayload {
  type: 'widget_event';
  widget_id: string;
  action_id?: string;
  tool?: string;
  success?: boolean;
}

/** What a widget said in a person's name, with their leave. */
export interface WidgetMessagePayload {
  type: 'widget_message';
  /** Title of its place, as it was then. */
  widget: string;
  instance_id: string;
}

/** A structured prompt of an agent; `tree` shows it, and what people answered stands in `answers`. */
export interface AgentWidgetPayload {
  type: 'agent_widget';
  prompt_id: string;
  kind: 'confirm' | 'choice' | 'permission' | 'form' | 'progress' | 'file-picker' | 'datetime';
  spec: Record<string, unknown>;
  tree: TreeNode;
  state: 'open' | 'answered' | 'expired' | 'cancelled' | 'replaced';
  /** Id of the only person who may answer; null: everybody, once each. */
  asked: string | null;
  answers: AgentAnswer[];
  expires_at: string | null;
  response_mode: 'individual' | 'collective';
}

export interface AgentAnswer {
  /** Id of the person. */
  user: string;
  name: string;
  value: unknown;
  cancelled: boolean;
  at: string;
}

/** What a person answered to an agent's widget, said as a message of theirs. */
export interface AgentAnswerPayload {
  type: 'agent_answer';
  prompt_id: string;
  /** Id of the message that asked. */
  message_id: string;
  cancelled: boolean;
}

/** A tool that was called on the way to an answer; one of a plugin has more (`PluginRun`). */
export interface ToolUse extends Partial<PluginRun> {
  tool: string;
  arguments?: unknown;
  success: boolean;
  summary?: string;
}

/** `{}` is plain text. A type that this page does not know is shown as its text. */
export type Payload =
  | ResultPayload
  | ConfirmationPayload
  | ChoicesPayload
  | ErrorPayload
  | WidgetPayload
  | WidgetEventPayload
  | WidgetMessagePayload
  | AgentWidgetPayload
  | AgentAnswerPayload
  | PluginWidgetPayload
  | PluginStartPayload
  | { type?: 'tools'; tools?: ToolUse[]; streams?: StreamEvent[] };

/** One step of an answer: an intent or a tool with its outcome, or that the model only talked or asked back. */
export interface Step extends Partial<IntentArgs> {
  outcome: string;
  tool?: string;
  /** Slug of the app whose tool it is. */
  app?: string | null;
  arguments?: unknown;
  code?: string;
  candidates?: unknown[];
}

export interface Why {
  provider: string;
  model: string;
  generation: string;
  prompt_section: string;
  visible_panel_ids: string[] | null;
  focused_panel_id: string;
  steps: Step[];
}

export interface Provider {
  label: string;
  offline: boolean;
}

/** A piece of an answer; `length` is that of the whole text with it, in characters (code points). */
export interface Delta {
  message_id: string;
  text: string;
  length: number;
}
