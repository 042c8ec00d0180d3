"""Stage: exceptions. A panel's own refusal: what was asked is sound, but does not fit what the panel holds."""

from __future__ import annotations

from collections.abc import Sequence

from widgets_manager.widgets.panel import ResultItem


class Refusal(Exception):
    """Answered as `{success: false, error, items}`; `candidates` are what may have been meant. Nothing is written."""

    def __init__(self, message: str, candidates: Sequence[ResultItem] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.candidates = tuple(candidates)
