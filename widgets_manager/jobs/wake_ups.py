"""Stage: events. Telling workers that jobs are due.

A wake-up may be lost, doubled or late without harm: the work is the row. The outbox keeps each wake-up until the
broker has taken it, and the sweep repeats those that a broker forgot.
"""

from __future__ import annotations

import functools
import logging
import uuid
from collections.abc import Sequence
from typing import Any, Final

from celery import Celery
from django.db import transaction
from kombu import Connection
from kombu.pools import connections

from widgets_manager.jobs.models import Job, Outbox

logger = logging.getLogger(__name__)

RUN_JOB: Final = "jobs.run_job"
BATCH: Final = 100
# Give up fast: the caller is a request that has already committed, and the sweep tries again. The one repetition is
# for a connection that died while it was idle.
_RETRY_ONCE: Final = {"max_retries": 1, "interval_start": 0, "interval_step": 0, "interval_max": 0}
_GIVE_UP_FAST: Final = {
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0,
    "connect_retries_timeout": 1,
    "socket_timeout": 2,
    "socket_connect_timeout": 2,
}


def celery_app() -> Celery:
    """The project's Celery application."""
    from config.celery import app

    return app


@functools.cache
def _broker() -> Connection:
    app = celery_app()
    options: dict[str, Any] = {**app.conf.broker_transport_options, **_GIVE_UP_FAST}
    connection: Connection = app.connection_for_write(transport_options=options)
    return connection


def add_wake_ups(jobs: Sequence[Job]) -> None:
    """Put wake-ups into the outbox, in the caller's transaction."""
    rows = [Outbox(tenant_id=job.tenant_id, job=job) for job in jobs]
    Outbox.objects.bulk_create(rows, ignore_conflicts=True)


def publish_wake_ups(job_ids: Sequence[uuid.UUID] | None = None) -> int:
    """Send what is in the outbox (only these jobs' when given), at most BATCH; returns how many were sent.

    A broker that does not answer is logged, never raised: the rows stay and the next sweep sends them.
    """
    rows = Outbox.objects.select_for_update(skip_locked=True).order_by("id")
    if job_ids is not None:
        rows = rows.filter(job_id__in=job_ids)
    with transaction.atomic():
        sent = _send(rows[:BATCH])
        Outbox.objects.filter(pk__in=sent).delete()
    return len(sent)


def send_wake_up(job_id: uuid.UUID) -> bool:
    """Send one that no outbox keeps; whether the broker took it. One that does not answer is logged, never raised."""
    try:
        _send_one(job_id)
    except Exception as error:  # whatever a broker client raises: the row stays
        logger.warning("the broker did not take a wake-up; the sweep will repeat it", extra={"error": repr(error)})
        return False
    return True


def _send_one(job_id: uuid.UUID) -> None:
    with connections[_broker()].acquire(block=True, timeout=2) as connection:
        celery_app().send_task(RUN_JOB, args=[str(job_id)], connection=connection, retry=True, retry_policy=_RETRY_ONCE)


def _send(rows: Any) -> list[int]:
    sent: list[int] = []
    for row in rows:
        if not send_wake_up(row.job_id):
            break
        sent.append(row.pk)
    return sent
