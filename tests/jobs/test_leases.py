"""The lease: one holder by the database's clock, and no write without it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import IntegrityError, connection

from tests.jobs import handlers as handlers  # registers the kinds
from tests.people import Person
from widgets_manager.core.actions.audit import record_audit
from widgets_manager.core.models import AuditEntry
from widgets_manager.jobs import leases
from widgets_manager.jobs.actions import enqueue
from widgets_manager.jobs.exceptions import LeaseLost
from widgets_manager.jobs.leases import Lease, claim_job
from widgets_manager.jobs.models import Job, JobState


@pytest.fixture
def job(alice: Person) -> Job:
    return enqueue(actor=alice.actor, kind="test.note", args={})


def take(job: Job) -> Lease:
    claimed = claim_job(job.pk)
    assert claimed is not None
    return claimed[1]


def run_out(job: Job) -> None:
    """The holder was silent for longer than its lease."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE jobs SET lease_until = now() - interval '1 second' WHERE id = %s", [job.pk])


def row(job: Job) -> dict[str, Any]:
    return dict(Job.objects.values().get(pk=job.pk))


def test_it_works(job: Job) -> None:
    lease = take(job)
    assert claim_job(job.pk) is None
    leases.write_progress(lease, 40, "reading")
    assert (row(job)["progress"], row(job)["progress_note"], row(job)["attempts"]) == (40, "reading", 1)
    leases.finish_job(lease, {"pages": 2})
    assert (row(job)["state"], row(job)["result"], row(job)["lease_token"]) == (JobState.DONE, {"pages": 2}, None)
    assert claim_job(job.pk) is None


def test_the_stale_holder_can_write_nothing(job: Job, alice: Person) -> None:
    stale = take(job)
    run_out(job)
    holder = take(job)
    before = row(job)
    for write in (
        lambda: leases.renew_lease(stale),
        lambda: leases.write_progress(stale, 99, "stale"),
        lambda: leases.finish_job(stale, {"stale": True}),
        lambda: leases.fail_job(stale, "stale"),
        lambda: leases.retry_job(stale, "stale"),
    ):
        with pytest.raises(LeaseLost):
            write()
    with pytest.raises(LeaseLost), leases.fenced(stale):
        record_audit(actor=alice.actor, action="test.stale")
    assert row(job) == before
    assert not AuditEntry.objects.filter(action="test.stale").exists()
    leases.finish_job(holder, None)


def test_a_silent_holder_that_nobody_replaced_keeps_the_job(job: Job) -> None:
    lease = take(job)
    run_out(job)
    leases.renew_lease(lease)
    assert claim_job(job.pk) is None


def test_the_last_attempt_that_dies_fails_the_job(job: Job) -> None:
    Job.objects.filter(pk=job.pk).update(max_attempts=1)
    take(job)
    run_out(job)
    assert claim_job(job.pk) is None
    assert (row(job)["state"], row(job)["error"]) == (JobState.FAILED, leases.WORKER_LOST)


def test_a_kind_this_worker_does_not_know_is_left_to_others(job: Job) -> None:
    Job.objects.filter(pk=job.pk).update(kind="test.newer")
    assert claim_job(job.pk) is None
    assert (row(job)["state"], row(job)["attempts"]) == (JobState.QUEUED, 0)
    assert row(job)["run_after"] > row(job)["created_at"]


def test_pauses_grow_up_to_ten_minutes() -> None:
    assert [leases.backoff(attempts).total_seconds() for attempts in (1, 2, 3, 8, 1000)] == [5, 10, 20, 600, 600]


def test_of_eight_who_claim_at_once_one_wins(transactional_db: None, job: Job) -> None:
    def claim(_: int) -> bool:
        try:
            return claim_job(job.pk) is not None
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(claim, range(8))) == 1
    assert row(job)["attempts"] == 1


@pytest.mark.parametrize("values", [{"state": "running"}, {"state": "done"}, {"state": "lost"}, {"progress": 101}])
def test_the_database_refuses_impossible_rows(job: Job, values: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError):
        Job.objects.filter(pk=job.pk).update(**values)
