"""Job kinds of the tests; real workers load them with `--include tests.jobs.handlers`."""

from __future__ import annotations

import time
import uuid
from pathlib import Path
from typing import Any

from widgets_manager.core.actions.audit import record_audit
from widgets_manager.jobs.exceptions import JobFailed
from widgets_manager.jobs.kinds import find_kind, register_job
from widgets_manager.jobs.running import RunningJob

EFFECT = "test.effect"


def note(job: RunningJob) -> dict[str, Any] | None:
    """One visible effect, committed together with the job's end; each start leaves a file."""
    _leave_mark(job)
    with job.unit_of_work():
        record_audit(actor=job.actor, action=EFFECT, job=job.id)
        job.finish({"attempt": job.attempt})
    return None


def hold(job: RunningJob) -> dict[str, Any] | None:
    """Like note, but only once the file `go` is there."""
    _leave_mark(job)
    go = Path(job.args["folder"]) / "go"
    deadline = time.monotonic() + 60
    while not go.exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    with job.unit_of_work():
        record_audit(actor=job.actor, action=EFFECT, job=job.id)
        job.finish({"attempt": job.attempt})
    return None


def fail(job: RunningJob) -> dict[str, Any] | None:
    """Fails as often as asked, or for good."""
    if job.args.get("for_good"):
        raise JobFailed("The document has no pages.")
    if job.attempt <= job.args["failures"]:
        raise RuntimeError("the printer is on fire")
    return {"attempt": job.attempt}


def _leave_mark(job: RunningJob) -> None:
    (Path(job.args["folder"]) / f"started-{job.id}-{uuid.uuid4()}").touch()


if find_kind("test.note") is None:
    register_job("test.note", note, max_attempts=5, lease_seconds=2)
    register_job("test.hold", hold, max_attempts=5, lease_seconds=2)
    register_job("test.fail", fail, max_attempts=3, lease_seconds=2)
