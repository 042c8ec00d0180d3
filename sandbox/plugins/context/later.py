"""Stage: handlers. What of `context` this server does not have yet: each use is answered with an error that says so."""

from __future__ import annotations

from typing import Any, Final

from sandbox.isolates.exceptions import HostCallError
from sandbox.plugins.context.registry import ContextCall, ContextMethod

CODE: Final = "NOT_AVAILABLE"
_METHODS: Final = {
    "oauth": ("isConnected", "fetch", "getConnectionInfo"),
    "ai": ("chat", "analyze", "summarize", "listModels"),
    "files": ("upload", "list", "get", "getUrl", "delete"),
    "pdf": ("extractText",),
    "db": ("query",),
    "tasks": ("create", "list", "update", "delete"),
    "billing": ("chargeUsage",),
}
# Objects whose properties are read without a call: they throw where they are used.
ABSENT: Final = {
    name: f"context.{name} is not available on this server." for name in ("secrets", "userConfig", "publicApp")
}


def _refuse(call: ContextCall) -> Any:
    raise HostCallError(CODE, f"context.{call.method} is not available on this server.")


METHODS: Final = tuple(ContextMethod(f"{part}.{name}", _refuse) for part, names in _METHODS.items() for name in names)
