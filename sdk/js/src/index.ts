/**
 * Agents for conversations of the Widget Manager.
 *
 *     const client = AgentClient.fromEnv();
 *     client.onMessage((message, agent) => agent.reply(message, `You said: ${message.text}`));
 *     await client.connect();
 */
export { Agent } from './agent.ts';
export type { Ask, Permission, Progress, SendMessage, UploadFile, WidgetUpdate } from './agent.ts';
export { AgentClient } from './client.ts';
export type { AgentOptions, MessageHandler } from './client.ts';
export {
  AgentError,
  Cancelled,
  ConfigurationError,
  Disconnected,
  Expired,
  NotAuthorized,
  Refused,
  Replaced,
  Unanswered,
} from './errors.ts';
export type { AgentAttachment, AgentMessage, Place, WidgetResponse } from './messages.ts';
export type { AgentSettings } from './settings.ts';
export type {
  ChoiceWidget,
  ConfirmWidget,
  DateTimeWidget,
  Field,
  FilePickerWidget,
  FormWidget,
  Option,
  PermissionWidget,
  ProgressWidget,
  Prompt,
} from './widgets.ts';
