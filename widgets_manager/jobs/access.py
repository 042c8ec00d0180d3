"""Stage: access. Whose job it is, and as whom it runs."""

from __future__ import annotations

from widgets_manager.core.access import get_or_404, memberships_of, parse_id
from widgets_manager.core.actor import Actor, Via
from widgets_manager.core.models import Role
from widgets_manager.jobs.exceptions import JobFailed
from widgets_manager.jobs.models import Job


def get_job(actor: Actor, job_id: object) -> Job:
    """A job of the actor, or for an admin any of the tenant. Raises NotFound."""
    rows = Job.objects.filter(tenant=actor.tenant)
    if not actor.is_admin:
        rows = rows.filter(user=actor.user)
    return get_or_404(rows, "job", pk=parse_id(job_id, "job"))


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
