"""Stage: actions. `widget.update`: a patch of dotted paths, applied to a mounted widget under the session's lock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from widgets_manager.apps.access import declared_widgets
from widgets_manager.apps.sources import Asking, resolve_source
from widgets_manager.core.actions.audit import record_audit
from widgets_manager.core.actor import Actor
from widgets_manager.core.exceptions import Conflict
from widgets_manager.core.unit_of_work import unit_of_work
from widgets_manager.sessions.access import find_mounted, read_state, session_id_for
from widgets_manager.sessions.actions.locking import lock_session, require_app_grant
from widgets_manager.sessions.actions.state import write_state
from widgets_manager.sessions.actions.targets import declaring_app, find_target
from widgets_manager.sessions.actions.widgets import note_error
from widgets_manager.sessions.declared import entry_of, normal_key
from widgets_manager.sessions.events import WidgetUpdate, emit_to_session
from widgets_manager.sessions.limits import MAX_CTX, MAX_STATE, MAX_WIDGET, require_json, require_room
from widgets_manager.sessions.mentions import is_pushed_source
from widgets_manager.sessions.models import MountedWidget, WidgetSession
from widgets_manager.sessions.patching import Change, read_patch, with_value
from widgets_manager.widgets.models import InstalledWidget


def update_widget(
    *,
    actor: Actor,
    session_id: object,
    widget_id: str,
    patch: Mapping[str, Any],
    app: InstalledWidget | None = None,
) -> MountedWidget:
    """Change values by path: `data.<binding>…`, `ctx.…`, `state.…`, arrays by index. All of the patch, or nothing.

    Raises NotFound, UNKNOWN_WIDGET, NOT_GRANTED for an app without `widget.update`, InvalidInput that names the path,
    Conflict LIMIT.
    """
    changes = read_patch(patch)
    known = _fetched(actor, session_id, widget_id, app, changes)
    with unit_of_work():
        session = lock_session(actor, session_id)
        row = find_target(actor, session, widget_id, app)
        require_app_grant(actor, row.app, "update", always=True)
        _apply(session, row, changes, known)
        record_audit(actor=actor, action="session.update", target=row, session=str(session.pk), paths=sorted(patch))
    return row


def _fetched(
    actor: Actor, session_id: object, widget_id: str, app: InstalledWidget | None, changes: list[Change]
) -> dict[str, Any]:
    """The present values of bindings that are changed in their depth and come from elsewhere; read without lock."""
    deep = {change.steps[0] for change in changes if change.root == "data" and len(change.steps) > 1}
    key = session_id_for(actor, session_id)
    if not deep:
        return {}
    row = find_mounted(key, widget_id, app)
    owner = row.app if row else declaring_app(actor, normal_key(widget_id), app)
    if row is None and owner is None:
        return {}
    require_app_grant(actor, owner, "update", always=True)
    entry = None if row else entry_of(declared_widgets(owner)[normal_key(widget_id)], "") if owner else None
    sources = row.data if row else entry.data if entry else {}
    wanted = deep & {name for name in sources if not row or name not in row.values}
    asking = Asking(actor=actor, app=owner, state=read_state(key, owner), ctx=row.ctx if row else {}, session_id=key)
    pushed = {name for name in wanted if row and is_pushed_source(row, sources[name])}
    return {name: _value(replace(asking, pushed=name in pushed), name, sources[name]) for name in sorted(wanted)}


def _value(asking: Asking, name: str, source: Any) -> Any:
    found = resolve_source(asking, source)
    if not found.success:
        message = f"patch['data.{name}…']: what is there now cannot be read (status {found.status}); set all of it."
        raise Conflict(message, path=f"data.{name}")
    return found.value


def _apply(session: WidgetSession, row: MountedWidget, changes: list[Change], known: dict[str, Any]) -> None:
    before = read_state(session.pk, row.app)
    values, ctx, state = row.values, row.ctx, before
    told: dict[str, Any] = {}
    for change in changes:
        told[change.path] = change.value
        if change.root == "ctx":
            ctx = with_value(ctx, change)
        elif change.root == "state":
            state = with_value(state, change)
        else:
            name = change.steps[0]
            whole = len(change.steps) > 1 and name not in row.values
            values = with_value(values if name in values else values | _present(name, known), change)
            if whole:
                # Who follows has fetched the value themselves, or not yet: they are told all of it.
                del told[change.path]
                told[f"data.{name}"] = values[name]
    require_json(ctx, "ctx", max_bytes=MAX_CTX)
    require_room([row.tree, row.data, ctx, values], "patch", "The widget", max_bytes=MAX_WIDGET)
    require_room(state, "patch", "The state", max_bytes=MAX_STATE)
    row.values, row.ctx = values, ctx
    row.save(update_fields=["values", "ctx"])
    owner = str(row.app_id) if row.app_id else None
    emit_to_session(session, WidgetUpdate(widget_id=row.widget_id, app=owner, patch=told))
    write_state(session, row.app, before, state)
    _clear_errors(session, row, changes)


def _present(name: str, known: dict[str, Any]) -> dict[str, Any]:
    return {name: known[name]} if name in known else {}


def _clear_errors(session: WidgetSession, row: MountedWidget, changes: list[Change]) -> None:
    """A binding with a new value has no error any more; neither has a widget that was changed."""
    renewed = {"", *(change.steps[0] for change in changes if change.root == "data")}
    for binding in sorted(renewed & set(row.errors)):
        note_error(session, row, binding or None, "")
