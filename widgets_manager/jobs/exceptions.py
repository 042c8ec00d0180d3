"""Stage: exceptions. How a handler says that its job is over, and how it learns that the job is no longer its own."""

from __future__ import annotations

from typing import Final

from widgets_manager.core.exceptions import Conflict

# The code of a job that stopped because nobody knows whether something it asked for was done.
OUTCOME_UNKNOWN: Final = "OUTCOME_UNKNOWN"


class QueueFull(Conflict):
    """As many jobs of the organisation wait as may; nothing was started."""

    code = "QUEUE_FULL"

    def __init__(self, most: int) -> None:
        super().__init__(
            f"{most:,} background jobs of your organisation are waiting, and no more may: try again when some have "
            "run, or cancel some on the Jobs page."
        )


class JobFailed(Exception):
    """Raised by a handler: trying again would not help. The message is shown to the job's owner; `code` is a word."""

    def __init__(self, message: str, code: str = "") -> None:
        super().__init__(message)
        self.code = code


class LeaseLost(Exception):
    """The job was cancelled, took too long or was handed to another worker: whoever gets this writes nothing more."""
