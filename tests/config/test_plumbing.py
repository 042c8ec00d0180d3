"""The fixtures other tests stand on: a served address, a browser, a worker."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.conf import settings


def test_it_works(live_url: str) -> None:
    assert httpx.get(f"{live_url}/healthz").json() == {"status": "alive"}
    assert live_url == settings.PUBLIC_ORIGIN


@pytest.mark.parametrize("turn", [1, 2])
def test_each_test_has_a_server_with_its_database_and_valkey(live_url: str, turn: int) -> None:
    checks = httpx.get(f"{live_url}/readyz").json()["checks"]
    assert checks["database"] == checks["redis"] == "ok"


def test_a_worker_answers_from_a_process_of_its_own(celery_worker_process: Path) -> None:
    from config.celery import app

    answers = app.control.ping(timeout=5, limit=1)
    assert answers is not None
    assert len(answers) == 1
    statistics = app.control.inspect(timeout=5, limit=1).stats()
    assert statistics is not None
    [worker] = statistics.values()
    assert worker["pid"] != os.getpid()
    assert "ready" in celery_worker_process.read_text()


@pytest.mark.e2e
def test_a_browser_opens_the_application(live_url: str, page: Any) -> None:
    answer = page.goto(f"{live_url}/healthz")
    assert answer.status == 200
    assert "alive" in page.content()
