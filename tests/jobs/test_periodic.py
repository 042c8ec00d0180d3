"""Housekeeping: once for the whole installation, at its interval."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone

from tests.people import Person
from widgets_manager.core.actions.confirmations import request_confirmation
from widgets_manager.core.actions.tenants import create_invite
from widgets_manager.core.models import Invite, PendingConfirmation
from widgets_manager.jobs import maintenance, periodic
from widgets_manager.jobs.models import PeriodicRun
from widgets_manager.jobs.periodic import register_periodic, run_due

Register = Callable[[Callable[[], object]], None]


@pytest.fixture
def only(monkeypatch: pytest.MonkeyPatch) -> Register:
    """Registers one piece of work, and hides the others."""
    monkeypatch.setattr(periodic, "_registered", {})
    return lambda work: register_periodic("test.work", 60, work)


def test_it_works(db: None, only: Register) -> None:
    runs: list[int] = []
    only(lambda: runs.append(1))
    assert run_due() == ["test.work"]
    assert run_due() == [], "it ran again before its interval was over"
    PeriodicRun.objects.update(due_at=timezone.now())
    assert run_due() == ["test.work"]
    assert len(runs) == 2
    row = PeriodicRun.objects.get()
    assert row.last_finished_at is not None
    assert (row.busy_until, row.last_error) == (None, "")


def test_a_tick_that_comes_a_moment_early_counts(db: None, only: Register) -> None:
    runs: list[int] = []
    only(lambda: runs.append(1))
    PeriodicRun.objects.create(name="test.work", due_at=timezone.now() + timedelta(seconds=1))
    assert run_due() == ["test.work"]
    PeriodicRun.objects.update(due_at=timezone.now() + timedelta(seconds=5))
    assert run_due() == []


def test_two_beats_do_not_double_it(transactional_db: None, only: Register) -> None:
    runs: list[int] = []
    everyone = threading.Barrier(6)
    only(lambda: runs.append(1))

    def tick(_: int) -> None:
        everyone.wait()
        try:
            run_due()
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(tick, range(6)))
    assert len(runs) == 1


def test_a_run_that_is_still_busy_is_not_joined_and_a_dead_one_is_replaced(db: None, only: Register) -> None:
    runs: list[int] = []
    only(lambda: runs.append(1))
    now = timezone.now()
    PeriodicRun.objects.create(name="test.work", due_at=now, busy_until=now + timedelta(minutes=5))
    assert run_due() == []
    PeriodicRun.objects.update(busy_until=now - timedelta(seconds=1))
    assert run_due() == ["test.work"]
    assert runs == [1]


def test_a_failure_is_kept_and_stops_nobody_else(db: None, only: Register) -> None:
    runs: list[int] = []
    only(lambda: 1 // 0)
    register_periodic("test.other", 60, lambda: runs.append(1))
    assert run_due() == ["test.work", "test.other"]
    assert PeriodicRun.objects.get(name="test.work").last_error.startswith("ZeroDivisionError")
    assert runs == [1]


def test_one_name_one_work(only: Register) -> None:
    only(lambda: None)
    with pytest.raises(ValueError, match="already registered"):
        only(lambda: None)


def test_all_of_the_installations_housekeeping_runs(db: None) -> None:
    names = run_due()
    assert {"core.idempotency_keys", "core.sessions", "live.events", "jobs.finished_jobs"} <= set(names)
    assert not PeriodicRun.objects.exclude(last_error="").exists()


def test_stale_confirmations_invites_and_sessions_go_and_fresh_ones_stay(alice: Person) -> None:
    long_ago = timezone.now() - timedelta(days=31)
    for age in (None, long_ago):
        pending = request_confirmation(actor=alice.actor, action="x", args={}, summary="x")
        invite, _ = create_invite(actor=alice.actor, role="member")
        alice.client  # noqa: B018  (signs in: one session)
        if age:
            PendingConfirmation.objects.filter(pk=pending.pk).update(expires_at=age)
            Invite.objects.filter(pk=invite.pk).update(revoked_at=age)
            Session.objects.filter(pk=Session.objects.latest("expire_date").pk).update(expire_date=age)
    assert maintenance.delete_stale_confirmations() == 1
    assert maintenance.delete_stale_invites() == 1
    maintenance.clear_sessions()
    assert (PendingConfirmation.objects.count(), Invite.objects.count(), Session.objects.count()) == (1, 1, 1)
