"""Stage: events. What the API and live events show of mounted widgets and of files."""

from __future__ import annotations

from typing import Any

from widgets_manager.sessions.models import MountedWidget, SessionFile


def show_mounted(row: MountedWidget) -> dict[str, Any]:
    """A mounted widget with everything needed to show it."""
    return {
        "widget_id": row.widget_id,
        "zone": row.zone,
        "app": str(row.app_id) if row.app_id else None,
        "ref": row.ref or None,
        "title": row.title,
        "tree": row.tree,
        "data": row.data,
        "ctx": row.ctx,
        "values": row.values,
        "errors": row.errors,
        "answered": row.answered,
        "answers": row.answers,
        "created_at": row.created_at.isoformat(),
    }


def show_file(row: SessionFile) -> dict[str, Any]:
    """A file as a form's value holds it."""
    return {
        "id": str(row.pk),
        "name": row.name,
        "size": row.blob.size,
        "media_type": row.blob.media_type,
        "url": f"/api/widget-files/{row.pk}",
    }
