"""Stage: handlers. `context.widget.show/update`: data for the plugin's widget, wherever it is open."""

from __future__ import annotations

import uuid
from typing import Any, Final

from sandbox.plugins.context.registry import ContextCall, ContextMethod, RunState
from sandbox.plugins.forms import BLOCK
from sandbox.plugins.models import PluginMount
from sandbox.plugins.places import Place, find_place, places_of, show_mount
from sandbox.plugins.states import Kind, write_states
from sandbox.plugins.unserved import WIDGET
from widgets_manager.core.exceptions import Conflict, InvalidInput, NotFound
from widgets_manager.sessions.actions.locking import lock_session
from widgets_manager.sessions.limits import require_json

MAX_DATA: Final = 256 * 1024  # bytes of JSON that one call gives a widget
MOST: Final = 1_000
MOST_BYTES: Final = 8 * 1024 * 1024
_MOUNTED: Final = "mount"


def update(call: ContextCall) -> None:
    """`update(data, {to: "everyone"}?)`: to the place that the run started from, else to all of the person's.

    A place that has gone meanwhile is passed over.
    """
    _give(call, "update", _places(call))


def show(call: ContextCall) -> dict[str, str] | None:
    """`show(data)`: like update; from a run of a conversation it mounts the widget there. `{instanceId}`, or null."""
    _require_widget(call)
    if call.state.origin.place is not None or call.state.origin.session_id is None:
        _give(call, "show", _places(call))
        return None
    place = _mounted(call) or _mount(call)
    _give(call, "show", [place])
    return {"instanceId": str(place.id)}


def _give(call: ContextCall, kind: Kind, places: list[Place]) -> None:
    _require_widget(call)
    data = call.param(0, "data", dict)
    require_json(data, "data", max_bytes=MAX_DATA)
    options = call.param(1, "options", dict, {})
    to = options.get("to", "me")
    if to not in ("me", "everyone"):
        raise InvalidInput(f"context.{call.method}: to must be 'me' or 'everyone'", path="to")
    written = write_states(actor=call.actor, places=places, kind=kind, data=data, everyone=to == "everyone")
    call.state.widget_events.extend(written)


def _places(call: ContextCall) -> list[Place]:
    state = call.state
    if state.origin.place is None:
        return places_of(call.actor, state.widget)
    try:
        place = find_place(call.actor, state.origin.place)
    except NotFound:
        return []
    return [place] if place.widget.pk == state.widget.pk else []


def _require_widget(call: ContextCall) -> None:
    if WIDGET not in call.state.widget.package_version.blocks[BLOCK]["parts"]:
        raise Conflict("This plugin has no widget: it brings no section ===widget===.", code="NO_WIDGET")


def _mounted(call: ContextCall) -> Place | None:
    """What this run has mounted before."""
    key = call.state.memory.get(_MOUNTED)
    mount = PluginMount.objects.filter(pk=key).first() if key else None
    return Place(mount.pk, call.state.widget, mount=mount) if mount is not None else None


def _mount(call: ContextCall) -> Place:
    session = lock_session(call.actor, call.state.origin.session_id)
    mount = PluginMount.objects.create(
        tenant=call.actor.tenant, widget=call.state.widget, session=session, user=call.actor.user
    )
    show_mount(call.actor, session.pk, mount)
    return Place(mount.pk, call.state.widget, mount=mount)


def _remember(state: RunState, answer: Any) -> None:
    if isinstance(answer, dict):
        state.memory[_MOUNTED] = uuid.UUID(answer["instanceId"])


METHODS: Final = (
    ContextMethod("widget.update", update, writes=True, most=MOST, most_bytes=MOST_BYTES),
    ContextMethod("widget.show", show, writes=True, most=MOST, most_bytes=MOST_BYTES, learn=_remember),
)
