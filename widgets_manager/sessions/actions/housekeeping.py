"""Stage: actions. What sessions no longer need goes after a month; everything else goes with its conversation."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from django.db.models import QuerySet
from django.db.models.functions import Now

from widgets_manager.sessions.models import MountedWidget, SessionFile

RETENTION: Final = timedelta(days=30)
_BATCH: Final = 1_000  # rows that are deleted in one transaction


def delete_closed_widgets() -> int:
    """Forget widgets a month after they were closed; returns how many."""
    return _deleted(MountedWidget.objects.filter(closed_at__lt=Now() - RETENTION))


def delete_lone_files() -> int:
    """Forget files that people gave to a widget outside of any conversation, after a month; returns how many.

    Their bytes go with the garbage of the room of files.
    """
    return _deleted(SessionFile.objects.filter(session=None, created_at__lt=Now() - RETENTION))


def _deleted(rows: QuerySet[Any]) -> int:
    count = 0
    while keys := list(rows.order_by().values_list("pk", flat=True)[:_BATCH]):
        count += rows.filter(pk__in=keys).delete()[0]
    return count
