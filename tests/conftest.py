"""Fixtures for tests that need the whole application: a served address, a browser's settings, a real worker."""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from config.embedded.processes import end, spawn

pytest_plugins = [name for name in ("tests.people", "tests.isolated") if find_spec(name)]

CHROMIUM = "/usr/bin/chromium"
_QUIET_BROWSER = [
    "--no-sandbox",  # the tests may run as root, where chromium's own sandbox does not start
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests go last: their driver keeps an event loop in the main thread, which async tests cannot share."""
    items.sort(key=lambda item: item.get_closest_marker("e2e") is not None)


@pytest.fixture(autouse=True, scope="session")
def _quick_truncation() -> Iterator[None]:
    """After a transactional test empty its tables, and no more: Django would make all permissions anew (0.4 s each)."""
    from django.db import connection
    from django.test import TransactionTestCase

    from chat.turns import runner

    kept = {"django_migrations", "django_content_type", "auth_permission"}

    def truncate(case: TransactionTestCase) -> None:
        # A turn still writing would deadlock with the truncation, or leave its rows to the next test.
        deadline = time.monotonic() + 30
        while running := runner.running():
            assert time.monotonic() < deadline, f"{running} turn(s) of the chat still run 30 s after the test"
            time.sleep(0.01)
        tables = [name for name in connection.introspection.django_table_names(only_existing=True) if name not in kept]
        with connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {', '.join(map(connection.ops.quote_name, tables))} RESTART IDENTITY")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", truncate)
        yield


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The system's chromium; nothing is downloaded. What is expected may take long: the machine may be busy."""
    expect.set_options(timeout=20_000)
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": _QUIET_BROWSER}


@pytest.fixture
def live_url(transactional_db: None, settings: Any) -> Iterator[str]:
    """The address of this process's own application, served over real sockets on the test database.

    `settings.PUBLIC_ORIGIN` is this address. The server has a thread and an event loop of its own for each test.
    """
    import uvicorn

    from config.asgi import application

    listener = socket.create_server(("127.0.0.1", 0))
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    settings.PUBLIC_ORIGIN = address
    settings.CSRF_TRUSTED_ORIGINS = [address]
    server = uvicorn.Server(
        uvicorn.Config(application, lifespan="off", log_config=None, access_log=False, timeout_graceful_shutdown=2)
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="live_url", daemon=True)
    thread.start()
    deadline = time.monotonic() + 30
    while not server.started:
        assert thread.is_alive(), "the application did not start: see the log above"
        assert time.monotonic() < deadline, "the application did not start within 30 s"
        time.sleep(0.01)
    yield address
    server.should_exit = True
    thread.join(15)
    listener.close()
    assert not thread.is_alive(), "the application did not stop: a request or socket still hangs"


@pytest.fixture
def celery_worker_process(transactional_db: None, settings: Any, tmp_path: Path) -> Iterator[Path]:
    """A real Celery worker process on the test database and this worker's Valkey; the value is its log file."""
    from django.db import connection

    from config.celery import app

    settings.FILES_ROOT = Path(os.environ["DATA_DIR"]) / "files"  # where that process looks
    address = os.environ["DATABASE_URL"]
    database = connection.settings_dict["NAME"]
    environ = {**os.environ, "DATABASE_URL": address.replace("/widgets?", f"/{database}?"), "LOG_LEVEL": "INFO"}
    log = tmp_path / "worker.log"
    command = [sys.executable, "-m", "celery", "-A", "config", "worker", "--concurrency=1", "--loglevel=INFO"]
    process = spawn(command, log=log, environ=environ)
    try:
        deadline = time.monotonic() + 60
        while not app.control.ping(timeout=1, limit=1):
            assert process.poll() is None, f"the worker ended: {log.read_text()}"
            assert time.monotonic() < deadline, f"the worker does not answer: {log.read_text()}"
        yield log
    finally:
        end(process, signal.SIGTERM, 15)
