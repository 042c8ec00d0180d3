"""Stage: exceptions. Why an app is refused."""

from __future__ import annotations

from collections.abc import Sequence

from widgets_manager.core.exceptions import ApiError, Problem


class InvalidApp(ApiError):
    """An app with faults; the message is the first one with its place, `errors` has them all with line and file."""

    status = 422
    code = "INVALID_APP"

    def __init__(self, problems: Sequence[Problem]) -> None:
        first = problems[0]
        message = sentence(first)
        if len(problems) > 1:
            message += f" (and {len(problems) - 1} more)"
        super().__init__(message, path=first.path, errors=problems)


def sentence(problem: Problem) -> str:
    """The problem as one line: `app.yaml:12: widgets.chat_side.tree: unknown primitive …`."""
    place = problem.file or ""
    if problem.line is not None:
        place = f"{place}:{problem.line}" if place else f"line {problem.line}"
    return ": ".join(part for part in (place, problem.path, problem.message) if part)
