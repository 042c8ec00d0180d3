"""Requests of jobs to other servers: which are sent again after a crash, and what nobody knows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.plugins.models import HostGrant
from tests.egress.site import Page, Site, running
from tests.people import Person
from tests.plugins.background import Crash, Deck, crash_in, lose
from widgets_manager.jobs.actions import restart_job
from widgets_manager.jobs.models import Job, JobState
from widgets_manager.jobs.running import run_job
from widgets_manager.notifications.models import Notification

pytestmark = pytest.mark.usefixtures("isolates")
BODY = """
await context.managedDb.query("INSERT INTO done (word) VALUES ('before')");
const answer = await context.fetch(input.url, { method: input.method, headers: input.headers, body: input.body });
await context.managedDb.query('INSERT INTO done (word) VALUES ($1)', [answer.body]);
return { got: answer.body };
"""


@pytest.fixture(autouse=True)
def files_root(settings: Any, tmp_path: Path) -> None:
    settings.FILES_ROOT = tmp_path


def count(page: Page) -> None:
    page.reply(str(len(page.server.requests)).encode(), content_type="text/plain")


@pytest.fixture
def site(settings: Any) -> Iterator[Site]:
    """It answers with how often it was asked."""
    with running({"/count": count}) as started:
        yield started


def start(person: Person, site: Site, **payload: Any) -> tuple[Deck, Job]:
    netloc = f"localhost:{site.server_port}"
    deck = Deck(person, BODY)
    HostGrant.objects.create(tenant=person.tenant, widget=deck.widget, host=netloc, granted_by=person.user)
    return deck, deck.start(url=f"http://{netloc}/count", **payload)


def crash(patch: pytest.MonkeyPatch, job: Job, when: str = "after") -> None:
    """Its worker ends in the request."""
    crash_in(patch, 2, when)
    with pytest.raises(Crash):
        run_job(job.pk)
    lose(job)


def test_it_works(alice: Person, site: Site) -> None:
    deck, job = start(alice, site, method="POST", body="x")
    deck.run(job)
    assert (job.state, job.error, job.result) == (JobState.DONE, "", {"got": "1"})
    assert deck.words() == ["before", "1"]


def test_what_reads_is_asked_again(alice: Person, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    deck, job = start(alice, site)
    crash(monkeypatch, job)
    deck.run(job)
    assert (job.state, job.result, len(site.requests)) == (JobState.DONE, {"got": "2"}, 2)


def test_an_answer_that_was_recorded_is_not_asked_for_again(
    alice: Person, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    deck, job = start(alice, site, method="POST")
    crash_in(monkeypatch, 3, "before")
    with pytest.raises(Crash):
        run_job(job.pk)
    lose(job)
    deck.run(job)
    assert (job.result, len(site.requests), deck.words()) == ({"got": "1"}, 1, ["before", "1"])


@pytest.mark.parametrize("when", ["before", "after"])
def test_what_changes_something_is_sent_again_only_when_a_person_says_so(
    alice: Person, site: Site, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    deck, job = start(alice, site, method="POST")
    crash(monkeypatch, job, when)
    sent = len(site.requests)
    deck.run(job)
    assert (job.state, job.error_code, len(site.requests)) == (JobState.FAILED, "OUTCOME_UNKNOWN", sent)
    assert f"POST http://localhost:{site.server_port}/count" in job.error
    assert Notification.objects.get(user=alice.user).text == job.error
    restart_job(actor=alice.actor, job=job)
    deck.run(job)
    assert (job.state, len(site.requests)) == (JobState.DONE, sent + 1)
    assert deck.words() == ["before", str(sent + 1)], "what had been done before was done again"


def test_a_key_that_the_other_server_knows_makes_it_repeatable(
    alice: Person, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    deck, job = start(alice, site, method="POST", headers={"idempotency-key": "a1"})
    crash(monkeypatch, job)
    deck.run(job)
    assert (job.state, len(site.requests)) == (JobState.DONE, 2)


def test_a_refused_request_stays_refused(alice: Person, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    body = """let code = '';
    try { await context.fetch('https://elsewhere.example/'); } catch (error) { code = error.code; }
    await context.widget.update({ code });
    return { code };"""
    deck = Deck(alice, body)
    job = deck.start()
    crash(monkeypatch, job, "before")
    deck.run(job)
    assert job.result == {"code": "HOST_NOT_ALLOWED"}
