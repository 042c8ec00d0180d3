"""Stage: access. A person's own notifications, and nobody else's."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from widgets_manager.core.access import get_or_404, parse_id
from widgets_manager.core.actor import Actor
from widgets_manager.notifications.models import Notification


def own_notifications(actor: Actor) -> QuerySet[Notification]:
    """What the actor was told in this organisation, newest first."""
    return Notification.objects.filter(tenant=actor.tenant, user=actor.user)


def get_notification(actor: Actor, notification_id: object) -> Notification:
    """One of `own_notifications`. Raises NotFound."""
    return get_or_404(own_notifications(actor), "notification", pk=parse_id(notification_id, "notification"))


def older_than(actor: Actor, notification_id: object) -> QuerySet[Notification]:
    """Those of `own_notifications` that stand below one of them in the list. Raises NotFound."""
    last = get_notification(actor, notification_id)
    older = Q(created_at__lt=last.created_at) | Q(created_at=last.created_at, pk__lt=last.pk)
    return own_notifications(actor).filter(older)


def count_unread(actor: Actor) -> int:
    """How many of them have not been read."""
    return own_notifications(actor).filter(read_at=None).count()


def show_unread(actor: Actor) -> dict[str, Any]:
    """The part of a person's stream: events change the number, and the list is asked for when it is opened."""
    return {"unread": count_unread(actor)}
