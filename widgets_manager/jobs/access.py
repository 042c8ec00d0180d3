"""Stage: access. Whose job it is, and as whom it runs."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from widgets_manager.core.access import get_or_404, memberships_of, parse_id
from widgets_manager.core.actor import Actor, Via
from widgets_manager.core.exceptions import InvalidInput
from widgets_manager.core.models import Role
from widgets_manager.jobs.exceptions import JobFailed
from widgets_manager.jobs.models import Job, JobState


def jobs_of(actor: Actor, *, everyone: bool = False, state: str = "") -> QuerySet[Job]:
    """The actor's jobs, newest first, or everybody's in the organisation.

    Raises PermissionDenied for everybody's unless the actor is an admin, InvalidInput for a state that is none.
    """
    if state and state not in JobState.values:
        raise InvalidInput(f"state: must be one of {', '.join(JobState.values)}", path="state")
    if everyone:
        actor.require_role(Role.ADMIN, "seeing everybody's jobs")
    rows = Job.objects.filter(tenant=actor.tenant, **({} if everyone else {"user": actor.user}))
    return (rows.filter(state=state) if state else rows).select_related("user").order_by("-created_at", "-pk")


def get_job(actor: Actor, job_id: object) -> Job:
    """A job of the actor, or for an admin any of the tenant. Raises NotFound."""
    return get_or_404(jobs_of(actor, everyone=actor.is_admin), "job", pk=parse_id(job_id, "job"))


def older_than(actor: Actor, rows: QuerySet[Job], job_id: object) -> QuerySet[Job]:
    """Those of `jobs_of` that stand below one of the actor's jobs. Raises NotFound."""
    last = get_job(actor, job_id)
    return rows.filter(Q(created_at__lt=last.created_at) | Q(created_at=last.created_at, pk__lt=last.pk))


def job_actor(job: Job) -> Actor:
    """The job's user with the role of this moment. Raises JobFailed when the user has left the tenant."""
    membership = memberships_of(job.user).filter(tenant_id=job.tenant_id).first()
    if membership is None or not job.user.is_active:
        raise JobFailed("The user who started this job no longer belongs to its organisation.")
    return Actor(
        user=job.user,
        tenant=membership.tenant,
        role=Role(membership.role),
        via=Via.JOB,
        scopes=frozenset(job.scopes),
    )
