"""Stage: views. Events of plugins, and data that was kept, as the API shows them."""

from __future__ import annotations

from typing import Any

from sandbox.plugindb.models import PluginDatabase
from sandbox.plugins.access import events_of
from sandbox.plugins.models import HeartbeatEvent, HeartbeatSubscription
from widgets_manager.core.actor import Actor
from widgets_manager.widgets.models import InstalledWidget


def show_subscribable(actor: Actor, widget: InstalledWidget) -> list[dict[str, Any]]:
    """The plugin's events, and whether the actor is told of them."""
    rows = HeartbeatSubscription.objects.filter(widget=widget, user=actor.user)
    told = set(rows.values_list("event_id", flat=True))
    return [
        {
            "id": event["id"],
            "name": event["displayName"],
            "description": event.get("description", ""),
            "subscribed": event["id"] in told,
        }
        for event in events_of(widget)
    ]


def show_event(row: HeartbeatEvent) -> dict[str, Any]:
    """One time that it happened (its person loaded)."""
    return {
        "event": row.event_id,
        "source": row.source,
        "action": row.action_id,
        "user": row.user.display_name,
        "run_id": str(row.run_id) if row.run_id else None,
        "created_at": row.created_at.isoformat(),
    }


def show_kept(row: PluginDatabase) -> dict[str, Any]:
    """Tables without a plugin."""
    return {
        "id": str(row.pk),
        "slug": row.slug,
        "tenant_wide": row.user_id is None,
        "keep_until": row.keep_until.isoformat() if row.keep_until else None,
    }
