"""Work that a handler leaves to the background: the job, its end, and attempts that go on where another one stopped."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from sandbox.plugins import running
from sandbox.plugins.actions.jobs import KIND
from sandbox.plugins.jobs import forget_journals
from sandbox.plugins.models import PluginRun
from tests.people import Person
from tests.plugins.background import START, Crash, Deck, crash_in, lose
from tests.plugins.runs import click, plugin
from widgets_manager.jobs import kinds
from widgets_manager.jobs.actions import cancel_job, restart_job
from widgets_manager.jobs.models import Job, JobCall, JobState
from widgets_manager.jobs.running import run_job
from widgets_manager.live.models import Event
from widgets_manager.notifications.models import Notification
from widgets_manager.widgets.models import InstalledWidget

pytestmark = pytest.mark.usefixtures("isolates")


@pytest.fixture(autouse=True)
def files_root(settings: Any, tmp_path: Path) -> None:
    settings.FILES_ROOT = tmp_path


def test_it_works(alice: Person) -> None:
    deck = Deck(alice, "await context.widget.update({ drawn: input.slide }); return { drawn: input.slide };")
    job = deck.start(slide=7)
    assert (job.state, job.title, job.user, job.tenant) == (JobState.QUEUED, "doer: work", alice.user, alice.tenant)
    deck.run(job)
    assert (job.state, job.result, job.error) == (JobState.DONE, {"drawn": 7}, "")
    assert deck.shown() == [(1, {"drawn": 7})]
    run = PluginRun.objects.get(job=job, kind="job")
    assert (run.ok, run.action, run.input) == (True, "work", {"action": "work", "slide": 7})


STEPS = """
const q = (word) => context.managedDb.query('INSERT INTO done (word) VALUES ($1) RETURNING id', [word]);
const chance = [Math.random(), Date.now(), crypto.randomUUID()];
const first = await q('one');
await context.widget.update({ step: 1, chance });
try { await q(null); } catch (error) { await context.streamEvent('progress', { percent: 50, note: error.code }); }
await context.notify('Half');
const meta = await context.updateSessionMetadata({ seen: first.rows[0].id });
await q('two ' + JSON.stringify(meta.seen) + chance[0]);
await context.widget.update({ step: 2, chance: [Math.random(), Date.now() - chance[1] >= 0] });
return { first: first.rows, chance };
"""


# Its third call is refused: after that nothing is left to crash in.
@pytest.mark.parametrize(("when", "calls"), [("before", range(1, 9)), ("after", (1, 2, 4, 5, 6, 7, 8))])
def test_an_attempt_after_a_crash_goes_on_and_does_nothing_twice(
    alice: Person, monkeypatch: pytest.MonkeyPatch, when: str, calls: Sequence[int]
) -> None:
    deck = Deck(alice, STEPS)
    job = deck.start()
    Job.objects.filter(pk=job.pk).update(max_attempts=50)
    for number in calls:  # each attempt gets one call further than the one before
        crash_in(monkeypatch, number, when)
        with pytest.raises(Crash):
            run_job(job.pk)
        lose(job)
    assert run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.error) == (JobState.DONE, "")
    assert job.attempts == len(calls) + 1
    runs = PluginRun.objects.filter(job=job, kind="job").order_by("created_at")
    assert [(run.ok, run.error_code) for run in runs] == [(False, "LOST")] * len(calls) + [(True, "")]
    words = deck.words()
    assert job.result is not None
    assert len(words) == 2
    assert words[1] == f"two 1{job.result['chance'][0]}"
    assert [number for number, _ in deck.shown()] == [2]
    assert Notification.objects.filter(user=alice.user, text="Half").count() == 1
    assert (job.progress, job.progress_note) == (100, "QUERY_FAILED")


@pytest.mark.parametrize("number", [1, 3, 7])
def test_whoever_loses_its_job_in_a_statement_does_nothing_more(
    alice: Person, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """Another worker takes the job and ends it while the first one waits for the plugins' database."""
    from sandbox.plugins import broker

    deck = Deck(alice, STEPS)
    taken: list[int] = []
    job = deck.start()
    original = broker.Broker._effect

    def effect(self: Any, method: Any, params: list[Any], entry: Any) -> Any:
        if not taken and self._calls.total() == number:
            taken.append(number)
            lose(job)
            assert run_job(job.pk)
        return original(self, method, params, entry)

    monkeypatch.setattr(broker.Broker, "_effect", effect)
    assert run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempts, taken) == (JobState.DONE, 2, [number])
    assert len(deck.words()) == 2
    assert [sequence for sequence, _ in deck.shown()] == [2]
    assert Notification.objects.filter(user=alice.user, text="Half").count() == 1


def test_a_call_that_is_another_than_before_stops_the_job(alice: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    deck = Deck(alice, "await context.widget.update({ step: 1 }); await context.widget.update({ step: 2 });")
    job = deck.start()
    crash_in(monkeypatch, 2, "before")
    with pytest.raises(Crash):
        run_job(job.pk)
    lose(job)
    JobCall.objects.filter(job=job, sequence=1).update(digest="0" * 64)
    assert run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.error_code) == (JobState.FAILED, "JOB_DIVERGED")
    assert "call 1 of the handler" in job.error
    assert deck.shown() == [(1, {"step": 1})]


def test_a_handlers_own_error_fails_the_job_and_its_person_is_told(alice: Person) -> None:
    deck = Deck(alice, "return { error: true, message: 'No such slide.' };")
    job = deck.run(deck.start())
    assert (job.state, job.error, job.error_code) == (JobState.FAILED, "No such slide.", "PLUGIN_ERROR")
    told = Notification.objects.get(user=alice.user)
    assert (told.title, told.text, told.url) == ("doer: work failed", "No such slide.", f"/jobs/{job.pk}/")


def test_a_handler_that_asks_for_it_is_run_anew_after_a_pause_and_at_most_five_times(alice: Person) -> None:
    body = """await context.managedDb.query("INSERT INTO done (word) VALUES ('try')");
    return { error: true, message: 'Not yet.', retry: input.wait ? { afterSeconds: input.wait } : true };"""
    deck = Deck(alice, body)
    job = deck.start(wait=90)
    for tries in (1, 2, 3, 4):
        deck.run(job)
        assert (job.state, job.round, job.error) == (JobState.QUEUED, tries, "Not yet.")
        assert 60 < (job.run_after - timezone.now()).total_seconds() < 91
        assert not run_job(job.pk), "it ran before its pause was over"
    deck.run(job)
    assert (job.state, job.error) == (JobState.FAILED, "Not yet.")
    assert deck.words() == ["try"] * 5
    usual = deck.run(deck.start())
    assert 0 < (usual.run_after - timezone.now()).total_seconds() < 6


def test_a_person_tries_a_failed_job_again_from_its_beginning(alice: Person) -> None:
    body = """await context.managedDb.query("INSERT INTO done (word) VALUES ('x')");
    const { rows } = await context.managedDb.query('SELECT count(*)::int AS n FROM done');
    if (rows[0].n === 1) throw new Error('At first it fails.');
    return rows[0];"""
    deck = Deck(alice, body)
    job = deck.run(deck.start())
    assert (job.state, job.error_code) == (JobState.FAILED, "HANDLER_ERROR")
    restart_job(actor=alice.actor, job=job)
    deck.run(job)
    assert (job.state, job.result, job.error) == (JobState.DONE, {"n": 2}, "")


def test_what_a_cancelled_job_asks_for_is_not_done(alice: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    deck = Deck(alice, "console.log('begun'); for (const step of [1, 2, 3]) await context.widget.update({ step });")
    job = deck.start()
    steps: list[int] = []
    from sandbox.plugins import broker

    original = broker.Broker._effect

    def effect(self: Any, method: Any, params: list[Any], entry: Any) -> Any:
        steps.append(params[0]["step"])
        return original(self, method, params, entry)

    monkeypatch.setattr(broker.Broker, "_effect", effect)
    original_call = broker.Broker.__call__

    def call(self: Any, method: str, params: list[Any]) -> Any:
        if params[0]["step"] == 2:
            cancel_job(actor=alice.actor, job=job)
        return original_call(self, method, params)

    monkeypatch.setattr(broker.Broker, "__call__", call)
    run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, steps) == (JobState.CANCELLED, [1])
    assert deck.shown() == [(1, {"step": 1})]
    row = PluginRun.objects.get(job=job, kind="job")
    assert (row.ok, row.error_code, row.widget_events) == (False, "CANCELLED", 1)
    assert ([call["method"] for call in row.calls], row.log) == (["widget.update"] * 2, [["log", "begun"]])
    told = Event.objects.filter(type="job.put").values_list("data__job__state", flat=True)
    assert list(told).count("cancelled") == 2, "when it was cancelled, and when its run was in the log"


def test_a_job_that_is_cancelled_when_its_handler_has_ended_is_in_the_log(
    alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    deck = Deck(alice, "console.log('nearly'); return { n: 1 };")
    job = deck.start()
    settle = running._Attempt.settle

    def cancelled(self: Any, *given: Any, **more: Any) -> Any:
        cancel_job(actor=alice.actor, job=job)
        return settle(self, *given, **more)

    monkeypatch.setattr(running._Attempt, "settle", cancelled)
    run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.result) == (JobState.CANCELLED, None)
    row = PluginRun.objects.get(job=job, kind="job")
    assert (row.ok, row.error_code, row.log) == (False, "CANCELLED", [["log", "nearly"]])


def test_no_more_jobs_wait_than_may(alice: Person, charlie: Person, settings: Any) -> None:
    settings.JOBS_WAITING_PER_TENANT = 2
    deck = Deck(alice, "return {};")
    job, _ = deck.start(), deck.start()
    refused = click(alice, deck.place, "go")
    assert (refused["ok"], refused["error"]["code"]) == (False, "QUEUE_FULL")
    assert refused["error"]["message"].startswith("2 background jobs of your organisation are waiting")
    assert Deck(charlie, "return {};").start(), "another organisation's jobs wait by themselves"
    deck.run(job)
    assert deck.start(), "one has run, and another may wait"


def test_a_job_may_start_another_one_but_not_without_an_end(alice: Person) -> None:
    deck = Deck(alice, "return { _triggerToolCall: { action: 'work', n: (input.n || 0) + 1 } };")
    job = deck.start()
    for _ in range(19):
        deck.run(job)
        assert job.state == JobState.DONE
        job = Job.objects.get(state=JobState.QUEUED)
    deck.run(job)
    assert (job.state, job.error_code) == (JobState.FAILED, "TOO_MANY_JOBS")
    assert Job.objects.filter(kind="plugin.run").count() == 20


def test_jobs_of_a_plugin_that_has_gone_or_was_disabled_fail(alice: Person) -> None:
    deck = Deck(alice, "return {};")
    first, second = deck.start(), deck.start()
    InstalledWidget.objects.filter(pk=deck.widget.pk).update(enabled=False)
    assert deck.run(first).error_code == "WIDGET_DISABLED"
    assert alice.client.delete(f"/api/widgets/{deck.widget.pk}").status_code == 200
    assert deck.run(second).error == "The plugin that started this job is no longer installed."


def test_viewers_start_nothing(vera: Person, alice: Person) -> None:
    widget = plugin(alice, START, tenant_wide=True)
    answer = vera.client.post(f"/api/plugins/{widget.pk}/run", {"arguments": {}})
    assert answer.status_code == 403


@pytest.mark.django_db(transaction=True)
def test_a_job_that_is_cancelled_is_ended_in_the_middle_of_its_code(
    alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = kinds.find_kind(KIND)
    assert known is not None
    monkeypatch.setitem(kinds._kinds, KIND, replace(known, lease_seconds=1))
    deck = Deck(alice, "await context.widget.update({ step: 1 }); for (;;) {}")
    job = deck.start()
    with ThreadPoolExecutor(1) as pool:
        ended = pool.submit(_run_and_let_go, job)
        while not deck.shown():
            assert not ended.done(), ended.result()
        cancel_job(actor=alice.actor, job=job)
        assert ended.result(timeout=60)
    job.refresh_from_db()
    assert job.state == JobState.CANCELLED
    row = PluginRun.objects.get(job=job, kind="job")
    assert (row.ok, row.error_code, [call["method"] for call in row.calls]) == (False, "CANCELLED", ["widget.update"])


def _run_and_let_go(job: Job) -> bool:
    try:
        return run_job(job.pk)
    finally:
        connection.close()


def test_what_was_recorded_goes_an_hour_after_the_end(alice: Person) -> None:
    deck = Deck(alice, "await context.managedDb.query(\"INSERT INTO done (word) VALUES ('x')\"); return {};")
    job, fresh = deck.run(deck.start()), deck.run(deck.start())
    failed = Deck(alice, "throw new Error('No.');", name="failing").start()
    run_job(failed.pk)
    moment = timezone.now() - timedelta(hours=2)
    Job.objects.filter(pk__in=[job.pk, failed.pk]).update(finished_at=moment)
    assert forget_journals() == 3  # a statement, its note, and the beginning
    assert not JobCall.objects.filter(job=job).exists()
    assert JobCall.objects.filter(job=fresh).count() == 2
    assert JobCall.objects.filter(job=failed).count() == 1, "a person may want to go on with it"
