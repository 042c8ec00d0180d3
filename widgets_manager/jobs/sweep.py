"""Stage: handlers. Repairing what a broker forgot: every due job is announced again until someone has taken it."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now

from widgets_manager.jobs.leases import is_due
from widgets_manager.jobs.models import Job
from widgets_manager.jobs.wake_ups import BATCH, add_wake_ups, publish_wake_ups

# A wake-up that was sent is given this long to arrive before it is sent again.
PATIENCE: Final = timedelta(seconds=30)


def sweep(patience: timedelta = PATIENCE) -> int:
    """Announce due jobs and send the outbox; returns how many wake-ups the broker took.

    At most BATCH jobs at a time, those waiting longest first: a long queue is not announced as a whole each time.
    """
    with transaction.atomic():
        unheard = Q(woken_at=None) | Q(woken_at__lt=Now() - patience)
        rows = Job.objects.select_for_update(skip_locked=True).filter(is_due() & unheard)
        jobs = list(rows.order_by("run_after")[:BATCH])
        add_wake_ups(jobs)
        Job.objects.filter(pk__in=[job.pk for job in jobs]).update(woken_at=Now())
    return publish_wake_ups()
