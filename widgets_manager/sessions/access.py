"""Stage: access. Sessions, their state and their mounted widgets; whoever takes no part in one gets NotFound."""

from __future__ import annotations

import uuid
from typing import Any

from django.db.models import Q, QuerySet

from widgets_manager.core.access import get_or_404, not_found, parse_id
from widgets_manager.core.actor import Actor
from widgets_manager.core.exceptions import Conflict, NotFound
from widgets_manager.declarative.problems import hint
from widgets_manager.sessions.hosting import authorize
from widgets_manager.sessions.models import MountedWidget, SessionFile, SessionState
from widgets_manager.widgets.models import InstalledWidget


def app_key(app: InstalledWidget | None) -> str:
    """The name of an app's state: its id, and "" for the chat itself."""
    return str(app.pk) if app is not None else ""


def open_widgets(session_id: uuid.UUID) -> QuerySet[MountedWidget]:
    """What is mounted now, oldest first, apps loaded; what belongs to an app that is switched off is not there."""
    there = Q(app=None) | Q(app__enabled=True)
    rows = MountedWidget.objects.filter(there, session_id=session_id, closed_at=None)
    return rows.select_related("app", "app__package_version").order_by("id")


def apps_in_use(session_id: uuid.UUID) -> set[uuid.UUID]:
    """The apps that keep something in a session, or have a widget there."""
    states = SessionState.objects.filter(session_id=session_id).order_by().values_list("app_id", flat=True)
    mounted = MountedWidget.objects.filter(session_id=session_id, closed_at=None).order_by()
    return {app_id for app_id in states.union(mounted.values_list("app_id", flat=True)) if app_id is not None}


def mounted_of(app: InstalledWidget) -> QuerySet[MountedWidget]:
    """What of an app is mounted anywhere, oldest first, sessions loaded."""
    return MountedWidget.objects.filter(app=app, closed_at=None).select_related("session").order_by("id")


def read_state(session_id: uuid.UUID, app: InstalledWidget | None) -> dict[str, Any]:
    """The state of an app in a session; empty before anything is set."""
    row = SessionState.objects.filter(session_id=session_id, app=app).values_list("state", flat=True).first()
    return dict(row or {})


def read_states(session_id: uuid.UUID) -> dict[str, dict[str, Any]]:
    """Every state of a session by the app's id, "" for the chat itself."""
    rows = SessionState.objects.filter(session_id=session_id).order_by("id")
    return {str(app_id) if app_id else "": state for app_id, state in rows.values_list("app_id", "state")}


def session_id_for(actor: Actor, session_id: object) -> uuid.UUID:
    """The id of a session that the actor takes part in. Raises NotFound."""
    return authorize(actor, session_id)[0]


def find_mounted(session_id: uuid.UUID, widget_id: str, app: InstalledWidget | None = None) -> MountedWidget | None:
    """A mounted widget by its id; with `app`, only that one's. Raises Conflict when several apps have the id."""
    rows = open_widgets(session_id).filter(widget_id=widget_id[:200])
    found = list(rows.filter(app=app) if app is not None else rows)
    if len(found) > 1:
        names = ", ".join(sorted(str(row.app) for row in found))
        raise Conflict(f"Several apps have a widget '{widget_id[:100]}' here ({names}); say which.", path="app")
    return found[0] if found else None


def get_mounted(session_id: uuid.UUID, widget_id: str, app: InstalledWidget | None = None) -> MountedWidget:
    """As `find_mounted`. Raises UNKNOWN_WIDGET (404) that names those there are."""
    row = find_mounted(session_id, widget_id, app)
    if row is None:
        raise unknown_widget(session_id, widget_id, app)
    return row


def unknown_widget(session_id: uuid.UUID, widget_id: str, app: InstalledWidget | None) -> NotFound:
    """The refusal of an id that is not mounted."""
    rows = open_widgets(session_id)
    known = list((rows.filter(app=app) if app is not None else rows).values_list("widget_id", flat=True))
    shown = ", ".join(known[-20:]) or "none"
    return NotFound(
        f"No widget '{widget_id[:100]}' is mounted here (mounted: {shown}){hint(widget_id, known)}.",
        code="UNKNOWN_WIDGET",
        path="widget_id",
    )


def get_file(actor: Actor, file_id: object) -> SessionFile:
    """An uploaded file of a session that the actor takes part in, or without session their own. Raises NotFound."""
    rows = SessionFile.objects.filter(tenant=actor.tenant).select_related("blob")
    row = get_or_404(rows, "file", pk=parse_id(file_id, "file"))
    if row.session_id is not None:
        authorize(actor, row.session_id)
    elif row.user_id != actor.user_id:
        raise not_found("file")
    return row
