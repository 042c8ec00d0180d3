"""Stage: actions. Events that a plugin has names for: recorded when they happen, told to who wants to know of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from django.utils import timezone

from sandbox.plugins.access import events_of, get_event, sees_all_of
from sandbox.plugins.models import HeartbeatEvent, HeartbeatSubscription, PluginRun
from widgets_manager.core.access import session_actor
from widgets_manager.core.actions.audit import record_audit
from widgets_manager.core.actor import Actor
from widgets_manager.core.models import Membership
from widgets_manager.core.unit_of_work import unit_of_work
from widgets_manager.notifications.actions import notify
from widgets_manager.widgets.access import visible_widgets
from widgets_manager.widgets.models import InstalledWidget

RETENTION: Final = timedelta(days=30)


def record_heartbeats(
    *, actor: Actor, widget: InstalledWidget, source: str, action_id: str, run: PluginRun | None
) -> list[HeartbeatEvent]:
    """What of the plugin's `heartbeatEvents` a successful run of the actor's was; subscribers are told.

    `source` is `widget`, with the widget's actionId, or `tool`, with `input.action` or else the tool's name. Each event
    is recorded once, however many of its matchers fit, and once for a job, however often that ran. It belongs into the
    transaction that keeps the run.
    """
    happened = [
        event
        for event in events_of(widget)
        if any((match["source"], match["actionId"]) == (source, action_id) for match in event["matchers"])
    ]
    if not happened:
        return []
    with unit_of_work():
        recorded = []
        for event in happened:
            if run is not None and _is_known(widget, event["id"], run):
                continue
            row = HeartbeatEvent.objects.create(
                tenant=actor.tenant,
                widget=widget,
                user=actor.user,
                event_id=event["id"],
                source=source,
                action_id=action_id,
                run=run,
            )
            _tell(actor, widget, row, event["displayName"], event.get("description", ""))
            recorded.append(row)
    return recorded


def set_subscription(*, actor: Actor, widget: InstalledWidget, event_id: str, subscribed: bool) -> None:
    """Have the actor be told of an event of the plugin, or no longer. Raises NotFound for an event that it has not."""
    event = get_event(widget, event_id)
    with unit_of_work():
        mine = HeartbeatSubscription.objects.filter(widget=widget, user=actor.user, event_id=event["id"])
        if subscribed:
            row = HeartbeatSubscription(tenant=actor.tenant, widget=widget, user=actor.user, event_id=event["id"])
            HeartbeatSubscription.objects.bulk_create([row], ignore_conflicts=True)
        else:
            mine.delete()
        verb = "subscribe" if subscribed else "unsubscribe"
        record_audit(actor=actor, action=f"plugin.{verb}", target=widget, slug=widget.slug, event=event["id"])


def delete_old_events() -> int:
    """Housekeeping: forget events after RETENTION; returns how many."""
    return HeartbeatEvent.objects.filter(created_at__lt=timezone.now() - RETENTION).delete()[0]


def _is_known(widget: InstalledWidget, event_id: str, run: PluginRun) -> bool:
    """Whether this run has told of it already, or an earlier one of the same job."""
    rows = HeartbeatEvent.objects.filter(widget=widget, event_id=event_id)
    return rows.filter(run__job=run.job_id).exists() if run.job_id else rows.filter(run=run).exists()


def _tell(actor: Actor, widget: InstalledWidget, row: HeartbeatEvent, name: str, description: str) -> None:
    for subscriber in _subscribers(actor, widget, row.event_id):
        mine = subscriber.user_id == actor.user_id
        notify(
            tenant=actor.tenant,
            user=subscriber.user,
            title=name if mine else f"{name}: {actor.user.display_name}",
            text=description,
            source=widget.name,
            url=f"/widgets/plugins/{widget.pk}/runs/",
            key=f"heartbeat:{row.pk}",
        )


def _subscribers(actor: Actor, widget: InstalledWidget, event_id: str) -> Iterator[Actor]:
    """Those who want to know and may: of their own runs everybody who sees the plugin, of others' who manages it."""
    rows = HeartbeatSubscription.objects.filter(widget=widget, event_id=event_id).select_related("user")
    members = Membership.objects.filter(tenant=actor.tenant, user__is_active=True)
    for row in rows.filter(user__in=members.values("user")).order_by("created_at"):
        subscriber = session_actor(row.user, actor.tenant_id)
        if subscriber.user_id != actor.user_id and not sees_all_of(subscriber, widget):
            continue
        if visible_widgets(subscriber).filter(pk=widget.pk).exists():
            yield subscriber
