"""Stage: actions. `widget.*` as the model calls it: the arguments checked, then the session's own action."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from chat.turns.toolkit import Target
from chat.turns.widget_tools import MODULE, widget_parameters
from widgets_manager.apps.access import declared_widgets, get_app
from widgets_manager.core.actor import Actor
from widgets_manager.core.exceptions import InvalidInput, PermissionDenied, Problem
from widgets_manager.sessions.actions.state import get_state, set_state
from widgets_manager.sessions.actions.updates import update_widget
from widgets_manager.sessions.actions.widgets import close_widget, render_widget, report_widget_error
from widgets_manager.widgets.models import InstalledWidget
from widgets_manager.widgets.prompts import quote
from widgets_manager.widgets.validation import closest

_TYPES: Final[dict[str, tuple[type, str]]] = {"string": (str, "a text"), "object": (dict, "an object")}


@dataclass(frozen=True, slots=True)
class Done:
    """What a widget action gave: `data` for the model, a summary for people."""

    data: Any
    summary: str
    app: InstalledWidget | None = None


@dataclass(frozen=True, slots=True)
class _Call:
    actor: Actor
    session_id: uuid.UUID
    app: InstalledWidget | None
    apps: tuple[InstalledWidget, ...]
    args: Mapping[str, Any]

    def text(self, name: str) -> str:
        return str(self.args.get(name) or "")


def run_widget_action(
    *, actor: Actor, target: Target, action: str, args: Mapping[str, Any], session_id: uuid.UUID
) -> Done:
    """Check the arguments and run `widget.<action>`.

    Raises InvalidInput with every fault, NOT_GRANTED, and what the session's action raises.
    """
    apps = tuple(get_app(actor, app_id) for app_id in target.apps.values())
    app = _app(apps, target, action, args)
    _check(widget_parameters(action, apps, alone=target.alone), args)
    return _RUN[action](_Call(actor, session_id, app, apps, args))


def _app(
    apps: tuple[InstalledWidget, ...], target: Target, action: str, args: Mapping[str, Any]
) -> InstalledWidget | None:
    """The app that is named; else the conversation's, else the only one that declares the `ref`; else the chat."""
    named = args.get("app")
    if named:
        found = next((app for app in apps if app.slug == named), None)
        if found is None:
            raise PermissionDenied(
                f"No app '{str(named)[:100]}' is granted '{MODULE}.{action}' here "
                f"(granted: {', '.join(target.apps) or 'none'}).",
                code="NOT_GRANTED",
                path="app",
            )
        return found
    if target.alone:
        return apps[0]
    ref = args.get("ref")
    if action == "render" and ref:
        having = [app for app in apps if _declares(app, str(args.get("zone")), str(ref))]
        return having[0] if len(having) == 1 else None
    return None


def _declares(app: InstalledWidget, zone: str, ref: str) -> bool:
    declared = declared_widgets(app)
    return any(key in declared for key in (ref, f"{zone}.{ref}", f"inline.{ref}"))


def _check(schema: Mapping[str, Any], args: Mapping[str, Any]) -> None:
    """Raise InvalidInput for unknown, missing and mistyped arguments, all at once."""
    properties = schema["properties"]
    allowed = sorted({*properties, "app"})
    faults = [
        Problem(f"args.{key}", f"args.{key}: unknown argument (allowed: {', '.join(allowed)}){closest(key, allowed)}")
        for key in args
        if key not in allowed
    ]
    faults += [Problem(f"args.{key}", f"args.{key}: required") for key in schema["required"] if args.get(key) is None]
    faults += [fault for key, spec in properties.items() for fault in _faults(key, spec, args.get(key))]
    if faults:
        raise InvalidInput(faults[0].message, path=faults[0].path, errors=faults)


def _faults(key: str, spec: Mapping[str, Any], value: Any) -> list[Problem]:
    kind = _TYPES.get(str(spec.get("type", "")))
    if value is None or kind is None or key == "app" or isinstance(value, kind[0]):
        return []
    return [Problem(f"args.{key}", f"args.{key}: must be {kind[1]}")]


def _render(call: _Call) -> Done:
    rendered = render_widget(
        actor=call.actor,
        session_id=call.session_id,
        app=call.app,
        zone=call.text("zone"),
        ref=call.args.get("ref") or None,
        tree=call.args.get("tree"),
        payload=call.args.get("payload"),
        data=call.args.get("data"),
        ctx=call.args.get("ctx"),
        title=call.text("title"),
    )
    widget = rendered.widget
    data: dict[str, Any] = {"widget_id": widget.widget_id}
    if rendered.fallbacks:
        data["fallbacks"] = rendered.fallbacks
    if rendered.warnings:
        data["warnings"] = rendered.warnings
    named = quote(widget.title or widget.ref or widget.widget_id, 100)
    return Done(data, f"Shows {named} ({widget.get_zone_display().lower()})", widget.app)


def _update(call: _Call) -> Done:
    row = update_widget(
        actor=call.actor,
        session_id=call.session_id,
        widget_id=call.text("widget_id"),
        patch=call.args["patch"],
        app=call.app,
    )
    return Done({"widget_id": row.widget_id}, f"Changed {', '.join(call.args['patch'])} of {row.widget_id}", row.app)


def _close(call: _Call) -> Done:
    widget_id = call.text("widget_id")
    row = close_widget(actor=call.actor, session_id=call.session_id, widget_id=widget_id, app=call.app)
    return Done({"closed": True}, f"Closed {widget_id}", row.app if row else call.app)


def _error(call: _Call) -> Done:
    row = report_widget_error(
        actor=call.actor,
        session_id=call.session_id,
        widget_id=call.text("widget_id"),
        binding=call.args.get("binding") or None,
        message=call.text("message"),
        app=call.app,
    )
    return Done({"widget_id": row.widget_id}, f"Error shown in {row.widget_id}", row.app)


def _set_state(call: _Call) -> Done:
    changes = call.args["set"]
    state = set_state(actor=call.actor, session_id=call.session_id, app=call.app, changes=changes)
    changed = {key.split(".")[0] for key in changes}
    now = {key: state.get(key) for key in sorted(changed)}
    return Done({"state": now}, f"Set {', '.join(sorted(changed))}", call.app)


def _get_state(call: _Call) -> Done:
    """Of the chat's own state and, where that has none, of the apps', in their order."""
    key = call.text("key")
    asked = [call.app] if call.app is not None else [None, *call.apps]
    for app in asked:
        found, value = get_state(actor=call.actor, session_id=call.session_id, app=app, key=key)
        if found:
            return Done({"found": True, "value": value, "app": app.slug if app else None}, f"Read {key}", app)
    return Done({"found": False, "value": None}, f"Read {key}: nothing there", call.app)


_RUN: Final[dict[str, Callable[[_Call], Done]]] = {
    "render": _render,
    "update": _update,
    "close": _close,
    "error": _error,
    "set_state": _set_state,
    "get_state": _get_state,
}
