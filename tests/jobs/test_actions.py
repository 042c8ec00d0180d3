"""Starting and cancelling jobs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.jobs import handlers as handlers  # registers the kinds
from tests.people import Person
from widgets_manager.core.exceptions import Conflict, NotFound, PermissionDenied
from widgets_manager.core.models import AuditEntry
from widgets_manager.core.redis import sync_redis
from widgets_manager.core.unit_of_work import unit_of_work
from widgets_manager.jobs.access import get_job
from widgets_manager.jobs.actions import cancel_job, delete_finished_jobs, enqueue, restart_job
from widgets_manager.jobs.exceptions import QueueFull
from widgets_manager.jobs.models import Job, JobState, Outbox


def start(person: Person, **args: Any) -> Job:
    return enqueue(actor=person.actor, kind="test.fail", args={"failures": 0} | args)


def test_it_works(alice: Person) -> None:
    job = start(alice, page=3)
    job.refresh_from_db()
    assert (job.tenant, job.user, job.state) == (alice.tenant, alice.user, JobState.QUEUED)
    assert job.args == {"failures": 0, "page": 3}
    assert job.run_after <= timezone.now()
    assert Outbox.objects.get().job == job


def test_the_wake_up_is_sent_on_commit(alice: Person, django_capture_on_commit_callbacks: Any) -> None:
    before = sync_redis().llen("celery")
    with django_capture_on_commit_callbacks(execute=True):
        start(alice)
        assert sync_redis().llen("celery") == before
    assert sync_redis().llen("celery") == before + 1
    assert not Outbox.objects.exists()


def test_a_write_that_is_rolled_back_takes_its_job_with_it(alice: Person) -> None:
    def write() -> None:
        with unit_of_work():
            start(alice)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write()
    assert (Job.objects.count(), Outbox.objects.count()) == (0, 0)


def test_later_jobs_wait_for_the_sweep(alice: Person) -> None:
    moment = timezone.now() + timedelta(hours=1)
    job = enqueue(actor=alice.actor, kind="test.fail", args={}, run_after=moment)
    job.refresh_from_db()
    assert job.run_after == moment
    assert not Outbox.objects.exists()


def test_unknown_kind_names_the_known_ones(alice: Person) -> None:
    with pytest.raises(ValueError, match=r"unknown job kind 'test\.nothing'; registered: .*test\.note"):
        enqueue(actor=alice.actor, kind="test.nothing", args={})


def test_no_more_wait_than_may(alice: Person, charlie: Person, settings: Any) -> None:
    settings.JOBS_WAITING_PER_TENANT = 2
    failed, _ = start(alice), start(alice)
    with pytest.raises(QueueFull, match="2 background jobs of your organisation are waiting") as refused:
        start(alice)
    assert (refused.value.code, refused.value.status, Job.objects.count()) == ("QUEUE_FULL", 409, 2)
    assert start(charlie), "others' jobs are counted by themselves"
    Job.objects.filter(pk=failed.pk).update(state=JobState.FAILED, finished_at=timezone.now())
    assert start(alice), "one that does not wait any more makes room"
    with pytest.raises(QueueFull):
        restart_job(actor=alice.actor, job=failed)


def test_cancel_before_it_starts(alice: Person) -> None:
    job = cancel_job(actor=alice.actor, job=start(alice))
    assert job.state == JobState.CANCELLED
    assert job.finished_at is not None
    assert AuditEntry.objects.get(action="job.cancel").target_id == str(job.pk)
    with pytest.raises(Conflict, match="already cancelled"):
        cancel_job(actor=alice.actor, job=job)


def test_who_sees_and_cancels_what(alice: Person, bob: Person, charlie: Person) -> None:
    alices, bobs = start(alice), start(bob)
    assert get_job(alice.actor, bobs.pk) == bobs
    assert get_job(bob.actor, str(bobs.pk)) == bobs
    for actor, job_id in ((bob.actor, alices.pk), (charlie.actor, alices.pk), (charlie.actor, "nonsense")):
        with pytest.raises(NotFound):
            get_job(actor, job_id)
    with pytest.raises(PermissionDenied):
        cancel_job(actor=bob.actor, job=alices)
    assert cancel_job(actor=alice.actor, job=bobs).state == JobState.CANCELLED


def test_ended_jobs_are_forgotten_after_the_retention(alice: Person) -> None:
    old, fresh, queued = start(alice), start(alice), start(alice)
    cancel_job(actor=alice.actor, job=old)
    cancel_job(actor=alice.actor, job=fresh)
    Job.objects.filter(pk=old.pk).update(finished_at=timezone.now() - timedelta(days=15))
    assert delete_finished_jobs() == 1
    assert set(Job.objects.all()) == {fresh, queued}
