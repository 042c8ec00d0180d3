"""Stage: handlers. The job that runs a plugin's handler in the background."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any, Final

from django.db.models.functions import Now

from sandbox.isolates.limits import JOB
from sandbox.plugindb.entries import forget_entries
from sandbox.plugindb.server import is_configured
from sandbox.plugins.actions.jobs import KIND
from sandbox.plugins.journal import Journal
from sandbox.plugins.models import PluginRun
from sandbox.plugins.origins import Origin
from sandbox.plugins.running import run_plugin
from widgets_manager.core.exceptions import NotFound
from widgets_manager.jobs.kinds import register_job
from widgets_manager.jobs.models import Job, JobCall, JobState
from widgets_manager.jobs.periodic import register_periodic
from widgets_manager.jobs.running import RunningJob
from widgets_manager.widgets.models import InstalledWidget

ATTEMPTS: Final = 10  # of a round: whoever crashes so often with it is not unlucky
LEASE_SECONDS: Final = 15
# The handler has JOB.wall seconds once it has a place; this bounds the whole attempt.
ATTEMPT_SECONDS: Final = JOB.wall + 120
_HOUR: Final = 3600


def register() -> None:
    """Put the kind and its housekeeping where workers find them."""
    register_job(
        KIND,
        run,
        max_attempts=ATTEMPTS,
        lease_seconds=LEASE_SECONDS,
        timeout_seconds=ATTEMPT_SECONDS,
        describe=describe,
    )
    register_periodic("plugins.journals", _HOUR, forget_journals)


def run(job: RunningJob) -> None:
    """One attempt. The plugin, its version and the person's rights are those of now."""
    args = job.args
    widget = InstalledWidget.objects.filter(pk=args["widget"], tenant=job.actor.tenant).first()
    if widget is None:
        raise NotFound("The plugin that started this job is no longer installed.")
    origin = Origin(place=_id(args["place"]), session_id=_id(args["session"]), message_id=_id(args["message"]), job=job)
    run_plugin(
        actor=job.actor,
        widget=widget,
        kind="job",
        data=args["trigger"],
        origin=origin,
        limits=JOB,
        action=args["trigger"]["action"],
        journal=Journal(job),
    )


def describe(job: Job) -> dict[str, Any]:
    """What the page of a job tells: its input, its plugin, and each of its runs."""
    widget = job.args["widget"]
    is_there = InstalledWidget.objects.filter(pk=widget, tenant_id=job.tenant_id).exists()
    runs = PluginRun.objects.filter(job=job, kind=PluginRun.Kind.JOB).order_by("created_at")
    return {
        "input": job.args["trigger"],
        "subject": {"id": widget, "url": f"/widgets/plugins/{widget}/runs/"} if is_there else None,
        "runs": [
            {
                "id": str(row.pk),
                "ok": row.ok,
                "error_code": row.error_code,
                "error_message": row.error_message,
                "log": row.log,
                "calls": row.calls,
                "milliseconds": row.milliseconds,
                "created_at": row.created_at.isoformat(),
            }
            for row in runs
        ],
    }


def forget_journals() -> int:
    """Housekeeping: what was recorded for jobs that ended well, or were cancelled, an hour ago; how many entries."""
    over = Job.objects.filter(
        kind=KIND, state__in=[JobState.DONE, JobState.CANCELLED], finished_at__lt=Now() - timedelta(seconds=_HOUR)
    )
    jobs = list(over.filter(calls__isnull=False).distinct().values_list("pk", flat=True)[:10_000])
    entries = forget_entries(jobs) if is_configured() else 0
    return entries + JobCall.objects.filter(job__in=jobs).delete()[0]


def _id(value: str | None) -> uuid.UUID | None:
    return uuid.UUID(value) if value else None
