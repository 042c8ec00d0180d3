"""Stage: views. Runs of plugins as the API shows them."""

from __future__ import annotations

from typing import Any

from sandbox.plugins.forms import BLOCK
from sandbox.plugins.models import PluginRun
from sandbox.plugins.running import RunReport


def show_run(run: PluginRun) -> dict[str, Any]:
    """A run in the list, its person and version loaded."""
    return {
        "id": str(run.pk),
        "kind": run.kind,
        "action": run.action,
        "ok": run.ok,
        "error_code": run.error_code,
        "error_message": run.error_message,
        "user": run.user.display_name,
        "version": run.package_version.version if run.package_version is not None else "",
        "job_id": str(run.job_id) if run.job_id else None,
        "place": str(run.place) if run.place else None,
        "conversation_id": str(run.session_id) if run.session_id else None,
        "widget_events": run.widget_events,
        "host_calls": len(run.calls),
        "milliseconds": run.milliseconds,
        "created_at": run.created_at.isoformat(),
    }


def show_run_in_full(run: PluginRun) -> dict[str, Any]:
    """A run with all that is kept of it."""
    return show_run(run) | {
        "code": _code_of(run),
        "input": run.input,
        "result": run.result,
        "error_stack": run.error_stack,
        "log": run.log,
        "calls": run.calls,
        "fetches": [
            {
                "method": fetch.method,
                "url": fetch.url,
                "status": fetch.status,
                "size": fetch.size,
                "milliseconds": fetch.milliseconds,
                "error": fetch.error,
            }
            for fetch in run.fetches.all()
        ],
    }


def _code_of(run: PluginRun) -> dict[str, Any] | None:
    """Where in the package the code of the run's version stands, so that lines of a stack can be found."""
    body = run.package_version.blocks.get(BLOCK, {}).get("body") if run.package_version is not None else None
    return {"file": body["file"], "line": body["line"]} if body else None


def show_report(report: RunReport) -> dict[str, Any]:
    """What came of a run, for whoever started it."""
    shown: dict[str, Any] = {"ok": report.ok, "runId": str(report.run.pk), "milliseconds": report.run.milliseconds}
    if report.ok:
        shown["result"] = report.result
    if report.error is not None:
        shown["error"] = report.error
    if report.run.job_id is not None:
        shown["jobId"] = str(report.run.job_id)
    return shown
