"""Stage: handlers. `context.notify` and `context.streamEvent`: what a run tells its person, at once."""

from __future__ import annotations

import re
from typing import Any, Final

from sandbox.plugins.context.registry import ContextCall, ContextMethod
from sandbox.plugins.events import PluginStream, tell_listeners
from widgets_manager.core.exceptions import InvalidInput
from widgets_manager.live.events import emit
from widgets_manager.notifications.actions import MAX_TEXT, MAX_TITLE, notify
from widgets_manager.sessions.limits import require_json
from widgets_manager.widgets.events import user_stream

MOST_NOTIFICATIONS: Final = 10
MOST_EVENTS: Final = 500
MAX_EVENT: Final = 64 * 1024  # bytes of JSON of one event's data
MOST_BYTES: Final = 4 * 1024 * 1024
_TYPE: Final = re.compile(r"[A-Za-z][A-Za-z0-9_.:-]{0,99}")


def tell(call: ContextCall) -> None:
    """`notify(text, {title?, urgent?}?)`: a notification for the person whom the run is for; the text is Markdown."""
    text = _text(call, "text", call.param(0, "text", str), MAX_TEXT)
    options = call.param(1, "options", dict, {})
    urgent = options.get("urgent", False)
    if not isinstance(urgent, bool):
        raise InvalidInput("context.notify: urgent must be true or false", path="urgent")
    title = options.get("title") or call.state.widget.name
    if not isinstance(title, str):
        raise InvalidInput("context.notify: title must be a text", path="title")
    widget = call.state.widget
    notify(
        tenant=call.actor.tenant,
        user=call.actor.user,
        title=_text(call, "title", title, MAX_TITLE),
        text=text,
        urgent=urgent,
        source=widget.name,
        url=f"/widgets/plugins/{widget.pk}/runs/",
    )


def stream(call: ContextCall) -> None:
    """`streamEvent(type, data?)`: said at once to every open page of the person whom the run is for."""
    kind = call.param(0, "type", str)
    if not _TYPE.fullmatch(kind):
        message = "context.streamEvent: type must be a word of at most 100 letters, digits and _.:-"
        raise InvalidInput(message, path="type")
    data: Any = call.params[1] if len(call.params) > 1 else None
    require_json(data, "data", max_bytes=MAX_EVENT)
    state = call.state
    event = PluginStream(
        run_id=state.run_id,
        widget_id=state.widget.pk,
        name=state.widget.name,
        stream=kind,
        content=data,
        instance_id=state.origin.place,
        conversation_id=state.origin.session_id,
        message_id=state.origin.message_id,
    )
    emit(user_stream(call.actor.user_id), event, tenant_id=call.actor.tenant_id)
    tell_listeners(
        actor=call.actor, origin=state.origin, run_id=state.run_id, widget=state.widget, type=kind, data=data
    )


def _text(call: ContextCall, name: str, text: str, most: int) -> str:
    if not text.strip() or len(text) > most:
        raise InvalidInput(f"context.{call.method}: {name} must have 1 to {most:,} characters", path=name)
    require_json(text, name, max_bytes=most * 4 + 2)
    return text


METHODS: Final = (
    ContextMethod("notify", tell, writes=True, most=MOST_NOTIFICATIONS),
    ContextMethod("streamEvent", stream, writes=True, most=MOST_EVENTS, most_bytes=MOST_BYTES),
)
