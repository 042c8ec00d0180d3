"""One attempt of a job: its outcomes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.utils import timezone

from tests.jobs import handlers as handlers  # registers the kinds
from tests.people import Person
from widgets_manager.core.actor import Actor, Via
from widgets_manager.core.exceptions import InvalidInput
from widgets_manager.core.models import Membership, Role
from widgets_manager.jobs.actions import enqueue
from widgets_manager.jobs.exceptions import LeaseLost
from widgets_manager.jobs.kinds import Handler, register_job, unregister_job
from widgets_manager.jobs.models import Job, JobState
from widgets_manager.jobs.running import RunningJob, run_job

Run = Callable[..., Job]


@pytest.fixture
def run(alice: Person) -> Iterator[Run]:
    """Runs a handler as a job of alice, once, in this process; returns the job's row."""

    def run(handler: Handler, person: Person = alice, **limits: Any) -> Job:
        unregister_job("test.here")
        register_job("test.here", handler, **limits)
        job = enqueue(actor=person.actor, kind="test.here", args={"a": 1})
        assert run_job(job.pk)
        job.refresh_from_db()
        return job

    yield run
    unregister_job("test.here")


def refuse(job: RunningJob) -> dict[str, Any] | None:
    raise InvalidInput("The column 'x' is not there.")


def test_it_works(run: Run, alice: Person) -> None:
    seen: list[Actor] = []

    def handler(job: RunningJob) -> dict[str, Any]:
        seen.append(job.actor)
        job.report(50, "half")
        return {"a": job.args["a"] + 1}

    job = run(handler)
    assert (job.state, job.result, job.progress, job.attempts) == (JobState.DONE, {"a": 2}, 100, 1)
    assert (seen[0].user, seen[0].tenant, seen[0].role, seen[0].via) == (alice.user, alice.tenant, Role.OWNER, Via.JOB)


def test_a_fault_is_tried_again_after_a_pause_until_the_attempts_are_used_up(alice: Person) -> None:
    job = enqueue(actor=alice.actor, kind="test.fail", args={"failures": 9})
    for attempt in (1, 2):
        assert run_job(job.pk)
        job.refresh_from_db()
        assert (job.state, job.attempts, job.error) == (
            JobState.QUEUED,
            attempt,
            "RuntimeError: the printer is on fire",
        )
        assert job.run_after > timezone.now()
        assert not run_job(job.pk), "it ran before its pause was over"
        Job.objects.update(run_after=timezone.now())
    assert run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempts) == (JobState.FAILED, 3)
    assert not run_job(job.pk)


def test_it_may_succeed_after_a_fault(alice: Person) -> None:
    job = enqueue(actor=alice.actor, kind="test.fail", args={"failures": 1})
    run_job(job.pk)
    Job.objects.update(run_after=timezone.now())
    run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.result, job.error) == (JobState.DONE, {"attempt": 2}, "")


def test_a_failure_for_good_is_not_repeated(alice: Person) -> None:
    job = enqueue(actor=alice.actor, kind="test.fail", args={"for_good": True})
    run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempts, job.error) == (JobState.FAILED, 1, "The document has no pages.")


def test_a_refusal_is_not_repeated(run: Run) -> None:
    assert run(refuse).state == JobState.FAILED


def test_a_result_that_cannot_be_stored_is_a_fault(run: Run) -> None:
    job = run(lambda job: {"file": object()}, max_attempts=1)
    assert job.state == JobState.FAILED
    assert "not JSON serializable" in job.error
    assert run(lambda job: {"text": "a\0b"}, max_attempts=1).state == JobState.FAILED


def test_who_has_left_runs_nothing(alice: Person, bob: Person, run: Run) -> None:
    job = enqueue(actor=bob.actor, kind="test.fail", args={"failures": 0})
    Membership.objects.filter(user=bob.user).delete()
    run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.result) == (JobState.FAILED, None)
    assert "no longer belongs" in job.error


def test_a_job_has_no_more_scopes_than_who_started_it(run: Run, alice: Person) -> None:
    narrow = Actor(user=alice.user, tenant=alice.tenant, role=Role.OWNER, via=Via.TOKEN, scopes=frozenset({"widgets"}))
    seen: list[frozenset[str]] = []
    register_job("test.scopes", lambda job: seen.append(job.actor.scopes))
    try:
        run_job(enqueue(actor=narrow, kind="test.scopes", args={}).pk)
    finally:
        unregister_job("test.scopes")
    assert seen == [frozenset({"widgets"})]


def test_too_long_is_given_up(transactional_db: None, run: Run) -> None:
    def endless(job: RunningJob) -> dict[str, Any]:
        for _ in range(3000):
            job.check()
            time.sleep(0.01)
        return {"never": True}

    job = run(endless, max_attempts=1, lease_seconds=1, timeout_seconds=1)
    assert (job.state, job.result) == (JobState.FAILED, None)
    assert "longer than 1 seconds" in job.error


def test_a_long_handler_keeps_its_lease(transactional_db: None, run: Run) -> None:
    def long(job: RunningJob) -> dict[str, Any]:
        time.sleep(1.6)
        return {"stolen": run_job(job.id)}

    assert run(long, lease_seconds=1).result == {"stolen": False}


def test_an_effect_and_the_end_commit_together_or_not_at_all(run: Run) -> None:
    def half(job: RunningJob) -> dict[str, Any] | None:
        with job.unit_of_work():
            job.finish({"done": True})
            raise RuntimeError("lost power")

    job = run(half)
    assert (job.state, job.result) == (JobState.QUEUED, None)


def test_nothing_more_after_the_end(run: Run) -> None:
    def greedy(job: RunningJob) -> dict[str, Any] | None:
        with job.unit_of_work():
            job.finish({"n": 1})
        with pytest.raises(LeaseLost), job.unit_of_work():
            raise AssertionError("the body ran")
        with pytest.raises(LeaseLost):
            job.report(10)
        return {"n": 2}

    assert run(greedy).result == {"n": 1}


def test_one_kind_one_handler() -> None:
    with pytest.raises(ValueError, match="already registered"):
        register_job("test.note", refuse)
    with pytest.raises(ValueError, match="at least 1"):
        register_job("test.fresh", refuse, lease_seconds=0)
