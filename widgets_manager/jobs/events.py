"""Stage: events. What a person's pages learn about their jobs."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any, ClassVar

from widgets_manager.jobs.models import Job, JobState
from widgets_manager.live.events import Event, emit
from widgets_manager.live.streams import StreamName


@dataclass(frozen=True, slots=True, kw_only=True)
class JobPut(Event):
    """A job of the person was started, went on or ended."""

    type: ClassVar[str] = "job.put"
    job: dict[str, Any]


def show_job(job: Job) -> dict[str, Any]:
    """A job as lists and events show it; `user` must be loaded."""
    return {
        "id": str(job.pk),
        "kind": job.kind,
        "title": job.title or job.kind,
        "state": job.state,
        "user": {"id": str(job.user_id), "name": job.user.display_name},
        "progress": job.progress,
        "progress_note": job.progress_note,
        "attempts": job.attempts,
        "error": job.error,
        "error_code": job.error_code,
        "created_at": job.created_at.isoformat(),
        "run_after": job.run_after.isoformat(),
        "started_at": job.started_at.isoformat() if job.started_at else None,
        "finished_at": job.finished_at.isoformat() if job.finished_at else None,
        "can_cancel": not JobState(job.state).is_final,
        "can_retry": job.state == JobState.FAILED,
    }


def announce(job_id: uuid.UUID) -> None:
    """Show the job, as it is now in the running unit of work, on its owner's pages."""
    job = Job.objects.select_related("user").get(pk=job_id)
    emit(StreamName("user", job.user_id), JobPut(job=show_job(job)), tenant_id=job.tenant_id)
