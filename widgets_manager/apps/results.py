"""Stage: models. What tools, functions and requests answer with."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class ActionResult:
    """What a function answers: `data` is any JSON value; without success, `error` is a sentence for people."""

    success: bool
    data: Any = None
    error: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """`{success, data, error}`."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class ToolResult:
    """What calling a tool gave; `tool` is the name as it was asked for."""

    tool: str
    success: bool
    data: Any = None
    error: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """`{success, data, error}`, as the effect of an action carries it."""
        return {"success": self.success, "data": self.data, "error": self.error}


@dataclass(frozen=True, slots=True)
class Resolved:
    """The value of a source or the answer of a request: any JSON value, and an HTTP status."""

    value: Any
    status: int = 200

    @property
    def success(self) -> bool:
        """Whether the status says so."""
        return 200 <= self.status < 300

    @property
    def error(self) -> str | None:
        """What went wrong, for people; None where nothing did. A refusal is `{"error": {"code", "message"}}`."""
        if self.success:
            return None
        refusal = self.value.get("error") if isinstance(self.value, dict) else None
        message = refusal.get("message") if isinstance(refusal, dict) else None
        return str(message) if message else f"The address answered with status {self.status}."

    def as_dict(self) -> dict[str, Any]:
        """`{success, data, error}`, as the effect of an action carries it."""
        return {"success": self.success, "data": self.value, "error": self.error}
