"""docs/jobs.md: its examples run."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from config import env
from tests.people import Person
from tests.plugins.packages import pie
from tests.plugins.runs import PAGE, click, install, place
from widgets_manager.jobs.kinds import unregister_job
from widgets_manager.jobs.models import Job, JobState
from widgets_manager.jobs.running import run_job

TEXT = (env.BASE_DIR / "docs" / "jobs.md").read_text()
EXAMPLES = dict(re.findall(r"^```(\w+) job\n(.*?)^```$", TEXT, re.DOTALL | re.MULTILINE))
TABLES = {"tables": {"drawn": {"columns": {"slide": "integer primary key"}}}}


@pytest.mark.usefixtures("isolates")
def test_it_works(alice: Person, settings: Any, tmp_path: Path) -> None:
    settings.FILES_ROOT = tmp_path
    widget = install(alice, pie({"name": "drawer"}, EXAMPLES["js"], PAGE, database=TABLES))
    answer = click(alice, place(alice, widget), "draw", {"slides": 3})
    job = Job.objects.get(pk=answer["jobId"])
    assert run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.result) == (JobState.DONE, {"success": True, "drawn": 3})
    assert job.progress_note == "Slide 3"


def test_from_python(alice: Person) -> None:
    names: dict[str, Any] = {"actor": alice.actor}
    try:
        exec(compile(EXAMPLES["python"], "docs/jobs.md", "exec"), names)  # noqa: S102  (the page's own example)
        job = names["job"]
        assert run_job(job.pk)
        job.refresh_from_db()
        assert (job.state, job.title, job.result) == (JobState.DONE, "Count to three", {"steps": 3})
    finally:
        unregister_job("docs.count")
