"""Stage: views. The HTTP API of jobs: one's own, for admins everybody's (docs/jobs.md)."""

from __future__ import annotations

from typing import Any, Final

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from widgets_manager.core.api import ApiView, only_fields
from widgets_manager.core.schema import reads, writes
from widgets_manager.jobs import access, actions, schema
from widgets_manager.jobs.events import show_job
from widgets_manager.jobs.kinds import find_kind
from widgets_manager.jobs.models import Job

PAGE: Final = 30


@extend_schema(tags=["jobs"])
class JobsView(ApiView):
    """Background work."""

    @reads(
        schema.JobsAnswer,
        403,
        404,
        422,
        operation_id="api_jobs_list",
        parameters=[schema.STATE, schema.EVERYONE, schema.BEFORE],
    )
    def get(self, request: Request) -> Response:
        """Newest first, thirty at a time; `?before=` an id gives those below it."""
        query = request.query_params
        rows = access.jobs_of(self.actor, everyone=query.get("all") == "1", state=query.get("state", ""))
        if before := query.get("before"):
            rows = access.older_than(self.actor, rows, before)
        found = list(rows[: PAGE + 1])
        return Response({"jobs": [show_job(row) for row in found[:PAGE]], "more": len(found) > PAGE})


@extend_schema(tags=["jobs"])
class JobView(ApiView):
    """One job."""

    @reads(schema.JobDetailsAnswer, 404)
    def get(self, request: Request, job_id: str) -> Response:
        """With its input, its result, and what its runs said."""
        return Response({"job": _details(access.get_job(self.actor, job_id))})


@extend_schema(tags=["jobs"])
class JobCancelView(ApiView):
    """Stop a job."""

    @writes(schema.JobAnswer, 404, 409, 422)
    def post(self, request: Request, job_id: str) -> Response:
        """A queued one never starts; a running one is ended, and does nothing more from this moment on."""
        only_fields(request.data)
        job = actions.cancel_job(actor=self.actor, job=access.get_job(self.actor, job_id))
        return Response({"job": show_job(job)})


@extend_schema(tags=["jobs"])
class JobRetryView(ApiView):
    """Try a failed job again."""

    @writes(schema.JobAnswer, 404, 409, 422)
    def post(self, request: Request, job_id: str) -> Response:
        """From its beginning; where the outcome of a request is unknown (OUTCOME_UNKNOWN) from that request on."""
        only_fields(request.data)
        job = actions.restart_job(actor=self.actor, job=access.get_job(self.actor, job_id))
        return Response({"job": show_job(job)})


def _details(job: Job) -> dict[str, Any]:
    kind = find_kind(job.kind)
    more: dict[str, Any] = {"input": None, "subject": None, "runs": []}
    if kind and kind.describe:
        more |= kind.describe(job)
    return {**show_job(job), "result": job.result, **more}
