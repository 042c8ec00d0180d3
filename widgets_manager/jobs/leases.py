"""Stage: actions. Who may run a job: one holder at a time, by the database's clock, and no write without the lease.

A holder that was cut off from the database for longer than its lease may find the job in other hands; each of its
writes compares the lease's token on the locked row, so that it fails instead of overwriting.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.db.models import F, Q
from django.db.models.functions import Now

from widgets_manager.core.unit_of_work import UnitOfWork, unit_of_work
from widgets_manager.jobs.exceptions import LeaseLost
from widgets_manager.jobs.kinds import JobKind, find_kind
from widgets_manager.jobs.models import Job, JobState

_FIRST_DELAY: Final = timedelta(seconds=5)
_LONGEST_DELAY: Final = timedelta(minutes=10)
_UNKNOWN_KIND_DELAY: Final = timedelta(minutes=1)
WORKER_LOST: Final = "The worker that ran this stopped without an answer."
_ERROR_LENGTH: Final = 4000


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
    """Take the job for one attempt, or None when it is not due, held by someone or used up."""
    with unit_of_work():
        rows = Job.objects.select_for_update(skip_locked=True, of=("self",)).select_related("user")
        job = rows.filter(is_due(), pk=job_id).first()
        if job is None:
            return None
        kind = find_kind(job.kind)
        if kind is None:
            _postpone(job)
            return None
        if job.attempts >= job.max_attempts:
            _end(Job.objects.filter(pk=job.pk), JobState.FAILED, error=WORKER_LOST)
            return None
        return job, _take(job, kind)


def renew_lease(lease: Lease) -> None:
    """Keep the job for another lease's length from now. Raises LeaseLost."""
    _write(lease, lease_until=Now() + timedelta(seconds=lease.kind.lease_seconds))


def write_progress(lease: Lease, percent: int, note: str) -> None:
    """Say how far the job is. Raises LeaseLost."""
    _write(lease, progress=max(0, min(100, percent)), progress_note=note[:200])


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
        _end(_held(lease), JobState.DONE, result=result, progress=100, error="")


def fail_job(lease: Lease, error: str) -> None:
    """The job has failed for good. Raises LeaseLost."""
    with fenced(lease):
        _end(_held(lease), JobState.FAILED, error=error)


def retry_job(lease: Lease, error: str) -> bool:
    """Queue the job again after a pause, or fail it when its attempts are used up; whether it was queued.

    Raises LeaseLost.
    """
    with fenced(lease):
        job = _held(lease).get()
        if job.attempts >= job.max_attempts:
            _end(_held(lease), JobState.FAILED, error=error)
            return False
        _held(lease).update(
            state=JobState.QUEUED,
            lease_token=None,
            lease_until=None,
            run_after=Now() + backoff(job.attempts),
            woken_at=None,
            error=_storable(error),
        )
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
    return lease


def _postpone(job: Job) -> None:
    # During a rolling update an older worker may see a newer kind: leave the job to those who know it.
    values: dict[str, Any] = {"run_after": Now() + _UNKNOWN_KIND_DELAY, "woken_at": None}
    Job.objects.filter(pk=job.pk).update(
        state=JobState.QUEUED, lease_token=None, lease_until=None, error=f"No worker knows '{job.kind}'.", **values
    )


def _end(rows: Any, state: JobState, **values: Any) -> None:
    if "error" in values:
        values["error"] = _storable(values["error"])
    rows.update(state=state, lease_token=None, lease_until=None, finished_at=Now(), **values)


def _storable(text: str) -> str:
    return text.replace("\0", "")[:_ERROR_LENGTH]
