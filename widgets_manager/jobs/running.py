"""Stage: handlers. Running one attempt of a job: the lease is kept alive beside it, its outcome is written once."""

from __future__ import annotations

import logging
import os
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Self

from django.db import Error as DatabaseError
from django.db import connection

from widgets_manager.core import request_context
from widgets_manager.core.actor import Actor
from widgets_manager.core.exceptions import ApiError
from widgets_manager.core.unit_of_work import UnitOfWork
from widgets_manager.jobs import leases
from widgets_manager.jobs.access import job_actor
from widgets_manager.jobs.exceptions import JobFailed, LeaseLost
from widgets_manager.jobs.leases import Lease
from widgets_manager.jobs.models import Job, JobState

logger = logging.getLogger(__name__)


class RunningJob:
    """What a handler gets: the job's arguments, its actor, and the only ways to write on its behalf."""

    def __init__(self, job: Job, actor: Actor, lease: Lease, keeper: LeaseKeeper) -> None:
        self.id: uuid.UUID = job.pk
        self.kind = job.kind
        self.args: dict[str, Any] = job.args
        self.attempt = job.attempts
        self.round = job.round
        self.actor = actor
        self.finished = False
        self._lease = lease
        self._keeper = keeper

    def check(self) -> None:
        """Raise LeaseLost when the job was cancelled or lost; long handlers call it between steps."""
        if self._keeper.lost.is_set():
            raise LeaseLost(f"job {self.id}")

    def require_lease(self) -> None:
        """Raise LeaseLost unless the job is still this attempt's, as the database has it."""
        leases.renew_lease(self._lease)

    def report(self, percent: int, note: str = "") -> None:
        """Say how far the job is, in percent. Raises LeaseLost."""
        leases.write_progress(self._lease, percent, note)

    @contextmanager
    def unit_of_work(self) -> Iterator[UnitOfWork]:
        """A transaction that commits only while the job is this attempt's own. Raises LeaseLost."""
        self.check()
        with leases.fenced(self._lease) as unit:
            yield unit

    @property
    def lost(self) -> int:
        """A descriptor that can be read once the job was cancelled or lost."""
        return self._keeper.descriptor

    @property
    def is_cancelled(self) -> bool:
        """Whether somebody has cancelled it, as the database has it."""
        return Job.objects.filter(pk=self.id, state=JobState.CANCELLED).exists()

    def finish(self, result: dict[str, Any] | None = None) -> None:
        """End the job inside `unit_of_work()`: its last effect and its end then commit together, exactly once."""
        leases.finish_job(self._lease, result)
        self.finished = True

    def fail(self, error: str, code: str = "", result: dict[str, Any] | None = None) -> None:
        """End the job as failed, as `finish` does. Raises LeaseLost."""
        leases.fail_job(self._lease, error, code, result)
        self.finished = True

    def begin_anew(self, error: str, code: str, *, pause: timedelta | None, rounds: int) -> None:
        """End this attempt and have another round, at most `rounds` in all, as `finish` does. Raises LeaseLost."""
        leases.begin_anew(self._lease, error, code, pause=pause, rounds=rounds)
        self.finished = True


class LeaseKeeper:
    """Renews a lease from a thread while the handler runs; `lost` is set once the job is no longer ours.

    After the kind's timeout it gives the attempt up: what the handler does from then on is refused.
    """

    def __init__(self, lease: Lease) -> None:
        self.lost = threading.Event()
        self.descriptor, self._bell = os.pipe()
        self._lease = lease
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._keep, name=f"lease-{lease.job_id}", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        os.close(self.descriptor)
        os.close(self._bell)

    def _keep(self) -> None:
        kind = self._lease.kind
        give_up_at = time.monotonic() + kind.timeout_seconds
        renewed_at = time.monotonic()
        try:
            while not self._stop.wait(kind.lease_seconds / 3):
                if time.monotonic() > give_up_at:
                    leases.retry_job(self._lease, f"It took longer than {kind.timeout_seconds:g} seconds.")
                    raise LeaseLost
                if self._renew():
                    renewed_at = time.monotonic()
                elif time.monotonic() - renewed_at > kind.lease_seconds:
                    raise LeaseLost
        except (LeaseLost, DatabaseError):
            self.lost.set()
            os.write(self._bell, b"!")
        finally:
            connection.close()

    def _renew(self) -> bool:
        """Whether the database took the renewal; a broken connection is closed and tried again."""
        try:
            leases.renew_lease(self._lease)
        except DatabaseError:
            logger.warning("a job's lease could not be renewed", extra={"job_id": str(self._lease.job_id)})
            connection.close()
            return False
        return True


def run_job(job_id: uuid.UUID) -> bool:
    """Run the job once if it is due and free; whether it was. Safe to call any number of times, anywhere."""
    return _run(leases.claim_job(job_id))


def run_next() -> bool:
    """Run one of the jobs that are due, of the organisation whose turn it is; whether there was one."""
    return _run(leases.claim_next())


def _run(claimed: tuple[Job, Lease] | None) -> bool:
    if claimed is None:
        return False
    job, lease = claimed
    request_context.begin(f"job-{job.pk}")
    request_context.identify(tenant_id=job.tenant_id, user_id=job.user_id)
    started = time.monotonic()
    with LeaseKeeper(lease) as keeper:
        outcome = _attempt(job, lease, keeper)
    extra = {"job_id": str(job.pk), "kind": job.kind, "attempt": job.attempts, "outcome": outcome}
    logger.info("job ran", extra=extra | {"seconds": round(time.monotonic() - started, 3)})
    return True


def _attempt(job: Job, lease: Lease, keeper: LeaseKeeper) -> str:
    """One attempt and its outcome's name. A failure of the database leaves the lease to run out."""
    try:
        try:
            running = RunningJob(job, job_actor(job), lease, keeper)
            result = lease.kind.handler(running)
            if not running.finished:
                leases.finish_job(lease, result)
        except LeaseLost:
            raise
        except JobFailed as error:
            leases.fail_job(lease, str(error), error.code)
            return "failed"
        except Exception as error:  # a handler is foreign code: whatever it raises is its outcome
            return _fail(job, lease, error)
    except LeaseLost:
        return "lease_lost"
    return "done"


def _fail(job: Job, lease: Lease, error: Exception) -> str:
    # A refusal stays a refusal when it is tried again; anything else may be a passing fault.
    if isinstance(error, ApiError) and error.status < 500:
        leases.fail_job(lease, error.message, error.code)
        return "failed"
    logger.exception("a job's attempt failed", extra={"job_id": str(job.pk), "kind": job.kind}, exc_info=error)
    again = leases.retry_job(lease, f"{type(error).__name__}: {error}")
    return "will_retry" if again else "failed"
