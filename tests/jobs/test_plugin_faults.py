"""Jobs of plugins on real workers that are killed, with a Redis that is flushed: nothing lost, nothing done twice."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from sandbox.plugindb.actions.querying import run_query
from sandbox.plugins.models import WidgetState
from tests.jobs.conftest import Worker
from tests.people import Person
from tests.plugins.background import lose
from tests.plugins.runs import click, place, plugin
from widgets_manager.core.redis import sync_redis
from widgets_manager.jobs.models import Job, JobState
from widgets_manager.jobs.sweep import sweep
from widgets_manager.live.models import Event
from widgets_manager.notifications.models import Notification

BODY = """
if (input._widgetAction) return { _triggerToolCall: { action: 'work', n: input.payload.n } };
const insert = (word) => context.managedDb.query('INSERT INTO done (word) VALUES ($1) RETURNING id', [word]);
const row = await insert(`first of ${input.n}`);
await context.widget.update({ n: input.n, id: row.rows[0].id, chance: Math.random() });
await context.notify(`Job ${input.n}`);
await context.updateSessionMetadata({ [`n${input.n}`]: row.rows[0].id });
await context.streamEvent('progress', { percent: 50, note: crypto.randomUUID() });
await insert(`last of ${input.n}`);
await context.widget.update({ n: input.n, over: true });
return { n: input.n };
"""
TABLE = {"tables": {"done": {"columns": {"id": "serial primary key", "word": "text not null"}}}}
PLACES = (["call-1", "call-3", "call-5", "call-7", "end"], ["call-2", "call-4", "call-6", "over"])


def test_it_works(alice: Person, start_worker: Callable[..., Worker], isolates: Path, tmp_path: Path) -> None:
    """Two jobs; a worker of one of them is killed in each call and around the end, and Redis is emptied each time."""
    widget = plugin(alice, BODY, database=TABLE)
    instance = place(alice, widget)
    worker = start_worker(
        "killed", module="tests.jobs.killing", ISOLATES_SOCKET=str(isolates), FOLDER_OF_KILLS=str(tmp_path)
    )
    jobs = [Job.objects.get(pk=click(alice, instance, "go", {"n": n})["jobId"]) for n in (1, 2)]
    until_done(jobs, tmp_path, worker)
    for job, expected in zip(jobs, PLACES, strict=True):
        job.refresh_from_db()
        assert job.state == JobState.DONE, f"{job.error}\n{worker.log.read_text()[-5000:]}"
        places = sorted(mark.name.partition(f"{job.pk}-")[2] for mark in tmp_path.glob(f"killed-{job.pk}-*"))
        assert places == expected
        assert job.attempts == len(expected) + ("over" not in expected), "killed when it was over, it is over"
    assert sorted(words(alice, widget)) == ["first of 1", "first of 2", "last of 1", "last of 2"]
    assert WidgetState.objects.get(place=instance).sequence == 4
    shown = Event.objects.filter(type="plugin.data").values_list("data", flat=True)
    assert sorted((data["content"]["n"], data["content"].get("over", False)) for data in shown) == [
        (1, False),
        (1, True),
        (2, False),
        (2, True),
    ]
    assert sorted(Notification.objects.filter(user=alice.user).values_list("text", flat=True)) == ["Job 1", "Job 2"]


def until_done(jobs: list[Job], marks: Path, worker: Worker) -> None:
    """Sweep until all have ended; whenever somebody was killed, his lease is over and Redis forgets everything.

    Leases are as long as everywhere: one that ran out under a living worker would use up an attempt.
    """
    deadline = time.monotonic() + 90
    killed: set[Path] = set()
    rows = Job.objects.filter(pk__in=[job.pk for job in jobs], state__in=[JobState.QUEUED, JobState.RUNNING])
    while rows.exists():
        assert time.monotonic() < deadline, worker.log.read_text()[-5000:]
        if fresh := {*marks.glob("killed-*")} - killed:
            killed |= fresh
            for job in jobs:
                if any(str(job.pk) in mark.name for mark in fresh):
                    lose(job)
            sync_redis().flushall()
        sweep(timedelta(0))
        time.sleep(0.1)


def words(person: Person, widget: Any) -> list[str]:
    found = run_query(actor=person.actor, plugin=widget, sql="SELECT word FROM done ORDER BY id")
    return [row["word"] for row in found.rows]
