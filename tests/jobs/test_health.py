"""GET /healthz and /readyz."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from widgets_manager.jobs.models import WorkerHeartbeat
from widgets_manager.jobs.workers import Pulse, forget_silent_workers


def test_it_works(db: None, client: Client) -> None:
    WorkerHeartbeat.objects.create(name="one@host")
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json() == {"status": "ready", "checks": {"database": "ok", "redis": "ok", "worker": "ok"}}
    assert "no-store" in response["Cache-Control"]
    assert not client.cookies


def test_alive_needs_neither_database_nor_redis(client: Client, worker_valkey: Any) -> None:
    # Without a database mark, any query fails this test.
    worker_valkey.kill()
    response = client.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "alive"})


@pytest.mark.parametrize("age", [None, timedelta(seconds=31)])
def test_says_that_no_worker_is_there(db: None, client: Client, age: timedelta | None) -> None:
    if age:
        WorkerHeartbeat.objects.create(name="one@host", seen_at=timezone.now() - age)
    response = client.get("/readyz")
    assert response.status_code == 503
    checks = response.json()["checks"]
    assert "no worker" in checks["worker"]
    assert (checks["database"], checks["redis"]) == ("ok", "ok")


def test_says_that_redis_is_away(db: None, client: Client, worker_valkey: Any) -> None:
    WorkerHeartbeat.objects.create(name="one@host")
    worker_valkey.kill()
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["checks"] == {"database": "ok", "redis": "does not answer", "worker": "ok"}


def test_says_that_the_database_is_away_and_tells_no_details(
    db: None, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> None:
        raise OperationalError("could not connect to db-7.internal")

    with monkeypatch.context() as outage:
        outage.setattr(connection, "cursor", refuse)
        response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["checks"]["database"] == "does not answer"
    assert b"internal" not in response.content


def test_only_reading(client: Client) -> None:
    assert client.post("/healthz").status_code == 405


def test_a_pulse_keeps_its_row_fresh_and_takes_it_along(transactional_db: None) -> None:
    pulse = Pulse("one@host", interval=0.05)
    pulse.start()
    try:
        from tests.jobs.conftest import wait_until

        wait_until(lambda: WorkerHeartbeat.objects.exists())
        first = WorkerHeartbeat.objects.get().seen_at
        wait_until(lambda: WorkerHeartbeat.objects.get().seen_at > first)
    finally:
        pulse.stop()
    assert not WorkerHeartbeat.objects.exists()


def test_workers_gone_for_a_day_are_forgotten(db: None) -> None:
    WorkerHeartbeat.objects.create(name="gone@host", seen_at=timezone.now() - timedelta(hours=25))
    WorkerHeartbeat.objects.create(name="here@host")
    assert forget_silent_workers() == 1
    assert WorkerHeartbeat.objects.get().name == "here@host"
