"""Stage: actions. What a change is about: a mounted widget, or a declared one that is mounted by its key now."""

from __future__ import annotations

from typing import Any, Literal, overload

from widgets_manager.apps.access import active_apps, declared_widgets
from widgets_manager.core.actor import Actor
from widgets_manager.core.exceptions import Conflict
from widgets_manager.sessions.access import find_mounted, unknown_widget
from widgets_manager.sessions.declared import Entry, entry_of, normal_key
from widgets_manager.sessions.events import WidgetRender, emit_to_session
from widgets_manager.sessions.models import MountedWidget, WidgetSession
from widgets_manager.sessions.serializers import show_mounted
from widgets_manager.widgets.models import InstalledWidget


@overload
def find_target(actor: Actor, session: WidgetSession, widget_id: str, app: InstalledWidget | None) -> MountedWidget: ...
@overload
def find_target(
    actor: Actor, session: WidgetSession, widget_id: str, app: InstalledWidget | None, *, or_closed: Literal[True]
) -> MountedWidget | None: ...
def find_target(
    actor: Actor, session: WidgetSession, widget_id: str, app: InstalledWidget | None, *, or_closed: bool = False
) -> MountedWidget | None:
    """The open widget of a locked session; a declared one is mounted by its key.

    Raises UNKNOWN_WIDGET, and Conflict for a key of several apps. With `or_closed` nothing is mounted: None for one
    that was closed before, or is declared and holds nothing.
    """
    key = normal_key(widget_id)
    row = find_mounted(session.pk, widget_id, app) or find_mounted(session.pk, key, app)
    if row is not None:
        return row
    if or_closed and MountedWidget.objects.filter(session=session, widget_id__in=[widget_id[:200], key[:200]]).exists():
        return None
    owner = declaring_app(actor, key, app)
    if owner is None:
        raise unknown_widget(session.pk, widget_id, app)
    if or_closed:
        return None
    entry = entry_of(declared_widgets(owner)[key], key.partition(".")[2] or key)
    return mount(session, owner, key, key.partition(".")[0], entry, ctx={}, title=entry.title)


def declaring_app(actor: Actor, key: str, app: InstalledWidget | None) -> InstalledWidget | None:
    """The app that declares a widget key; None when nobody does. Raises Conflict when several do."""
    found = [one for one in ([app] if app else active_apps(actor)) if key in declared_widgets(one)]
    if len(found) > 1:
        names = ", ".join(sorted(one.name for one in found))
        raise Conflict(f"Several apps declare a widget '{key[:100]}' ({names}); say which.", path="app")
    return found[0] if found else None


def mount(
    session: WidgetSession,
    app: InstalledWidget | None,
    widget_id: str,
    zone: str,
    entry: Entry,
    *,
    ctx: dict[str, Any],
    title: str,
) -> MountedWidget:
    """A new row in a locked session, announced."""
    row = MountedWidget.objects.create(
        session=session,
        tenant_id=session.tenant_id,
        app=app,
        widget_id=widget_id,
        zone=zone,
        ref=entry.ref,
        title=title,
        tree=entry.tree,
        data=entry.data,
        ctx=ctx,
    )
    emit_to_session(session, WidgetRender(widget=show_mounted(row)))
    return row
