/** The seven kinds of widgets: what each takes, and the payload that carries it. */
import type { Place } from './messages.ts';

/** What every widget takes. */
export interface Prompt extends Place {
  /** What the answer's `ref` will say. A widget sent under an id used before replaces the older one. */
  id?: string;
  title: string;
  body?: string;
  /** A Date, or ISO 8601 text with a time zone. */
  expiresAt?: string | Date;
  /** `collective` makes it a vote of a group. */
  responseMode?: 'individual' | 'collective';
}

/** Answer: true or false. */
export interface ConfirmWidget extends Prompt {
  danger?: boolean;
  labels?: { yes?: string; no?: string };
}

export interface Option {
  id: string;
  label: string;
  description?: string;
}

/** Answer: the id of an option, or with `multi` a list of ids. */
export interface ChoiceWidget extends Prompt {
  options: readonly Option[];
  multi?: boolean;
}

/** Answer: `{ granted, scope }`. */
export interface PermissionWidget extends Prompt {
  scopes?: readonly string[];
  authorization?: Readonly<Record<string, unknown>>;
}

export interface Field {
  name: string;
  label: string;
  type:
    | 'text'
    | 'textarea'
    | 'number'
    | 'email'
    | 'url'
    | 'tel'
    | 'password'
    | 'checkbox'
    | 'select'
    | 'radio'
    | 'date'
    | 'time'
    | 'datetime';
  required?: boolean;
  min?: number | string;
  max?: number | string;
  pattern?: string;
  options?: readonly Option[];
  placeholder?: string;
  default?: unknown;
}

/** Answer: an object by field name. */
export interface FormWidget extends Prompt {
  fields: readonly Field[];
  submitLabel?: string;
}

/** Answer: only when the person cancels it. */
export interface ProgressWidget extends Prompt {
  /** 0 unless given. */
  value?: number;
  max?: number;
  cancellable?: boolean;
}

/** Answer: `{ files }`; the files are attachments of the message. `accept` has MIME types and `.endings`. */
export interface FilePickerWidget extends Prompt {
  multiple?: boolean;
  accept?: readonly string[];
  maxFiles?: number;
}

/** Answer: `{ mode, value }`, the value in ISO 8601. */
export interface DateTimeWidget extends Prompt {
  mode: 'date' | 'time' | 'datetime';
  min?: string;
  max?: string;
}

export type Kind = 'confirm' | 'choice' | 'permission' | 'form' | 'progress' | 'file-picker' | 'datetime';

/** The payload of a new widget. */
export function standard(kind: Kind, id: string, widget: Prompt): Record<string, unknown> {
  const { conversationId: _talk, to: _to, id: _id, expiresAt, responseMode, ...spec } = widget;
  return {
    type: 'widget.standard',
    id,
    v: 1,
    kind,
    spec,
    expires_at: moment(expiresAt),
    response_mode: responseMode,
  };
}

/** ISO 8601 in UTC. */
export function moment(value: string | Date | undefined): string | undefined {
  return value instanceof Date ? value.toISOString() : value;
}
