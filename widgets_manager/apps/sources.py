"""Stage: handlers. The value of a data source, with the expressions in it evaluated for one session."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any, Final

from widgets_manager.apps.requests import send_request
from widgets_manager.apps.results import Resolved
from widgets_manager.apps.tools import call_tool, changes_things, require_pushed_tool
from widgets_manager.core.actor import Actor
from widgets_manager.core.exceptions import InvalidInput
from widgets_manager.declarative.evaluation import evaluate
from widgets_manager.declarative.expressions import ExpressionError
from widgets_manager.declarative.problems import step, unknown
from widgets_manager.widgets.models import InstalledWidget

TYPES: Final = ("http", "state", "static", "tool")
_MISSING: Final = object()


def resolve_source(
    *,
    actor: Actor,
    app: InstalledWidget | None,
    source: Mapping[str, Any],
    state: Mapping[str, Any],
    ctx: Mapping[str, Any],
    session_id: uuid.UUID | None = None,
    pushed: bool = False,
) -> Resolved:
    """The value of a source of a compiled widget: static, from the session's state, of a tool or of an address.

    Expressions in url, query, headers, body and args read `state` and `ctx`. A tool or address that says no is a value
    `{"error": {code, message}}` with its status. `pushed` is that of a tree that nobody declared, which needs grants.
    Raises InvalidInput for a source that cannot be asked, WRITE_IN_SOURCE (422) for one that changes something and
    NOT_GRANTED (403), else as `call_tool` and `send_request`.
    """
    match source.get("type"):
        case "static":
            return Resolved(source.get("value"))
        case "state":
            found = value_at(state, str(source.get("key", "")))
            return Resolved(source.get("default") if found is _MISSING or found is None else found)
        case "tool":
            return _tool(actor, app, source, state, ctx, session_id, pushed)
        case "http":
            return _http(actor, app, source, state, ctx, session_id, pushed)
    raise InvalidInput(unknown("source", source.get("type"), TYPES), path="type")


def value_at(state: Mapping[str, Any], key: str) -> Any:
    """The value at a key or dotted path, list items by index; a marker that is no JSON value where there is none."""
    value: Any = state
    if key in state:
        return state[key]
    for part in key.split("."):
        if isinstance(value, Mapping) and part in value:
            value = value[part]
        elif isinstance(value, list) and part.isdecimal() and int(part) < len(value):
            value = value[int(part)]
        else:
            return _MISSING
    return value


def _tool(
    actor: Actor,
    app: InstalledWidget | None,
    source: Mapping[str, Any],
    state: Mapping[str, Any],
    ctx: Mapping[str, Any],
    session_id: uuid.UUID | None,
    pushed: bool,
) -> Resolved:
    name = str(source.get("tool", ""))
    if pushed:
        require_pushed_tool(app, name)
    # A source is asked again and again, by pages that only look.
    if changes_things(app, name):
        raise InvalidInput(f"'{name}' changes things; a data source only reads.", code="WRITE_IN_SOURCE", path="tool")
    args = _evaluated(source.get("args") or {}, {"state": state, "ctx": ctx}, "args")
    result = call_tool(actor=actor, app=app, name=name, args=args, ctx=ctx, session_id=session_id)
    if result.success:
        return Resolved(result.data)
    return Resolved({"error": {"code": "TOOL_FAILED", "message": result.error}}, 502)


def _http(
    actor: Actor,
    app: InstalledWidget | None,
    source: Mapping[str, Any],
    state: Mapping[str, Any],
    ctx: Mapping[str, Any],
    session_id: uuid.UUID | None,
    pushed: bool,
) -> Resolved:
    scope = {"state": state, "ctx": ctx}
    return send_request(
        actor=actor,
        app=app,
        method=str(source.get("method", "GET")),
        url=str(_evaluated(source.get("url", ""), scope, "url")),
        query=_evaluated(source.get("query") or {}, scope, "query"),
        headers=_evaluated(source.get("headers") or {}, scope, "headers"),
        body=_evaluated(source.get("body"), scope, "body"),
        session_id=session_id,
        reading=True,
        pushed=pushed,
    )


def _evaluated(value: Any, scope: Mapping[str, Any], path: str) -> Any:
    """The value with every text in it evaluated. Raises InvalidInput for an expression that cannot be read."""
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
