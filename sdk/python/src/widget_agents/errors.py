"""What can go wrong, as one family of exceptions."""

from __future__ import annotations


class AgentError(Exception):
    """Every error of this package."""


class ConfigurationError(AgentError):
    """A setting is missing or malformed; the message names it."""


class NotAuthorized(AgentError):
    """The token is unknown, rotated or revoked. Connecting again would not help."""


class Replaced(AgentError):
    """Another process connected with the same token; this one must not fight it for the connection."""


class Disconnected(AgentError):
    """The client was closed before the server took the message."""


class Refused(AgentError):
    """The server did not take a message.

    `code` is for programs, `path` says where (as `spec.options[1].id`), None when the fault has no place.
    """

    def __init__(self, code: str, message: str, path: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.path = path


class Unanswered(AgentError):
    """A question has no answer: `ref` is the widget's id."""

    def __init__(self, ref: str, message: str) -> None:
        super().__init__(message)
        self.ref = ref


class Cancelled(Unanswered):
    """The person cancelled the widget."""


class Expired(Unanswered):
    """Nobody answered in time."""
