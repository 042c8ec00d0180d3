"""Stage: exceptions. Why a package is refused."""

from __future__ import annotations

from collections.abc import Sequence

from widgets_manager.core.exceptions import ApiError, Problem


class InvalidManifest(ApiError):
    """A manifest with faults; the message is the first one with its path, `errors` has them all."""

    status = 422
    code = "INVALID_MANIFEST"

    def __init__(self, problems: Sequence[Problem]) -> None:
        first = problems[0]
        message = sentence(first)
        if len(problems) > 1:
            message += f" (and {len(problems) - 1} more)"
        super().__init__(message, path=first.path, errors=problems)


def sentence(problem: Problem) -> str:
    """The problem as one line: `intents[2].permission: 'admin' is not one of 'read', 'write'`."""
    return f"{problem.path or 'manifest'}: {problem.message}"
