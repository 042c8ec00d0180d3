"""Stage: actions. The state of a session: set by people's widgets, by agents and by results, read by the next turn."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import orjson
from django.utils import timezone

from widgets_manager.core.actor import Actor
from widgets_manager.core.exceptions import InvalidInput
from widgets_manager.core.unit_of_work import unit_of_work
from widgets_manager.declarative.state import MAX_KEY, InvalidChange, apply_set
from widgets_manager.declarative.values import UNDEFINED, dig
from widgets_manager.sessions.access import app_key, read_state, session_id_for
from widgets_manager.sessions.actions.locking import lock_session, require_app_grant
from widgets_manager.sessions.events import WidgetState, emit_to_session
from widgets_manager.sessions.limits import MAX_PATHS, MAX_RESULT, MAX_STATE, fit, require_json, require_room, storable
from widgets_manager.sessions.models import SessionState, WidgetSession
from widgets_manager.widgets.models import InstalledWidget

# What the server itself writes; in the order in which it gives way when there is no room.
FORM, LAST_FORM, RESULTS, LAST_RESULT = "form", "last_form", "results", "last_result"
_GIVES_WAY: Final = (RESULTS, LAST_FORM)


def set_state(
    *, actor: Actor, session_id: object, app: InstalledWidget | None, changes: Mapping[str, Any]
) -> dict[str, Any]:
    """Change values by key or dotted path; a key that ends in .toggle, .append, .remove or .increment changes what is
    there. Returns the whole state of the app.

    Raises NotFound, NOT_GRANTED for an app's agent without `widget.set_state`, InvalidInput, Conflict LIMIT.
    """
    require_app_grant(actor, app, "set_state")
    check_changes(changes)
    with unit_of_work():
        session = lock_session(actor, session_id)
        before = read_state(session.pk, app)
        return write_state(session, app, before, computed_state(before, changes))


def get_state(*, actor: Actor, session_id: object, app: InstalledWidget | None, key: str) -> tuple[bool, Any]:
    """Whether there is a value at a key or dotted path of the state, and the value. Raises NotFound, NOT_GRANTED."""
    require_app_grant(actor, app, "get_state")
    value = dig(read_state(session_id_for(actor, session_id), app), key)
    return (False, None) if value is UNDEFINED else (True, value)


def check_changes(changes: Mapping[str, Any]) -> None:
    """Raise InvalidInput unless these are 1 to 100 keys with JSON values."""
    if not changes or len(changes) > MAX_PATHS:
        raise InvalidInput(f"set: needs 1 to {MAX_PATHS} keys, has {len(changes)}", path="set")
    for key, value in changes.items():
        require_json(value, f"set['{key[:MAX_KEY]}']", max_bytes=MAX_STATE)


def computed_state(before: dict[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """The state after the changes. Raises InvalidInput for what does not fit what is there, Conflict LIMIT."""
    try:
        after = apply_set(before, changes)
    except InvalidChange as error:
        raise InvalidInput(f"set: {error}", path="set") from None
    require_room(after, "set", "The state", max_bytes=MAX_STATE)
    return after


def write_state(
    session: WidgetSession, app: InstalledWidget | None, before: dict[str, Any], after: dict[str, Any]
) -> dict[str, Any]:
    """Keep the new state of a locked session and announce what differs."""
    changes = {key: value for key, value in after.items() if key not in before or before[key] != value}
    removed = sorted(set(before) - set(after))
    if changes or removed:
        SessionState.objects.update_or_create(
            session=session,
            app=app,
            defaults={"tenant_id": session.tenant_id, "state": after, "updated_at": timezone.now()},
        )
        emit_to_session(session, WidgetState(app=app_key(app), changes=changes, removed=removed))
    return after


def with_form(state: dict[str, Any], form: Mapping[str, Any]) -> dict[str, Any]:
    """The state after a form was sent: `form.<field>` and `last_form`."""
    if not form:
        return state
    kept = fit(storable(dict(form)), MAX_STATE // 4)
    kept = kept if isinstance(kept, dict) else {}
    known = state.get(FORM)
    return in_bounds(state | {FORM: (known if isinstance(known, dict) else {}) | kept, LAST_FORM: kept})


def with_result(state: dict[str, Any], tool: str, *, success: bool, data: Any, error: Any) -> dict[str, Any]:
    """The state after a tool ran: `results.<tool>`, below a module's name for `module.action`, and `last_result`."""
    value = fit(storable(data if success else {"error": error}), MAX_RESULT)
    last = {"tool": tool, "success": success, "data": value if success else None, "error": error}
    results = _placed(state.get(RESULTS), tool.split("."), value)
    return in_bounds(state | {RESULTS: results, LAST_RESULT: last})


def in_bounds(state: dict[str, Any]) -> dict[str, Any]:
    """The state, without what the server added to it where that does not fit beside what people keep in it."""
    for key in (*_GIVES_WAY, FORM, LAST_RESULT):
        if _fits(state):
            return state
        state = state | {key: fit(state.get(key), 256)} if key == LAST_RESULT else _without(state, key)
    return state


def _fits(state: dict[str, Any]) -> bool:
    return len(orjson.dumps(state)) <= MAX_STATE


def _without(state: dict[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in state.items() if name != key}


def _placed(known: Any, steps: list[str], value: Any) -> dict[str, Any]:
    below = dict(known) if isinstance(known, dict) else {}
    first, *rest = steps
    below[first] = _placed(below.get(first), rest, value) if rest else value
    return below
