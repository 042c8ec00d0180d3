"""Stage: exceptions. How a handler says that its job is over, and how it learns that the job is no longer its own."""

from __future__ import annotations


class JobFailed(Exception):
    """Raised by a handler: trying again would not help. The message is shown to the job's owner."""


class LeaseLost(Exception):
    """The job was cancelled, took too long or was handed to another worker: whoever gets this writes nothing more."""
