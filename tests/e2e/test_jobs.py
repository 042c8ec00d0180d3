"""The page of jobs in a real browser."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.core.browser import Visitor
from tests.jobs import handlers as handlers  # registers the kinds
from tests.people import Person
from widgets_manager.jobs import leases
from widgets_manager.jobs.actions import enqueue
from widgets_manager.jobs.models import Job, JobState
from widgets_manager.jobs.running import run_job

pytestmark = pytest.mark.e2e
LONG = "Slides of the quarterly review of everything that we have ever done: draw all of them anew"


def start(person: Person, title: str, **args: Any) -> Job:
    return enqueue(actor=person.actor, kind="test.fail", title=title, args={"failures": 0} | args)


@pytest.fixture
def visitor(live_url: str, page: Page, alice: Person) -> Visitor:
    found = Visitor(page, live_url)
    found.sign_in("alice")
    return found


def row(page: Page, title: str) -> Any:
    return page.locator("job-list li").filter(has_text=title).first


def test_it_works(visitor: Visitor, alice: Person) -> None:
    """Live from its start to its end; opened, it tells what it gave."""
    page = visitor.page
    page.emulate_media(reduced_motion="reduce")  # what turns for as long as a job runs is never photographed
    page.goto(f"{visitor.address}/jobs/")
    expect(page.get_by_text("Nothing in the background")).to_be_visible()
    visitor.check_accessibility()
    job = start(alice, LONG)
    expect(row(page, LONG)).to_contain_text("Waiting")
    claimed = leases.claim_job(job.pk)
    assert claimed is not None
    leases.write_progress(claimed[1], 40, "Slide 2 of 5")
    expect(row(page, LONG)).to_contain_text("Slide 2 of 5")
    expect(page.get_by_role("progressbar")).to_have_attribute("aria-valuenow", "40")
    row(page, LONG).get_by_role("button", name=LONG, exact=True).click()
    expect(row(page, LONG)).to_contain_text("Begun by")
    visitor.check_accessibility()
    visitor.photograph("jobs")
    leases.finish_job(claimed[1], {"slides": 5})
    expect(row(page, LONG)).to_contain_text("Done")
    expect(row(page, LONG)).to_contain_text('"slides": 5')
    assert visitor.faults == []


def test_cancel_and_retry(visitor: Visitor, alice: Person) -> None:
    page = visitor.page
    waiting, failed = start(alice, "Wait for it"), start(alice, "Fail at it", for_good=True)
    Job.objects.filter(pk=waiting.pk).update(run_after=timezone.now() + timedelta(hours=1))
    run_job(failed.pk)
    page.goto(f"{visitor.address}/jobs/")
    page.get_by_role("button", name="Cancel Wait for it").click()
    expect(row(page, "Wait for it")).to_contain_text("Cancelled")
    expect(row(page, "Fail at it")).to_contain_text("The document has no pages.")
    page.get_by_role("button", name="Retry Fail at it").click()
    expect(row(page, "Fail at it")).to_contain_text(re.compile("Waiting|Will be tried again"))
    run_job(failed.pk)
    expect(row(page, "Fail at it")).to_contain_text("Failed")
    page.get_by_label("State").select_option("cancelled")
    expect(page.locator("job-list li")).to_have_count(1)
    Job.objects.filter(pk=failed.pk).update(error_code="OUTCOME_UNKNOWN")
    page.goto(f"{visitor.address}/jobs/{failed.pk}/")
    expect(row(page, "Fail at it")).to_contain_text("Why it failed")
    page.get_by_role("button", name="Retry Fail at it").click()
    page.get_by_role("alertdialog").get_by_role("button", name="Cancel").click()
    failed.refresh_from_db()
    assert failed.state == JobState.FAILED
    assert visitor.faults == []


def test_an_admin_looks_at_everybodys(visitor: Visitor, bob: Person) -> None:
    start(bob, "Bob's own")
    page = visitor.page
    page.goto(f"{visitor.address}/jobs/")
    expect(page.get_by_text("Nothing in the background")).to_be_visible()
    page.get_by_role("switch", name="Everyone's").check()
    expect(row(page, "Bob's own")).to_contain_text("Bob")
    assert visitor.faults == []
