"""Stage: events. What a person's pages learn about notifications."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any, ClassVar

from widgets_manager.live.events import Event, emit
from widgets_manager.live.streams import StreamName
from widgets_manager.notifications.models import Notification


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationPut(Event):
    """A person is told something (`unread` is 1), or has marked it as read (-1) or as unread again (1)."""

    type: ClassVar[str] = "notification.put"
    notification: dict[str, Any]
    unread: int
    fresh: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationsRead(Event):
    """These notifications, which were unread, were marked as read at once."""

    type: ClassVar[str] = "notification.read"
    notification_ids: list[uuid.UUID]


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationsRemoved(Event):
    """Notifications were deleted; `unread` of them had not been read."""

    type: ClassVar[str] = "notification.removed"
    notification_ids: list[uuid.UUID]
    unread: int


def show_notification(row: Notification) -> dict[str, Any]:
    """A notification as the API and events show it."""
    return {
        "id": str(row.pk),
        "title": row.title,
        "text": row.text,
        "urgent": row.urgent,
        "source": row.source,
        "url": row.url,
        "read_at": row.read_at.isoformat() if row.read_at else None,
        "created_at": row.created_at.isoformat(),
    }


def emit_to_person(*, tenant_id: uuid.UUID, user_id: uuid.UUID, event: Event) -> None:
    """To every page that the person has open in this organisation."""
    emit(StreamName("user", user_id), event, tenant_id=tenant_id)
