"""Stage: handlers. The value of one binding of a declared or mounted widget."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from widgets_manager.apps.access import declared_widgets, find_widget
from widgets_manager.apps.results import Resolved
from widgets_manager.apps.sources import Asking, resolve_source
from widgets_manager.core.actor import Actor
from widgets_manager.core.exceptions import NotFound
from widgets_manager.declarative.problems import hint
from widgets_manager.sessions.access import find_mounted, read_state
from widgets_manager.sessions.mentions import is_pushed_source
from widgets_manager.sessions.models import MountedWidget
from widgets_manager.widgets.models import InstalledWidget


def read_binding(
    *,
    actor: Actor,
    app: InstalledWidget,
    binding: str,
    widget: str | None = None,
    session_id: uuid.UUID | None = None,
    ctx: Mapping[str, Any] | None = None,
) -> Resolved:
    """A binding of the app: of the widget named by key or mounted id, else of the first that has it.

    Raises UNKNOWN_BINDING (404) with those there are, UNKNOWN_WIDGET, and what the source is refused with.
    """
    mounted = find_mounted(session_id, widget, app) if session_id and widget else None
    if mounted is not None:
        return read_mounted_binding(actor=actor, row=mounted, binding=binding, ctx=ctx)
    widgets = [find_widget(app, widget)] if widget else list(declared_widgets(app).values())
    sources = next((found for one in widgets if binding in (found := one.get("data") or {})), {})
    known = {name for one in widgets for name in one.get("data") or {}}
    return _resolve(actor, app, sources, known, binding, session_id, dict(ctx or {}))


def read_mounted_binding(
    *, actor: Actor, row: MountedWidget, binding: str, ctx: Mapping[str, Any] | None = None
) -> Resolved:
    """A binding of a mounted widget, with its ctx. Raises UNKNOWN_BINDING, and what the source is refused with."""
    context = {**row.ctx, **(ctx or {})}
    return _resolve(actor, row.app, row.data, set(row.data), binding, row.session_id, context, row)


def _resolve(
    actor: Actor,
    app: InstalledWidget | None,
    sources: Mapping[str, Any],
    known: set[str],
    binding: str,
    session_id: uuid.UUID | None,
    ctx: dict[str, Any],
    row: MountedWidget | None = None,
) -> Resolved:
    if binding not in sources:
        names = sorted(known)
        message = f"There is no binding '{binding[:60]}' (there are: {', '.join(names) or 'none'})"
        raise NotFound(f"{message}{hint(binding, names)}.", code="UNKNOWN_BINDING", path="binding")
    state = read_state(session_id, app) if session_id else {}
    source = sources[binding]
    asking = Asking(
        actor=actor,
        app=app,
        state=state,
        ctx=ctx,
        session_id=session_id,
        pushed=row is not None and is_pushed_source(row, source),
    )
    return resolve_source(asking, source)
