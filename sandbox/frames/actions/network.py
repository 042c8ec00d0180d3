"""Stage: actions. The log of what widgets had this server fetch: written for every request, kept for a week."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db.models import F, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from sandbox.frames.models import NetworkRequest
from widgets_manager.core.actor import Actor
from widgets_manager.core.unit_of_work import unit_of_work
from widgets_manager.widgets.models import WidgetInstance

KEPT: Final = timedelta(days=7)
MOST_KEPT: Final = 500
_MAX_URL: Final = 2_000
_MAX_ERROR: Final = 300


def log_request(
    *,
    actor: Actor,
    instance: WidgetInstance,
    method: str,
    url: str,
    milliseconds: int,
    status: int | None = None,
    size: int = 0,
    error: str = "",
) -> None:
    """Note a request that was answered, with its status and the bytes of its body, or refused, with the error.

    One whose panel has gone meanwhile is not noted.
    """
    with unit_of_work():
        if not WidgetInstance.objects.select_for_update(no_key=True).filter(pk=instance.pk).exists():
            return
        NetworkRequest.objects.create(
            tenant=actor.tenant,
            instance=instance,
            user=actor.user,
            method=method,
            url=url[:_MAX_URL],
            status=status,
            size=size,
            milliseconds=milliseconds,
            error=error[:_MAX_ERROR],
        )


def prune_network_log() -> int:
    """Forget what is older than a week, and of each place all but the newest five hundred; returns how many."""
    old = NetworkRequest.objects.filter(created_at__lt=timezone.now() - KEPT).delete()[0]
    place = Window(RowNumber(), partition_by=F("instance_id"), order_by=F("created_at").desc())
    surplus = NetworkRequest.objects.annotate(place=place).filter(place__gt=MOST_KEPT).order_by()
    return old + NetworkRequest.objects.filter(pk__in=list(surplus.values_list("pk", flat=True))).delete()[0]
