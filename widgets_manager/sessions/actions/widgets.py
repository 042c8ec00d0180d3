"""Stage: actions. Widgets that are pushed into a session: mounted, changed, faulted and closed while people look on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils import timezone
from django.utils.crypto import get_random_string

from widgets_manager.core.actions.audit import record_audit
from widgets_manager.core.actor import Actor
from widgets_manager.core.exceptions import Conflict, InvalidInput
from widgets_manager.core.unit_of_work import unit_of_work
from widgets_manager.declarative.problems import hint
from widgets_manager.sessions.access import open_widgets, read_state
from widgets_manager.sessions.actions.locking import lock_session, require_app_grant
from widgets_manager.sessions.actions.state import write_state
from widgets_manager.sessions.actions.targets import find_target, mount
from widgets_manager.sessions.declared import Entry, find_ref, read_payload, read_zone
from widgets_manager.sessions.events import WidgetClose, WidgetError, emit_to_session
from widgets_manager.sessions.hosting import show_inline
from widgets_manager.sessions.limits import MAX_CTX, MAX_MESSAGE, MAX_OPEN, MAX_WIDGET, cut, require_json
from widgets_manager.sessions.models import MountedWidget, WidgetSession
from widgets_manager.widgets.models import InstalledWidget

_ID_CHARACTERS: Final = "abcdefghijklmnopqrstuvwxyz0123456789"
MAX_TITLE: Final = 500


@dataclass(frozen=True, slots=True)
class Rendered:
    """A mounted widget, and what of it could only be shown in part: `{path, element, message}` each."""

    widget: MountedWidget
    fallbacks: list[dict[str, Any]] = field(default_factory=list)
    warnings: list[dict[str, Any]] = field(default_factory=list)


def render_widget(
    *,
    actor: Actor,
    session_id: object,
    app: InstalledWidget | None,
    zone: str,
    ref: str | None = None,
    tree: Any = None,
    payload: Any = None,
    data: Mapping[str, Any] | None = None,
    ctx: Mapping[str, Any] | None = None,
    title: str = "",
) -> Rendered:
    """Show a declared widget (`ref`), a one-off `tree`, or a foreign `payload`, in a zone of the session.

    `data` are sources by name, `ctx` any JSON object. Raises NotFound, NOT_GRANTED for an app without
    `widget.render`, UNKNOWN_WIDGET, INVALID_WIDGET with every fault, InvalidInput, Conflict LIMIT.
    """
    require_app_grant(actor, app, "render", always=True)
    place = read_zone(zone)
    entry = _entry(app, place, ref, tree, payload, data)
    context = {**entry.ctx, **(ctx or {})}
    require_json(context, "ctx", max_bytes=MAX_CTX)
    require_json([entry.tree, entry.data, context], "tree", max_bytes=MAX_WIDGET)
    with unit_of_work():
        session = lock_session(actor, session_id)
        _require_place(session)
        row = mount(session, app, _new_id(), place, entry, ctx=context, title=_title(title or entry.title))
        _begin_state(session, app, entry.state)
        if place == MountedWidget.Zone.INLINE:
            show_inline(actor, session.pk, row)
        record_audit(
            actor=actor, action="session.render", target=row, session=str(session.pk), zone=place, ref=entry.ref
        )
    return Rendered(row, entry.fallbacks, entry.warnings)


def close_widget(
    *, actor: Actor, session_id: object, widget_id: str, app: InstalledWidget | None = None
) -> MountedWidget | None:
    """Take a widget away; None when it is closed already. Raises UNKNOWN_WIDGET, NOT_GRANTED for an app's agent."""
    with unit_of_work():
        session = lock_session(actor, session_id)
        row = find_target(actor, session, widget_id, app, or_closed=True)
        if row is None:
            return None
        require_app_grant(actor, row.app, "close")
        row.closed_at = timezone.now()
        row.save(update_fields=["closed_at"])
        emit_to_session(session, WidgetClose(widget_id=row.widget_id, app=str(row.app_id) if row.app_id else None))
        record_audit(actor=actor, action="session.close", target=row, session=str(session.pk), zone=row.zone)
    return row


def report_widget_error(
    *,
    actor: Actor,
    session_id: object,
    widget_id: str,
    binding: str | None,
    message: str,
    app: InstalledWidget | None = None,
) -> MountedWidget:
    """Show a sentence in a widget: beside one of its bindings, or above the whole. An empty one takes it away."""
    with unit_of_work():
        session = lock_session(actor, session_id)
        row = find_target(actor, session, widget_id, app)
        require_app_grant(actor, row.app, "error", always=bool(message))
        _require_binding(row, binding)
        note_error(session, row, binding, message)
        record_audit(actor=actor, action="session.error", target=row, session=str(session.pk), binding=binding or "")
    return row


def note_error(session: WidgetSession, row: MountedWidget, binding: str | None, message: str) -> None:
    """Keep or take away an error of a widget in a locked session, and announce it."""
    require_json(message, "message", max_bytes=MAX_WIDGET)
    text = cut(" ".join(message.split()), MAX_MESSAGE)
    others = {name: kept for name, kept in row.errors.items() if name != (binding or "")}
    row.errors = others | ({binding or "": text} if text else {})
    row.save(update_fields=["errors"])
    owner = str(row.app_id) if row.app_id else None
    emit_to_session(session, WidgetError(widget_id=row.widget_id, app=owner, binding=binding or None, message=text))


def _entry(
    app: InstalledWidget | None,
    zone: str,
    ref: str | None,
    tree: Any,
    payload: Any,
    data: Mapping[str, Any] | None,
) -> Entry:
    if sum(given is not None for given in (ref, tree, payload)) != 1:
        raise InvalidInput("Give exactly one of 'ref', 'tree' and 'payload'.", path="ref")
    if ref is not None:
        if data:
            raise InvalidInput("data: a declared widget has its own; give 'tree' to bring others.", path="data")
        return find_ref(app, zone, ref)
    return read_payload(tree if tree is not None else payload, data, app)


def _require_place(session: WidgetSession) -> None:
    if open_widgets(session.pk).count() >= MAX_OPEN:
        raise Conflict(f"{MAX_OPEN} widgets are mounted here, as many as there can be; close some first.", code="LIMIT")


def _new_id() -> str:
    return "w_" + get_random_string(10, _ID_CHARACTERS)


def _title(title: str) -> str:
    require_json(title, "title", max_bytes=MAX_WIDGET)
    return cut(" ".join(title.split()), MAX_TITLE)


def _begin_state(session: WidgetSession, app: InstalledWidget | None, begin: dict[str, Any]) -> None:
    """What a foreign payload brings along; what is there already stays."""
    if begin:
        before = read_state(session.pk, app)
        write_state(session, app, before, begin | before)


def _require_binding(row: MountedWidget, binding: str | None) -> None:
    known = sorted({*row.data, *row.values})
    if binding is not None and binding not in known:
        message = f"binding: '{binding[:60]}' is none of this widget's (it has: {', '.join(known) or 'none'})"
        raise InvalidInput(message + hint(binding, known), path="binding")
