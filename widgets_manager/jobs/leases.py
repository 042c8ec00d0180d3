"""Stage: actions. Who may run a job: one holder at a time, by the database's clock, and no write without the lease.

A holder that was cut off from the database for longer than its lease may find the job in other hands; each of its
writes compares the lease's token on the locked row, so that it fails instead of overwriting.

Of an organisation at most so many jobs run at once, and organisations take turns: whoever waits for a worker does not
wait for all the jobs of somebody else.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.conf import settings
from django.db import connection
from django.db.models import F, Q
from django.db.models.functions import Now

from widgets_manager.core.unit_of_work import UnitOfWork, after_commit, unit_of_work
from widgets_manager.jobs.events import announce
from widgets_manager.jobs.exceptions import LeaseLost
from widgets_manager.jobs.kinds import JobKind, find_kind
from widgets_manager.jobs.models import Job, JobState
from widgets_manager.jobs.wake_ups import send_wake_up
from widgets_manager.notifications.actions import notify

_FIRST_DELAY: Final = timedelta(seconds=5)
_LONGEST_DELAY: Final = timedelta(minutes=10)
_UNKNOWN_KIND_DELAY: Final = timedelta(minutes=1)
WORKER_LOST: Final = "The worker that ran this stopped without an answer."
_ERROR_LENGTH: Final = 4000
# Organisations with something due: those with the fewest running first, then those that were served longest ago.
_IN_TURN: Final = """
SELECT due.tenant_id FROM (
    SELECT DISTINCT tenant_id FROM jobs
    WHERE (state = 'queued' AND run_after <= statement_timestamp())
        OR (state = 'running' AND lease_until < statement_timestamp())
) AS due
ORDER BY (
    SELECT count(*) FROM jobs WHERE tenant_id = due.tenant_id AND state = 'running'
        AND lease_until >= statement_timestamp()
), (SELECT max(started_at) FROM jobs WHERE tenant_id = due.tenant_id) NULLS FIRST
"""


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to run one attempt of a job."""

    job_id: uuid.UUID
    token: uuid.UUID
    kind: JobKind


def is_due() -> Q:
    """Jobs that someone should run now: queued ones whose time has come, and those whose holder fell silent."""
    queued = Q(state=JobState.QUEUED, run_after__lte=Now())
    return queued | Q(state=JobState.RUNNING, lease_until__lt=Now())


def backoff(attempts: int) -> timedelta:
    """How long to wait after the given number of failed attempts: 5 s, 10 s, 20 s, … at most 10 minutes."""
    return min(_LONGEST_DELAY, _FIRST_DELAY * (1 << min(attempts - 1, 20)))


def claim_job(job_id: uuid.UUID) -> tuple[Job, Lease] | None:
    """Take the job for one attempt.

    None when it is not due, held by someone, used up, or when enough others of its organisation run.
    """
    tenant_id = Job.objects.filter(pk=job_id).values_list("tenant_id", flat=True).first()
    return _claim(tenant_id, pk=job_id) if tenant_id else None


def claim_next() -> tuple[Job, Lease] | None:
    """Take one of the due jobs, of the organisation whose turn it is; None when nothing may run now."""
    with connection.cursor() as cursor:
        cursor.execute(_IN_TURN)
        tenants = [row[0] for row in cursor.fetchall()]
    for tenant_id in tenants:
        if claimed := _claim(tenant_id):
            return claimed
    return None


def tenant_limit() -> int:
    """How many jobs of one organisation run at once: never so many that a host's last worker process is taken."""
    return min(settings.JOBS_PER_TENANT, max(1, settings.WORKER_PROCESSES - 1))


def count_running(tenant_id: uuid.UUID) -> int:
    """How many of its jobs somebody holds."""
    return Job.objects.filter(tenant_id=tenant_id, state=JobState.RUNNING, lease_until__gte=Now()).count()


def _claim(tenant_id: uuid.UUID, **which: Any) -> tuple[Job, Lease] | None:
    with unit_of_work():
        with connection.cursor() as cursor:  # one at a time, or two would both take the last place
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"jobs of {tenant_id}"])
        if count_running(tenant_id) >= tenant_limit():
            return None
        rows = Job.objects.select_for_update(skip_locked=True, of=("self",)).select_related("user")
        job = rows.filter(is_due(), tenant_id=tenant_id, **which).order_by("run_after").first()
        if job is None:
            return None
        kind = find_kind(job.kind)
        if kind is None:
            _postpone(job)
            return None
        if job.attempts >= job.max_attempts:
            _end(job, JobState.FAILED, error=WORKER_LOST)
            return None
        return job, _take(job, kind)


def renew_lease(lease: Lease) -> None:
    """Keep the job for another lease's length from now. Raises LeaseLost."""
    _write(lease, lease_until=Now() + timedelta(seconds=lease.kind.lease_seconds))


def write_progress(lease: Lease, percent: int, note: str) -> None:
    """Say how far the job is. Raises LeaseLost."""
    with unit_of_work():
        _write(lease, progress=max(0, min(100, percent)), progress_note=_storable(note)[:200])
        announce(lease.job_id)


@contextmanager
def fenced(lease: Lease) -> Iterator[UnitOfWork]:
    """A unit of work that commits only for the lease's holder: the job's row stays locked until the end.

    Raises LeaseLost before the body runs.
    """
    with unit_of_work() as unit:
        if not _held(lease).select_for_update().exists():
            raise LeaseLost(f"job {lease.job_id}")
        yield unit


def finish_job(lease: Lease, result: dict[str, Any] | None) -> None:
    """The job is done. Raises LeaseLost."""
    with fenced(lease):
        _end(_held(lease).get(), JobState.DONE, result=result, progress=100, error="", error_code="")


def fail_job(lease: Lease, error: str, code: str = "", result: dict[str, Any] | None = None) -> None:
    """The job has failed for good. Raises LeaseLost."""
    with fenced(lease):
        _end(_held(lease).get(), JobState.FAILED, error=error, error_code=code, result=result)


def retry_job(lease: Lease, error: str) -> bool:
    """Queue the job again after a pause, or fail it when its attempts are used up; whether it was queued.

    Raises LeaseLost.
    """
    with fenced(lease):
        job = _held(lease).get()
        if job.attempts >= job.max_attempts:
            _end(job, JobState.FAILED, error=error)
            return False
        _requeue(job, backoff(job.attempts), error=error)
        return True


def begin_anew(lease: Lease, error: str, code: str, *, pause: timedelta | None, rounds: int) -> bool:
    """Queue the job again because its handler asks for it, in a new round: recorded calls count no more.

    It fails when it had so many rounds already; whether it was queued. Without a pause the usual one grows with them.
    Raises LeaseLost.
    """
    with fenced(lease):
        job = _held(lease).get()
        if job.round + 1 >= rounds:
            _end(job, JobState.FAILED, error=error, error_code=code)
            return False
        again = {"round": job.round + 1, "max_attempts": job.attempts + lease.kind.max_attempts}
        _requeue(job, pause or backoff(job.round + 1), error=error, error_code=code, **again)
        return True


def _held(lease: Lease) -> Any:
    return Job.objects.filter(pk=lease.job_id, lease_token=lease.token, state=JobState.RUNNING)


def _write(lease: Lease, **values: Any) -> None:
    if not _held(lease).update(**values):
        raise LeaseLost(f"job {lease.job_id}")


def _take(job: Job, kind: JobKind) -> Lease:
    lease = Lease(job.pk, uuid.uuid4(), kind)
    Job.objects.filter(pk=job.pk).update(
        state=JobState.RUNNING,
        attempts=F("attempts") + 1,
        lease_token=lease.token,
        lease_until=Now() + timedelta(seconds=kind.lease_seconds),
        started_at=Now(),
        woken_at=None,
    )
    job.refresh_from_db(fields=["state", "attempts", "lease_token", "lease_until", "started_at"])
    announce(job.pk)
    return lease


def _postpone(job: Job) -> None:
    # During a rolling update an older worker may see a newer kind: leave the job to those who know it.
    values: dict[str, Any] = {"run_after": Now() + _UNKNOWN_KIND_DELAY, "woken_at": None}
    Job.objects.filter(pk=job.pk).update(
        state=JobState.QUEUED, lease_token=None, lease_until=None, error=f"No worker knows '{job.kind}'.", **values
    )


def _requeue(job: Job, pause: timedelta, *, error: str, **values: Any) -> None:
    free = {"state": JobState.QUEUED, "lease_token": None, "lease_until": None, "woken_at": None}
    make_room(job.tenant_id)
    Job.objects.filter(pk=job.pk).update(run_after=Now() + pause, error=_storable(error), **free, **values)
    announce(job.pk)


def _end(job: Job, state: JobState, *, error: str, **values: Any) -> None:
    make_room(job.tenant_id)
    free = {"lease_token": None, "lease_until": None, "finished_at": Now()}
    Job.objects.filter(pk=job.pk).update(state=state, error=_storable(error), **free, **values)
    announce(job.pk)
    if state == JobState.FAILED:
        _tell_failure(job, _storable(error))


def make_room(tenant_id: uuid.UUID) -> None:
    """A job of the organisation is about to let its place go. Wake-ups that came while all were taken led to nothing:
    one is repeated, whether or not all are taken now, since others may have let theirs go a moment ago.

    Not by the outbox: its rows lock the jobs that they are for, which others may be about to take.
    """
    waiting = Job.objects.filter(tenant_id=tenant_id, state=JobState.QUEUED, run_after__lte=Now()).order_by("run_after")
    if (job_id := waiting.values_list("pk", flat=True).first()) is not None:
        after_commit(lambda: send_wake_up(job_id))


def _tell_failure(job: Job, error: str) -> None:
    title = f"{job.title or job.kind} failed"
    key = f"job {job.pk} {job.round} {job.attempts}"
    url = f"/jobs/{job.pk}/"
    notify(tenant=job.tenant, user=job.user, title=title, text=error[:500], source="Jobs", url=url, key=key)


def _storable(text: str) -> str:
    return text.replace("\0", "")[:_ERROR_LENGTH]
