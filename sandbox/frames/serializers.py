"""Stage: events. What the API and live events show of people's answers and of what widgets fetched."""

from __future__ import annotations

from typing import Any

from sandbox.frames.access import grants_of
from sandbox.frames.models import Grant, NetworkRequest
from widgets_manager.core.actor import Actor
from widgets_manager.widgets.models import WidgetInstance
from widgets_manager.widgets.panels_of import panel_of
from widgets_manager.widgets.scripted import source_of


def show_grant(grant: Grant) -> dict[str, Any]:
    """An answer (its instance, with widget and workspace, loaded); `current` says whether it still counts."""
    return {
        "instance_id": str(grant.instance_id),
        "permission": grant.permission,
        "level": str(grant.level),
        "expires_at": grant.expires_at.isoformat() if grant.expires_at else None,
        "created_at": grant.created_at.isoformat(),
        "current": grant.current,
        "widget": _widget(grant.instance),
        "panel": _panel(grant.instance),
    }


def own_grants(actor: Actor) -> list[dict[str, Any]]:
    """For the person's own stream: their answers, newest first."""
    return [show_grant(grant) for grant in grants_of(actor)]


def show_request(row: NetworkRequest) -> dict[str, Any]:
    """A request (its user loaded); `user` is null for one who has left."""
    return {
        "method": row.method,
        "url": row.url,
        "status": row.status,
        "size": row.size,
        "milliseconds": row.milliseconds,
        "error": row.error,
        "created_at": row.created_at.isoformat(),
        "user": row.user.display_name if row.user else None,
    }


def _widget(instance: WidgetInstance) -> dict[str, Any]:
    """The widget by the name and the source that this server knows, not by what its script says."""
    widget = instance.widget
    assert widget is not None  # noqa: S101  (built-ins have no scripts, so nobody answers them)
    return {"id": str(widget.pk), "name": widget.name, "source": source_of(widget)}


def _panel(instance: WidgetInstance) -> dict[str, Any]:
    return {
        "panel_id": instance.panel_id,
        "title": panel_of(instance).title,
        "workspace_id": str(instance.workspace_id),
        "workspace": instance.workspace.name,
    }
