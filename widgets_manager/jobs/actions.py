"""Stage: actions. Start and cancel jobs, and forget old ones."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.db.models.functions import Now

from widgets_manager.core.actions.audit import record_audit
from widgets_manager.core.actor import Actor
from widgets_manager.core.exceptions import Conflict, PermissionDenied
from widgets_manager.core.unit_of_work import after_commit, unit_of_work
from widgets_manager.jobs.events import announce
from widgets_manager.jobs.exceptions import OUTCOME_UNKNOWN, QueueFull
from widgets_manager.jobs.kinds import find_kind, get_kind
from widgets_manager.jobs.leases import make_room
from widgets_manager.jobs.models import Job, JobState
from widgets_manager.jobs.wake_ups import add_wake_ups, publish_wake_ups

RETENTION: Final = timedelta(days=14)


def enqueue(
    *, actor: Actor, kind: str, args: dict[str, Any], title: str = "", run_after: datetime | None = None
) -> Job:
    """A job that runs once the caller's transaction has committed, or from `run_after` on (within ten seconds).

    The row and its wake-up belong to the caller's transaction. `title` is what people call it. Raises ValueError for an
    unregistered kind, QueueFull while too many of the organisation wait.
    """
    registered = get_kind(kind)
    with unit_of_work():
        _require_room(actor)
        job = Job(
            tenant=actor.tenant,
            user=actor.user,
            scopes=sorted(actor.scopes),
            kind=kind,
            title=title[:200],
            args=args,
            max_attempts=registered.max_attempts,
        )
        if run_after is not None:
            job.run_after = run_after
        else:
            job.woken_at = Now()  # by the outbox; the sweep need not hurry to repeat it
        job.clean_fields(exclude=["tenant", "user", "woken_at"])
        job.save(force_insert=True)
        announce(job.pk)
        if run_after is None:
            _wake(job)
    return job


def restart_job(*, actor: Actor, job: Job) -> Job:
    """Run a failed job again because a person says so.

    Where the outcome of a call was not known it goes on and makes that call again; otherwise everything begins anew.
    Raises PermissionDenied for somebody else's unless the actor is an admin, Conflict JOB_NOT_FAILED, QueueFull.
    """
    _require_own(actor, job, "retry")
    with unit_of_work():
        row = Job.objects.select_for_update(of=("self",)).get(pk=job.pk, tenant=actor.tenant)
        if row.state != JobState.FAILED:
            raise Conflict("Only a failed job can be tried again.", code="JOB_NOT_FAILED")
        _require_room(actor)
        kind = find_kind(row.kind)
        Job.objects.filter(pk=row.pk).update(
            state=JobState.QUEUED,
            round=row.round if row.error_code == OUTCOME_UNKNOWN else row.round + 1,
            max_attempts=row.attempts + (kind.max_attempts if kind else 1),
            run_after=Now(),
            woken_at=Now(),
            finished_at=None,
            progress=0,
            progress_note="",
            result=None,
        )
        _wake(row)
        announce(row.pk)
        record_audit(actor=actor, action="job.retry", target=row, kind=row.kind)
    row.refresh_from_db()
    return row


def _require_room(actor: Actor) -> None:
    """Raise QueueFull when as many jobs of the organisation wait as may. Those that begin at the same moment are not
    counted: a few more may come in together."""
    most = settings.JOBS_WAITING_PER_TENANT
    waiting = Job.objects.filter(tenant=actor.tenant, state=JobState.QUEUED).order_by()
    if waiting[most - 1 : most].exists():
        raise QueueFull(most)


def _wake(job: Job) -> None:
    add_wake_ups([job])
    after_commit(lambda: publish_wake_ups([job.pk]))


def _require_own(actor: Actor, job: Job, what: str) -> None:
    if job.user_id != actor.user_id and not actor.is_admin:
        raise PermissionDenied(f"You may {what} your own jobs; an admin may {what} all.")


def cancel_job(*, actor: Actor, job: Job) -> Job:
    """Stop a job: a queued one never starts, a running one may write nothing more from this moment on.

    Raises PermissionDenied for somebody else's unless the actor is an admin, Conflict when it has already ended.
    """
    _require_own(actor, job, "cancel")
    with unit_of_work():
        row = Job.objects.select_for_update(of=("self",)).get(pk=job.pk, tenant=actor.tenant)
        if JobState(row.state).is_final:
            raise Conflict(f"This job is already {row.get_state_display().lower()}.", code="JOB_ENDED")
        if row.state == JobState.RUNNING:
            make_room(row.tenant_id)
        Job.objects.filter(pk=row.pk).update(
            state=JobState.CANCELLED, lease_token=None, lease_until=None, finished_at=Now()
        )
        announce(row.pk)
        record_audit(actor=actor, action="job.cancel", target=row, kind=row.kind)
    row.refresh_from_db()
    return row


def delete_finished_jobs() -> int:
    """Forget jobs that ended longer ago than the retention; returns how many."""
    return Job.objects.filter(finished_at__lt=Now() - RETENTION).delete()[1].get("jobs.Job", 0)
