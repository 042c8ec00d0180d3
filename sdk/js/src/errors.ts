/** What can go wrong, as one family of errors. */

/** Every error of this package. */
export class AgentError extends Error {
  override get name(): string {
    return this.constructor.name;
  }
}

/** A setting is missing or malformed; the message names it. */
export class ConfigurationError extends AgentError {}

/** The token is unknown, rotated or revoked. Connecting again would not help. */
export class NotAuthorized extends AgentError {}

/** Another process connected with the same token; this one must not fight it for the connection. */
export class Replaced extends AgentError {}

/** The client was closed before the server took the message. */
export class Disconnected extends AgentError {}

/** The server did not take something. `code` is for programs, `path` says where (as `spec.options[1].id`). */
export class Refused extends AgentError {
  readonly code: string;
  readonly path: string | undefined;

  constructor(code: string, message: string, path?: string) {
    super(message);
    this.code = code;
    this.path = path;
  }
}

/** A question has no answer; `ref` is the widget's id. */
export class Unanswered extends AgentError {
  readonly ref: string;

  constructor(ref: string, message: string) {
    super(message);
    this.ref = ref;
  }
}

/** The person cancelled the widget. */
export class Cancelled extends Unanswered {}

/** Nobody answered in time. */
export class Expired extends Unanswered {}
