"""Stage: exceptions. Why a plugin is refused."""

from __future__ import annotations

from collections.abc import Sequence

from widgets_manager.apps.exceptions import sentence
from widgets_manager.core.exceptions import ApiError, Problem


class InvalidPlugin(ApiError):
    """A plugin with faults; the message is the first one with its place, `errors` has them all with line and file."""

    status = 422
    code = "INVALID_PLUGIN"

    def __init__(self, problems: Sequence[Problem]) -> None:
        first = problems[0]
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        super().__init__(sentence(first) + more, path=first.path, errors=problems)
