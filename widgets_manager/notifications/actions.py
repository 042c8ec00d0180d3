"""Stage: actions. Tell a person something, and what they do with it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from django.db import IntegrityError, transaction
from django.utils import timezone

from widgets_manager.core.access import get_or_404
from widgets_manager.core.actor import Actor
from widgets_manager.core.exceptions import InvalidInput
from widgets_manager.core.models import Tenant, User
from widgets_manager.core.unit_of_work import unit_of_work
from widgets_manager.notifications.access import own_notifications
from widgets_manager.notifications.events import (
    NotificationPut,
    NotificationsRead,
    NotificationsRemoved,
    emit_to_person,
    show_notification,
)
from widgets_manager.notifications.models import Notification

MAX_TITLE: Final = 200
MAX_TEXT: Final = 4_000
MAX_KEPT: Final = 500  # of one person in one organisation; the oldest go first
RETENTION: Final = timedelta(days=30)


def notify(
    *,
    tenant: Tenant,
    user: User,
    title: str,
    text: str = "",
    urgent: bool = False,
    source: str = "",
    url: str = "",
    key: str = "",
) -> Notification:
    """Tell a member something; their open pages show it at once. Urgent ones stay on the screen until they are closed.

    `text` is Markdown, `source` who says so, `url` a path of this application. With a `key`, which is at most 200
    characters long, the same person is told the same thing once: what was told first is returned. Title and text are
    shortened to MAX_TITLE and MAX_TEXT characters. Raises InvalidInput for a blank title and for another address.
    """
    cleaned = _shortened(" ".join(title.split()), MAX_TITLE)
    if not cleaned:
        raise InvalidInput("title: must not be empty", path="title")
    if url and (not url.startswith("/") or url[1:2] in ("/", "\\")):
        raise InvalidInput("url: must be a path of this application, such as /jobs/", path="url")
    row = Notification(
        tenant=tenant,
        user=user,
        title=cleaned,
        text=_shortened(text.strip(), MAX_TEXT),
        urgent=urgent,
        source=_shortened(" ".join(source.split()), 200),
        url=url,
        key=key,
    )
    with unit_of_work():
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError:
            return Notification.objects.get(tenant=tenant, user=user, key=key)
        _emit(row, NotificationPut(notification=show_notification(row), unread=1, fresh=True))
        _make_room(row)
    return row


def mark_read(*, actor: Actor, notification: Notification, read: bool = True) -> Notification:
    """Mark one of the actor's as read, or as unread again. Marking what is marked already is no error.

    Raises NotFound when it has been deleted meanwhile.
    """
    with unit_of_work():
        row = get_or_404(own_notifications(actor).select_for_update(), "notification", pk=notification.pk)
        if (row.read_at is not None) != read:
            row.read_at = timezone.now() if read else None
            row.save(update_fields=["read_at"])
            _emit(row, NotificationPut(notification=show_notification(row), unread=-1 if read else 1, fresh=False))
    return row


def mark_all_read(*, actor: Actor) -> int:
    """Mark everything as read that the actor was told so far; how many that were."""
    with unit_of_work():
        rows = list(own_notifications(actor).select_for_update().filter(read_at=None).order_by("pk"))
        Notification.objects.filter(pk__in=[row.pk for row in rows]).update(read_at=timezone.now())
        if rows:
            _emit(rows[0], NotificationsRead(notification_ids=[row.pk for row in rows]))
    return len(rows)


def delete_notification(*, actor: Actor, notification: Notification) -> None:
    """Delete one of the actor's."""
    with unit_of_work():
        _delete(own_notifications(actor).select_for_update().filter(pk=notification.pk))


def delete_old() -> int:
    """Housekeeping: forget what people were told longer ago than RETENTION; how many that were."""
    old = Notification.objects.filter(created_at__lt=timezone.now() - RETENTION)
    people = list(old.order_by().values_list("tenant_id", "user_id").distinct())
    deleted = 0
    for tenant_id, user_id in people:
        with unit_of_work():
            deleted += _delete(old.select_for_update().filter(tenant_id=tenant_id, user_id=user_id))
    return deleted


def _make_room(row: Notification) -> None:
    """Delete what the person was told before the newest MAX_KEPT."""
    theirs = Notification.objects.filter(tenant_id=row.tenant_id, user_id=row.user_id)
    beyond = list(theirs.values_list("pk", flat=True)[MAX_KEPT:])
    if beyond:
        _delete(theirs.select_for_update().filter(pk__in=beyond))


def _delete(rows: Iterable[Notification]) -> int:
    """Delete locked rows of one person, and tell their pages."""
    gone = sorted(rows, key=lambda row: row.pk)
    if not gone:
        return 0
    Notification.objects.filter(pk__in=[row.pk for row in gone]).delete()
    unread = sum(row.read_at is None for row in gone)
    _emit(gone[0], NotificationsRemoved(notification_ids=[row.pk for row in gone], unread=unread))
    return len(gone)


def _emit(row: Notification, event: NotificationPut | NotificationsRead | NotificationsRemoved) -> None:
    emit_to_person(tenant_id=row.tenant_id, user_id=row.user_id, event=event)


def _shortened(text: str, most: int) -> str:
    cleaned = text.replace("\0", "")
    return cleaned if len(cleaned) <= most else f"{cleaned[: most - 1]}…"
