"""The sweep: due jobs are announced until someone has taken them."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from config.celery import app
from tests.jobs import handlers as handlers  # registers the kinds
from tests.people import Person
from widgets_manager.core.redis import sync_redis
from widgets_manager.jobs.actions import enqueue
from widgets_manager.jobs.leases import claim_job
from widgets_manager.jobs.models import Job, Outbox
from widgets_manager.jobs.sweep import sweep


def later(person: Person, seconds: int) -> Job:
    moment = timezone.now() + timedelta(seconds=seconds)
    return enqueue(actor=person.actor, kind="test.fail", args={"failures": 0}, run_after=moment)


def test_it_works(alice: Person) -> None:
    later(alice, 3600)
    due = later(alice, -1)
    sync_redis().delete("celery")
    assert sweep() == 1
    assert str(due.pk).encode() in (sync_redis().lindex("celery", 0) or b"")
    assert not Outbox.objects.exists()


def test_a_wake_up_on_its_way_is_not_repeated_at_once(alice: Person) -> None:
    later(alice, -1)
    assert [sweep(), sweep()] == [1, 0]
    Job.objects.update(woken_at=timezone.now() - timedelta(seconds=31))
    assert sweep() == 1


def test_a_silent_holders_job_is_announced(alice: Person) -> None:
    job = later(alice, -1)
    assert sweep() == 1
    claim_job(job.pk)
    assert sweep() == 0
    Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert sweep() == 1


def test_a_long_queue_is_announced_in_portions_oldest_first(alice: Person) -> None:
    jobs = [later(alice, -200 + number) for number in range(120)]
    assert sweep() == 100
    waiting = set(Job.objects.filter(woken_at=None))
    assert waiting == set(jobs[100:])


def test_beat_ticks_every_ten_seconds_and_drops_old_ticks() -> None:
    app.loader.import_default_modules()
    ticks = {entry["task"]: entry for entry in app.conf.beat_schedule.values()}
    assert {"jobs.sweep", "jobs.run_periodic"} <= set(ticks)
    assert all(entry["schedule"] == 10 and entry["options"]["expires"] == 10 for entry in ticks.values())
