"""Stage: actions. The run log: a row when a handler starts, what became of it when it ends, and what it fetched."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from django.db.models import F, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from sandbox.plugins.models import FetchRequest, PluginRun
from sandbox.plugins.origins import Origin
from sandbox.plugins.values import cleaned, cleaned_text, kept
from widgets_manager.core.actor import Actor
from widgets_manager.core.unit_of_work import unit_of_work
from widgets_manager.widgets.models import InstalledWidget

KEPT: Final = timedelta(days=14)
MOST_KEPT: Final = 500  # of one plugin
MAX_KEPT: Final = 16 * 1024  # bytes of JSON of an input or a result
MAX_CALLS: Final = 500  # host calls that are listed
# Longer than any run may take: a row that is still open then is that of a process that ended.
LOST_AFTER: Final = timedelta(minutes=20)
_MAX_TEXT: Final = 8_000
_MAX_URL: Final = 2_000
_MAX_ERROR: Final = 300


@dataclass(frozen=True, slots=True)
class Ended:
    """How a run ended. `message` and `stack` are for the author; `calls` are `{method, milliseconds, refusal}`."""

    ok: bool
    result: Any = None
    code: str = ""
    message: str = ""
    stack: str = ""
    log: list[tuple[str, str]] = field(default_factory=list)
    calls: list[dict[str, Any]] = field(default_factory=list)
    milliseconds: int = 0
    widget_events: int = 0


def open_run(*, actor: Actor, widget: InstalledWidget, kind: str, action: str, data: Any, origin: Origin) -> PluginRun:
    """The row of a run that begins now. Attempts of its job that are still open were lost: a job has one at a time."""
    with unit_of_work():
        if origin.job is not None:
            _note_lost(PluginRun.objects.filter(job_id=origin.job.id, kind=PluginRun.Kind.JOB))
        return PluginRun.objects.create(
            tenant=actor.tenant,
            widget=widget,
            package_version_id=widget.package_version_id,
            user=actor.user,
            kind=kind,
            action=cleaned_text(action)[:200],
            place=origin.place,
            session_id=origin.session_id,
            job_id=origin.job.id if origin.job is not None else None,
            input=kept(data, max_bytes=MAX_KEPT),
        )


def close_run(run: PluginRun, ended: Ended) -> bool:
    """Write how the run ended, in the caller's unit of work; False when the plugin has been uninstalled meanwhile."""
    values: dict[str, Any] = {
        "ok": ended.ok,
        "result": kept(ended.result, max_bytes=MAX_KEPT),
        "error_code": ended.code[:60],
        "error_message": cleaned_text(ended.message)[:_MAX_TEXT],
        "error_stack": cleaned_text(ended.stack)[:_MAX_TEXT],
        "log": cleaned([list(line) for line in ended.log]),
        "calls": ended.calls[:MAX_CALLS],
        "widget_events": ended.widget_events,
        "milliseconds": ended.milliseconds,
        "job_id": run.job_id,
    }
    for name, value in values.items():
        setattr(run, name, value)
    return PluginRun.objects.filter(pk=run.pk).update(**values) == 1


def discard_run(run: PluginRun) -> None:
    """Forget a run that did not come about: it will be carried out again, or there was nothing to run."""
    with unit_of_work():
        PluginRun.objects.filter(pk=run.pk).delete()


def log_fetch(
    *,
    actor: Actor,
    run_id: uuid.UUID,
    method: str,
    url: str,
    milliseconds: int,
    status: int | None = None,
    size: int = 0,
    error: str = "",
) -> None:
    """Note a request that was answered, with its status and the bytes of its body, or refused, with the error.

    One whose plugin has gone meanwhile is not noted.
    """
    with unit_of_work():
        if not PluginRun.objects.select_for_update(no_key=True).filter(pk=run_id).exists():
            return
        FetchRequest.objects.create(
            tenant=actor.tenant,
            run_id=run_id,
            method=method,
            url=cleaned_text(url)[:_MAX_URL],
            status=status,
            size=size,
            milliseconds=milliseconds,
            error=cleaned_text(error)[:_MAX_ERROR],
        )


def prune_runs() -> int:
    """Housekeeping: forget what is older than two weeks, and of each plugin all but the newest five hundred.

    Runs that are still open long after they must have ended are marked as lost. Returns how many were forgotten.
    """
    now = timezone.now()
    _note_lost(PluginRun.objects.filter(created_at__lt=now - LOST_AFTER))
    old = PluginRun.objects.filter(created_at__lt=now - KEPT).delete()[1].get("plugins.PluginRun", 0)
    newest = Window(RowNumber(), partition_by=F("widget_id"), order_by=F("created_at").desc())
    surplus = PluginRun.objects.annotate(nth=newest).filter(nth__gt=MOST_KEPT).order_by()
    found = PluginRun.objects.filter(pk__in=list(surplus.values_list("pk", flat=True)))
    return old + found.delete()[1].get("plugins.PluginRun", 0)


def _note_lost(runs: QuerySet[PluginRun]) -> None:
    words = "The process that ran it ended before it did."
    runs.filter(ok=None).update(ok=False, error_code="LOST", error_message=words)
