"""A plugin whose clicks start jobs, and workers that end in the middle of one: what the tests of jobs share."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

import pytest
from django.utils import timezone

from sandbox.plugindb.actions.querying import run_query
from sandbox.plugins import broker
from sandbox.plugins.models import WidgetState
from tests.people import Person
from tests.plugins.runs import click, place, plugin
from widgets_manager.jobs.models import Job, JobState
from widgets_manager.jobs.running import run_job

TABLE: Final = {"tables": {"done": {"columns": {"id": "serial primary key", "word": "text not null"}}}}
START: Final = "if (input._widgetAction) return { _triggerToolCall: { action: 'work', ...input.payload } };\n"


class Deck:
    """A plugin of alice's on her dashboard, whose clicks start jobs with this handler."""

    def __init__(self, person: Person, body: str, **manifest: Any) -> None:
        self.person = person
        self.widget = plugin(person, START + body, database=TABLE, **manifest)
        self.place = place(person, self.widget)

    def start(self, **payload: Any) -> Job:
        answer = click(self.person, self.place, "go", payload)
        assert answer["ok"], answer
        return Job.objects.get(pk=answer["jobId"])

    def run(self, job: Job) -> Job:
        Job.objects.filter(pk=job.pk, state=JobState.QUEUED).update(run_after=timezone.now())
        assert run_job(job.pk)
        job.refresh_from_db()
        return job

    def words(self) -> list[str]:
        found = run_query(actor=self.person.actor, plugin=self.widget, sql="SELECT word FROM done ORDER BY id")
        return [row["word"] for row in found.rows]

    def shown(self) -> list[Any]:
        """The number of the last data in its place, and the data."""
        return list(WidgetState.objects.filter(place=self.place).values_list("sequence", "data"))


class Crash(BaseException):
    """The end of a worker, as the code that it runs sees it."""


_effect = broker.Broker._effect


def crash_in(patch: pytest.MonkeyPatch, number: int, when: str) -> None:
    """The worker will be gone in the n-th call of an attempt, before or after its effect; once."""
    left = [when]

    def effect(self: Any, method: Any, params: list[Any], entry: Any) -> Any:
        now = left.pop() if left and self._calls.total() == number else ""
        if now == "before":
            raise Crash
        answer = _effect(self, method, params, entry)
        if now == "after":
            raise Crash
        return answer

    patch.setattr(broker.Broker, "_effect", effect)


def lose(job: Job) -> None:
    """Its worker is taken for dead, if it has one."""
    Job.objects.filter(pk=job.pk, state=JobState.RUNNING).update(lease_until=timezone.now() - timedelta(seconds=1))
