"""`/api/jobs` and the page: what people see of their background work, and what they may do to it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.docs.openapi import check_answer
from tests.jobs import handlers as handlers  # registers the kinds
from tests.people import Person, assert_refused
from widgets_manager.core.redis import sync_redis
from widgets_manager.jobs.actions import cancel_job, enqueue
from widgets_manager.jobs.leases import claim_job, claim_next, finish_job
from widgets_manager.jobs.models import Job, JobState
from widgets_manager.jobs.running import run_job
from widgets_manager.live.models import Event


def start(person: Person, **args: Any) -> Job:
    return enqueue(actor=person.actor, kind="test.fail", title="Print it", args={"failures": 0} | args)


def listed(person: Person, **query: str) -> list[str]:
    response = person.client.get("/api/jobs", query)
    assert response.status_code == 200, response.content
    return [job["id"] for job in check_answer("GET", "/api/jobs", response)["jobs"]]


def test_it_works(alice: Person) -> None:
    job = start(alice)
    response = alice.client.get(f"/api/jobs/{job.pk}")
    told = check_answer("GET", "/api/jobs/{job_id}", response)["job"]
    assert (told["title"], told["state"], told["can_cancel"], told["can_retry"]) == ("Print it", "queued", True, False)
    assert (told["user"]["name"], told["input"], told["runs"]) == ("Alice", None, [])
    assert listed(alice) == [str(job.pk)]
    run_job(job.pk)
    told = alice.client.get(f"/api/jobs/{job.pk}").json()["job"]
    assert (told["state"], told["progress"], told["result"]) == ("done", 100, {"attempt": 1})


def test_every_step_is_told_to_the_owners_pages(alice: Person) -> None:
    job = start(alice, for_good=True)
    run_job(job.pk)
    steps = Event.objects.filter(type="job.put", stream__kind="user", stream__key=alice.user.pk).order_by("number")
    assert [step.data["job"]["state"] for step in steps] == ["queued", "running", "failed"]
    assert steps.last().data["job"]["error"] == "The document has no pages."  # type: ignore[union-attr]  # (there is one)


def test_a_page_of_thirty_and_those_in_a_state(alice: Person) -> None:
    jobs = [start(alice) for _ in range(33)]
    cancel_job(actor=alice.actor, job=jobs[5])
    first = listed(alice)
    assert first == [str(job.pk) for job in reversed(jobs[3:])]
    assert listed(alice, before=first[-1]) == [str(job.pk) for job in reversed(jobs[:3])]
    assert listed(alice, state="cancelled") == [str(jobs[5].pk)]
    assert_refused(alice.client.get("/api/jobs?state=lost"), 422, "INVALID_INPUT")


def test_admins_see_everybodys_others_their_own(alice: Person, bob: Person, charlie: Person) -> None:
    alices, bobs = start(alice), start(bob)
    assert listed(alice) == [str(alices.pk)]
    assert listed(alice, all="1") == [str(bobs.pk), str(alices.pk)]
    assert_refused(bob.client.get("/api/jobs?all=1"), 403, "PERMISSION_DENIED")
    for who, job in ((bob, alices), (charlie, alices), (charlie, bobs)):
        for method, address in (("get", ""), ("post", "/cancel"), ("post", "/retry")):
            assert_refused(getattr(who.client, method)(f"/api/jobs/{job.pk}{address}"), 404, "NOT_FOUND")
    assert alice.client.post(f"/api/jobs/{bobs.pk}/cancel").json()["job"]["state"] == "cancelled"


def test_cancel(alice: Person) -> None:
    job = start(alice)
    response = alice.client.post(f"/api/jobs/{job.pk}/cancel")
    assert check_answer("POST", "/api/jobs/{job_id}/cancel", response)["job"]["state"] == "cancelled"
    assert not run_job(job.pk)
    assert_refused(alice.client.post(f"/api/jobs/{job.pk}/cancel"), 409, "JOB_ENDED")


def test_retry(alice: Person) -> None:
    job = start(alice, for_good=True)
    assert_refused(alice.client.post(f"/api/jobs/{job.pk}/retry"), 409, "JOB_NOT_FAILED")
    run_job(job.pk)
    Job.objects.filter(pk=job.pk).update(args={"failures": 0})
    told = check_answer("POST", "/api/jobs/{job_id}/retry", alice.client.post(f"/api/jobs/{job.pk}/retry"))["job"]
    assert (told["state"], told["finished_at"], told["can_retry"]) == ("queued", None, False)
    assert run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.round, job.attempts) == (JobState.DONE, 1, 2)


def test_the_page(alice: Person, bob: Person, charlie: Person) -> None:
    job = start(bob)
    assert b"job-list" in alice.client.get("/jobs/").content
    assert bob.client.get(f"/jobs/{job.pk}/").status_code == 200
    assert charlie.client.get(f"/jobs/{job.pk}/").status_code == 404


@pytest.fixture
def one_place(settings: Any) -> None:
    settings.JOBS_PER_TENANT = 1


@pytest.mark.usefixtures("one_place")
def test_an_organisation_has_so_many_places_and_they_take_turns(alice: Person, charlie: Person) -> None:
    flood = [start(alice) for _ in range(20)]
    theirs = start(charlie)
    assert claim_job(flood[0].pk) is not None
    assert claim_job(flood[1].pk) is None, "alice's organisation has one place"
    claimed = claim_next()
    assert claimed is not None
    assert claimed[0].pk == theirs.pk, "charlie waits for alice's jobs"
    assert claim_next() is None
    Job.objects.filter(pk=flood[0].pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    again = claim_next()
    assert again is not None
    assert again[0].pk == flood[0].pk, "a place whose worker fell silent is free"


@pytest.mark.usefixtures("one_place")
def test_whoever_lets_a_place_go_wakes_the_next(alice: Person, django_capture_on_commit_callbacks: Any) -> None:
    first = start(alice)
    claimed = claim_next()
    assert claimed is not None
    assert claimed[0] == first
    start(alice)
    before = sync_redis().llen("celery")
    with django_capture_on_commit_callbacks(execute=True):
        finish_job(claimed[1], None)
    assert sync_redis().llen("celery") == before + 1
    with django_capture_on_commit_callbacks(execute=True):
        cancel_job(actor=alice.actor, job=Job.objects.get(state=JobState.QUEUED))
    assert sync_redis().llen("celery") == before + 1, "nothing waits any more"
