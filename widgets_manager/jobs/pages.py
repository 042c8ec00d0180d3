"""Stage: views. The page of background work: a shell that the page's script fills and keeps live."""

from __future__ import annotations

from typing import cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from widgets_manager.core.access import session_actor
from widgets_manager.core.authentication import TENANT_SESSION_KEY
from widgets_manager.core.models import User
from widgets_manager.jobs.access import get_job


@login_required
def jobs_page(request: HttpRequest, job_id: str = "") -> HttpResponse:
    """The list; with an id beside that job. Raises NotFound for a stranger's."""
    actor = session_actor(cast("User", request.user), request.session.get(TENANT_SESSION_KEY))
    if job_id:
        get_job(actor, job_id)
    return render(request, "jobs/jobs.html", {"actor": actor, "job_id": job_id})
