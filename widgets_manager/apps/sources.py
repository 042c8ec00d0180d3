"""Stage: handlers. The value of a data source, with the expressions in it evaluated for one session."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from widgets_manager.apps.requests import send_request
from widgets_manager.apps.results import Resolved
from widgets_manager.apps.tools import call_tool, changes_things, require_pushed_tool
from widgets_manager.core.actor import Actor
from widgets_manager.core.exceptions import InvalidInput
from widgets_manager.declarative.evaluation import evaluate
from widgets_manager.declarative.expressions import ExpressionError
from widgets_manager.declarative.problems import step, unknown
from widgets_manager.declarative.values import dig, is_missing
from widgets_manager.widgets.models import InstalledWidget

TYPES: Final = ("http", "state", "static", "tool")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """Who asks for the value of a source, and what its expressions read.

    `pushed` says that it is of a tree that nobody declared, which needs grants.
    """

    actor: Actor
    app: InstalledWidget | None
    state: Mapping[str, Any] = field(default_factory=dict)
    ctx: Mapping[str, Any] = field(default_factory=dict)
    session_id: uuid.UUID | None = None
    pushed: bool = False

    def evaluated(self, value: Any, path: str) -> Any:
        """The value with every text in it evaluated. Raises InvalidInput for an expression that cannot be read."""
        return _evaluated(value, {"state": self.state, "ctx": self.ctx}, path)


def resolve_source(asking: Asking, source: Mapping[str, Any]) -> Resolved:
    """The value of a source of a compiled widget: static, from the session's state, of a tool or of an address.

    Expressions in url, query, headers, body and args read `state` and `ctx`. A tool or address that says no is a value
    `{"error": {code, message}}` with its status. Raises InvalidInput for a source that cannot be asked,
    WRITE_IN_SOURCE (422) for one that changes something and NOT_GRANTED (403), else as `call_tool` and `send_request`.
    """
    match source.get("type"):
        case "static":
            return Resolved(source.get("value"))
        case "state":
            found = dig(asking.state, str(source.get("key", "")))
            return Resolved(source.get("default") if is_missing(found) else found)
        case "tool":
            return _tool(asking, source)
        case "http":
            return _http(asking, source)
    raise InvalidInput(unknown("source", source.get("type"), TYPES), path="type")


def _tool(asking: Asking, source: Mapping[str, Any]) -> Resolved:
    name = str(source.get("tool", ""))
    if asking.pushed:
        require_pushed_tool(asking.app, name)
    # A source is asked again and again, by pages that only look.
    if changes_things(asking.app, name):
        raise InvalidInput(f"'{name}' changes things; a data source only reads.", code="WRITE_IN_SOURCE", path="tool")
    result = call_tool(
        actor=asking.actor,
        app=asking.app,
        name=name,
        args=asking.evaluated(source.get("args") or {}, "args"),
        ctx=asking.ctx,
        session_id=asking.session_id,
    )
    if result.success:
        return Resolved(result.data)
    return Resolved({"error": {"code": "TOOL_FAILED", "message": result.error}}, 502)


def _http(asking: Asking, source: Mapping[str, Any]) -> Resolved:
    return send_request(
        actor=asking.actor,
        app=asking.app,
        method=str(source.get("method", "GET")),
        url=str(asking.evaluated(source.get("url", ""), "url")),
        query=asking.evaluated(source.get("query") or {}, "query"),
        headers=asking.evaluated(source.get("headers") or {}, "headers"),
        body=asking.evaluated(source.get("body"), "body"),
        session_id=asking.session_id,
        reading=True,
        pushed=asking.pushed,
    )


def _evaluated(value: Any, scope: Mapping[str, Any], path: str) -> Any:
    if isinstance(value, dict):
        return {key: _evaluated(item, scope, step(path, key)) for key, item in value.items()}
    if isinstance(value, list):
        return [_evaluated(item, scope, step(path, index)) for index, item in enumerate(value)]
    if not isinstance(value, str) or "{{" not in value:
        return value
    try:
        return evaluate(value, scope)
    except ExpressionError as error:
        raise InvalidInput(f"{path}: {error}", path=path) from None
