"""Jobs on a real worker that is left alone: competition, cancelling, a Redis that is away."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from config.celery import app
from tests.jobs.conftest import AT_ONCE, Worker, effects, is_done_after_sweeping, starts, state, wait_until
from tests.jobs.handlers import EFFECT
from tests.people import Person
from widgets_manager.core.models import AuditEntry
from widgets_manager.core.redis import sync_redis
from widgets_manager.jobs.actions import cancel_job, enqueue
from widgets_manager.jobs.models import Job, JobState, Outbox
from widgets_manager.jobs.sweep import sweep
from widgets_manager.jobs.wake_ups import RUN_JOB

pytestmark = pytest.mark.xdist_group("workers")
Start = Callable[[str], Worker]


def test_it_works(transactional_db: None, alice: Person, worker: Worker, tmp_path: Path) -> None:
    job = enqueue(actor=alice.actor, kind="test.note", args={"folder": str(tmp_path)})
    wait_until(lambda: state(job) == JobState.DONE, why=worker.log.read_text)
    job.refresh_from_db()
    assert job.result == {"attempt": 1}
    assert (job.lease_token, job.progress, effects(job)) == (None, 100, 1)
    assert not Outbox.objects.exists()
    wait_until(lambda: len(worker.ran(job)) == 1)
    line = worker.ran(job)[0]
    assert (line["job_id"], line["outcome"], line["user_id"]) == (str(job.pk), "done", str(alice.user.pk))
    assert AuditEntry.objects.get(action=EFFECT).via == "job"


def test_two_workers_never_run_one_job_twice(
    alice: Person, worker: Worker, start_worker: Start, tmp_path: Path
) -> None:
    workers = [worker, start_worker("two")]
    assert all(one.ready() for one in workers)
    jobs = [enqueue(actor=alice.actor, kind="test.note", args={"folder": str(tmp_path)}) for _ in range(30)]
    for _ in range(3):
        for job in jobs:
            app.send_task(RUN_JOB, args=[str(job.pk)])
    wait_until(lambda: not Job.objects.exclude(state=JobState.DONE).exists(), why=worker.log.read_text)
    wait_until(lambda: sync_redis().llen("celery") == 0)
    assert [starts(tmp_path, job) for job in jobs] == [1] * 30
    assert AuditEntry.objects.filter(action=EFFECT).count() == 30
    assert all(one.ran(*jobs) for one in workers), "one worker did it all: the test proved nothing"


def test_redis_down_never_fails_the_write_and_the_job_runs_later(
    transactional_db: None, alice: Person, worker_valkey: Any, worker: Worker, tmp_path: Path
) -> None:
    worker.ready()
    worker_valkey.kill()
    job = enqueue(actor=alice.actor, kind="test.note", args={"folder": str(tmp_path)})
    assert Outbox.objects.filter(job=job).exists()
    assert sweep(AT_ONCE) == 0
    worker_valkey.start()
    wait_until(lambda: is_done_after_sweeping(job), why=worker.log.read_text)
    assert (effects(job), Outbox.objects.count()) == (1, 0)


def test_cancelled_while_running_writes_nothing_more(
    transactional_db: None, alice: Person, worker: Worker, tmp_path: Path
) -> None:
    job = enqueue(actor=alice.actor, kind="test.hold", args={"folder": str(tmp_path)})
    wait_until(lambda: starts(tmp_path, job) == 1, why=worker.log.read_text)
    cancel_job(actor=alice.actor, job=job)
    (tmp_path / "go").touch()
    wait_until(lambda: bool(worker.ran(job)), why=worker.log.read_text)
    assert (state(job), effects(job)) == (JobState.CANCELLED, 0)
