"""Stage: actions. Start and cancel jobs, and forget old ones."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models.functions import Now

from widgets_manager.core.actions.audit import record_audit
from widgets_manager.core.actor import Actor
from widgets_manager.core.exceptions import Conflict, PermissionDenied
from widgets_manager.core.unit_of_work import after_commit, unit_of_work
from widgets_manager.jobs.kinds import get_kind
from widgets_manager.jobs.models import Job, JobState
from widgets_manager.jobs.wake_ups import add_wake_ups, publish_wake_ups

RETENTION: Final = timedelta(days=14)


def enqueue(*, actor: Actor, kind: str, args: dict[str, Any], run_after: datetime | None = None) -> Job:
    """A job that runs once the caller's transaction has committed, or from `run_after` on (within ten seconds).

    The row and its wake-up belong to the caller's transaction. Raises ValueError for an unregistered kind.
    """
    registered = get_kind(kind)
    with unit_of_work():
        job = Job(
            tenant=actor.tenant,
            user=actor.user,
            scopes=sorted(actor.scopes),
            kind=kind,
            args=args,
            max_attempts=registered.max_attempts,
        )
        if run_after is not None:
            job.run_after = run_after
        else:
            job.woken_at = Now()  # by the outbox; the sweep need not hurry to repeat it
        job.clean_fields(exclude=["tenant", "user", "woken_at"])
        job.save(force_insert=True)
        if run_after is None:
            add_wake_ups([job])
            after_commit(lambda: publish_wake_ups([job.pk]))
    return job


def cancel_job(*, actor: Actor, job: Job) -> Job:
    """Stop a job: a queued one never starts, a running one may write nothing more from this moment on.

    Raises PermissionDenied for somebody else's unless the actor is an admin, Conflict when it has already ended.
    """
    if job.user_id != actor.user_id and not actor.is_admin:
        raise PermissionDenied("You may cancel your own jobs; an admin may cancel all.")
    with unit_of_work():
        row = Job.objects.select_for_update(of=("self",)).get(pk=job.pk, tenant=actor.tenant)
        if JobState(row.state).is_final:
            raise Conflict(f"This job is already {row.get_state_display().lower()}.", code="JOB_ENDED")
        Job.objects.filter(pk=row.pk).update(
            state=JobState.CANCELLED, lease_token=None, lease_until=None, finished_at=Now()
        )
        record_audit(actor=actor, action="job.cancel", target=row, kind=row.kind)
    row.refresh_from_db()
    return row


def delete_finished_jobs() -> int:
    """Forget jobs that ended longer ago than the retention; returns how many."""
    return Job.objects.filter(finished_at__lt=Now() - RETENTION).delete()[1].get("jobs.Job", 0)
