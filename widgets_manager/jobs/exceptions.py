"""Stage: exceptions. How a handler says that its job is over, and how it learns that the job is no longer its own."""

from __future__ import annotations

from typing import Final

# The code of a job that stopped because nobody knows whether something it asked for was done.
OUTCOME_UNKNOWN: Final = "OUTCOME_UNKNOWN"


class JobFailed(Exception):
    """Raised by a handler: trying again would not help. The message is shown to the job's owner; `code` is a word."""

    def __init__(self, message: str, code: str = "") -> None:
        super().__init__(message)
        self.code = code


class LeaseLost(Exception):
    """The job was cancelled, took too long or was handed to another worker: whoever gets this writes nothing more."""
