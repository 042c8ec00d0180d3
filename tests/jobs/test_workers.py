"""Jobs on real workers: crashes, hangs, lost wake-ups and competition."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from config.celery import app
from tests.jobs.conftest import Worker, wait_until
from tests.jobs.handlers import EFFECT
from tests.people import Person
from widgets_manager.core.models import AuditEntry
from widgets_manager.core.redis import sync_redis
from widgets_manager.jobs.actions import cancel_job, enqueue
from widgets_manager.jobs.models import Job, JobState, Outbox, WorkerHeartbeat
from widgets_manager.jobs.sweep import sweep
from widgets_manager.jobs.wake_ups import RUN_JOB

Start = Callable[[str], Worker]
AT_ONCE = timedelta(0)


def state(job: Job) -> str:
    return str(Job.objects.values_list("state", flat=True).get(pk=job.pk))


def effects(job: Job) -> int:
    return AuditEntry.objects.filter(action=EFFECT, data__job=str(job.pk)).count()


def starts(folder: Path, job: Job) -> int:
    return len(list(folder.glob(f"started-{job.pk}-*")))


def is_done_after_sweeping(job: Job) -> bool:
    sweep(AT_ONCE)
    return state(job) == JobState.DONE


def test_it_works(alice: Person, start_worker: Start, tmp_path: Path) -> None:
    worker = start_worker("one")
    job = enqueue(actor=alice.actor, kind="test.note", args={"folder": str(tmp_path)})
    wait_until(lambda: state(job) == JobState.DONE, why=worker.log.read_text)
    job.refresh_from_db()
    assert job.result == {"attempt": 1}
    assert (job.lease_token, job.progress, effects(job)) == (None, 100, 1)
    assert not Outbox.objects.exists()
    wait_until(lambda: len(worker.lines("job ran")) == 1)
    line = worker.lines("job ran")[0]
    assert (line["job_id"], line["outcome"], line["user_id"]) == (str(job.pk), "done", str(alice.user.pk))
    assert AuditEntry.objects.get(action=EFFECT).via == "job"


def test_killed_worker_is_replaced_and_the_effect_happens_once(
    alice: Person, start_worker: Start, tmp_path: Path
) -> None:
    first = start_worker("first")
    job = enqueue(actor=alice.actor, kind="test.hold", args={"folder": str(tmp_path)})
    wait_until(lambda: starts(tmp_path, job) == 1, why=first.log.read_text)
    first.signal_all(signal.SIGKILL)
    second = start_worker("second")
    (tmp_path / "go").touch()
    wait_until(lambda: is_done_after_sweeping(job), why=second.log.read_text)
    job.refresh_from_db()
    assert (job.attempts, starts(tmp_path, job), effects(job)) == (2, 2, 1)


def test_hanging_worker_wakes_up_too_late_and_writes_nothing(
    alice: Person, start_worker: Start, tmp_path: Path
) -> None:
    first = start_worker("first")
    job = enqueue(actor=alice.actor, kind="test.hold", args={"folder": str(tmp_path)})
    wait_until(lambda: starts(tmp_path, job) == 1, why=first.log.read_text)
    first.signal_all(signal.SIGSTOP)
    second = start_worker("second")
    (tmp_path / "go").touch()
    wait_until(lambda: is_done_after_sweeping(job), why=second.log.read_text)
    first.signal_all(signal.SIGCONT)
    wait_until(lambda: bool(first.lines("job ran")), why=first.log.read_text)
    assert first.lines("job ran")[0]["outcome"] == "lease_lost"
    job.refresh_from_db()
    assert (job.state, job.result, effects(job)) == (JobState.DONE, {"attempt": 2}, 1)


def test_two_workers_never_run_one_job_twice(alice: Person, start_worker: Start, tmp_path: Path) -> None:
    workers = [start_worker("one"), start_worker("two")]
    jobs = [enqueue(actor=alice.actor, kind="test.note", args={"folder": str(tmp_path)}) for _ in range(30)]
    for _ in range(3):
        for job in jobs:
            app.send_task(RUN_JOB, args=[str(job.pk)])
    wait_until(lambda: not Job.objects.exclude(state=JobState.DONE).exists(), why=workers[0].log.read_text)
    wait_until(lambda: sync_redis().llen("celery") == 0)
    assert [starts(tmp_path, job) for job in jobs] == [1] * 30
    assert AuditEntry.objects.filter(action=EFFECT).count() == 30
    assert all(worker.lines("job ran") for worker in workers), "one worker did it all: the test proved nothing"


def test_flushed_redis_loses_nothing(alice: Person, start_worker: Start, tmp_path: Path) -> None:
    sync_redis().flushall()
    jobs = [enqueue(actor=alice.actor, kind="test.note", args={"folder": str(tmp_path)}) for _ in range(5)]
    assert sync_redis().llen("celery") == 5
    sync_redis().flushall()
    worker = start_worker("one")
    wait_until(lambda: all(is_done_after_sweeping(job) for job in jobs), why=worker.log.read_text)
    sync_redis().flushall()
    late = enqueue(actor=alice.actor, kind="test.note", args={"folder": str(tmp_path)})
    wait_until(lambda: state(late) == JobState.DONE, why=worker.log.read_text)
    assert [effects(job) for job in [*jobs, late]] == [1] * 6


def test_redis_down_never_fails_the_write_and_the_job_runs_later(
    alice: Person, worker_valkey: Any, start_worker: Start, tmp_path: Path
) -> None:
    worker = start_worker("one")
    worker_valkey.kill()
    job = enqueue(actor=alice.actor, kind="test.note", args={"folder": str(tmp_path)})
    assert Outbox.objects.filter(job=job).exists()
    assert sweep(AT_ONCE) == 0
    worker_valkey.start()
    wait_until(lambda: is_done_after_sweeping(job), why=worker.log.read_text)
    assert (effects(job), Outbox.objects.count()) == (1, 0)


def test_cancelled_while_running_writes_nothing_more(alice: Person, start_worker: Start, tmp_path: Path) -> None:
    worker = start_worker("one")
    job = enqueue(actor=alice.actor, kind="test.hold", args={"folder": str(tmp_path)})
    wait_until(lambda: starts(tmp_path, job) == 1, why=worker.log.read_text)
    cancel_job(actor=alice.actor, job=job)
    (tmp_path / "go").touch()
    wait_until(lambda: bool(worker.lines("job ran")), why=worker.log.read_text)
    assert (state(job), effects(job)) == (JobState.CANCELLED, 0)


def test_worker_that_ends_in_order_is_forgotten_and_logs_json(start_worker: Start) -> None:
    worker = start_worker("one")
    assert WorkerHeartbeat.objects.count() == 1
    worker.process.send_signal(signal.SIGTERM)
    worker.process.wait(30)
    assert WorkerHeartbeat.objects.count() == 0
    lines = [line for line in worker.log.read_text().splitlines() if "celery@" in line or "ready" in line]
    assert any(json.loads(line)["logger"].startswith("celery") for line in lines if line.startswith("{"))
