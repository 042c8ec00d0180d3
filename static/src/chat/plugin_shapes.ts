/** Chat: the shapes of what plugins do in a conversation. */

export interface PluginName {
  id: string;
  name: string;
}

/** A picture or a file that a run has returned; without `url` it was too large to be shown. */
export interface Media {
  kind: 'image' | 'file';
  name: string;
  mime: string;
  /** Bytes; null where nobody has said it. */
  size: number | null;
  url: string;
}

/** What a run of a plugin's tool adds to a tool that was called. */
export interface PluginRun {
  state: 'running' | 'done' | 'failed';
  plugin: PluginName;
  /** Id in the run log. */
  run?: string;
  milliseconds?: number;
  output?: unknown;
  error?: { code: string; message: string };
  media?: Media[];
  /** The job that goes on in the background. */
  job?: string;
}

/** The newest event of its kind that a run has streamed. */
export interface StreamEvent {
  run: string;
  plugin: string;
  type: string;
  data: unknown;
}

/** The place of a plugin's widget. */
export interface PluginWidgetPayload {
  type: 'plugin_widget';
  instance_id: string;
  widget_id: string;
  title: string;
}

/** What a person has started: a tool, or a skill for the message that says so. */
export interface PluginStartPayload {
  type: 'plugin_start';
  kind: 'tool' | 'skill';
  plugin: PluginName;
  tool?: string;
  arguments?: Record<string, unknown>;
}

/** What a person may start. */
export interface Startable {
  id: string;
  kind: 'tool' | 'skill';
  name: string;
  tool: string;
  description: string;
  trigger: 'always' | 'auto' | 'manual';
  permission: 'read' | 'write';
  /** JSON Schema; null of a skill. */
  parameters: Record<string, unknown> | null;
  examples: string[];
}
