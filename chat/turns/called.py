"""Stage: validation. What came of one call of the model's: as it is told to the model, to people, to who asks why."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from widgets_manager.llm.types import ToolCall
from widgets_manager.packages.validation import strip_unseen
from widgets_manager.sessions.limits import fit

MAX_RESULT: Final = 16_000  # bytes of a result that the model is told
MAX_SUMMARY: Final = 200


@dataclass(frozen=True, slots=True)
class Called:
    """What came of one call. `result` is what the model is told, `summary` what people see of it.

    `confirmation` is the payload of a card that waits for the person's yes; nothing has been run then. `card` is what
    the page shows besides of a plugin's run: its state, its plugin, its output. `words` say it where no model does.
    """

    call: ToolCall
    tool: str
    success: bool
    result: str
    summary: str
    app: str | None = None
    code: str = ""
    confirmation: dict[str, Any] | None = None
    card: Mapping[str, Any] = field(default_factory=dict)
    words: str = ""

    def step(self) -> dict[str, Any]:
        """The step as the `why` view shows it."""
        outcome = "confirmation" if self.confirmation else "done" if self.success else "refused"
        step: dict[str, Any] = {**self._plain(), "app": self.app, "outcome": outcome}
        step |= {"run": self.card["run"]} if self.card.get("run") else {}
        return step | ({"code": self.code} if self.code else {})

    def shown(self) -> dict[str, Any]:
        """The call as the page shows it under the answer."""
        return {**self._plain(), **self.card}

    def _plain(self) -> dict[str, Any]:
        return {
            "tool": self.tool,
            "arguments": self.call.arguments,
            "success": self.success,
            "summary": self.summary,
        }


def told(value: dict[str, Any], limit: int = MAX_RESULT) -> str:
    """A result as the model reads it: bounded, without characters that people do not see."""
    return strip_unseen(json.dumps(fit(value, limit), ensure_ascii=False))
