"""Stage: views. For load balancers and monitors: is this process alive, and can it do its work."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from widgets_manager.core.redis import sync_redis
from widgets_manager.jobs.workers import workers_alive

logger = logging.getLogger(__name__)


@require_safe
async def healthz(request: HttpRequest) -> JsonResponse:
    """200 while the process answers; touches nothing else, so that an outage elsewhere restarts no process."""
    return JsonResponse({"status": "alive"}, headers={"Cache-Control": "no-store"})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when database, Redis and at least one worker answer, else 503; `checks` says which one does not.

    Public, so it names the part and never the fault's details; those are in the log.
    """
    checks = {name: _run(name, check) for name, check in CHECKS.items()}
    ready = all(result == "ok" for result in checks.values())
    body = {"status": "ready" if ready else "unready", "checks": checks}
    return JsonResponse(body, status=200 if ready else 503)


def _run(name: str, check: Callable[[], str]) -> str:
    try:
        return check()
    except Exception as error:  # whatever a driver raises: the part does not answer
        logger.warning("not ready: %s", name, extra={"check": name, "error": repr(error)})
        return "does not answer"


def _check_database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return "ok"


def _check_redis() -> str:
    sync_redis().ping()
    return "ok"


def _check_worker() -> str:
    return "ok" if workers_alive() else "no worker was heard of within 30 seconds"


CHECKS: dict[str, Callable[[], str]] = {"database": _check_database, "redis": _check_redis, "worker": _check_worker}
