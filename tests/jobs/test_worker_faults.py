"""Workers that are killed, hang, leave in order, or find an empty Redis: nothing is lost, and nothing happens twice."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable
from pathlib import Path

from tests.jobs.conftest import Worker, effects, is_done_after_sweeping, starts, state, wait_until
from tests.people import Person
from widgets_manager.core.redis import sync_redis
from widgets_manager.jobs.actions import enqueue
from widgets_manager.jobs.models import JobState, WorkerHeartbeat

Start = Callable[[str], Worker]


def test_it_works(alice: Person, start_worker: Start, tmp_path: Path) -> None:
    """A killed worker is replaced, and the effect happens once."""
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
    wait_until(lambda: bool(first.ran(job)), why=first.log.read_text)
    assert first.ran(job)[0]["outcome"] == "lease_lost"
    job.refresh_from_db()
    assert (job.state, job.result, effects(job)) == (JobState.DONE, {"attempt": 2}, 1)


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


def test_worker_that_ends_in_order_is_forgotten_and_logs_json(start_worker: Start) -> None:
    worker = start_worker("leaving")
    rows = WorkerHeartbeat.objects.filter(name__startswith="leaving@")
    wait_until(rows.exists, why=worker.log.read_text)
    worker.process.send_signal(signal.SIGTERM)
    worker.process.wait(30)
    assert not rows.exists()
    lines = [line for line in worker.log.read_text().splitlines() if "celery@" in line or "ready" in line]
    assert any(json.loads(line)["logger"].startswith("celery") for line in lines if line.startswith("{"))
