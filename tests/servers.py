"""Pytest plugin: throw-away PostgreSQL and Valkey for the tests, started before Django reads its settings.

One cluster serves the whole run (a database per worker); every worker, and a run without workers, has a Valkey of its
own because Pub/Sub ignores database numbers.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from config import env
from config.embedded.servers import PLUGINS, PostgreSQL, Valkey

_PREFIX = "wm-tests-"
_DISPOSABLE = {
    "fsync": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_connections": "200",
    "shared_buffers": "64MB",
}


class Scratch:
    """A folder for servers' files. It is locked while in use, so that a later run can remove what a killed one left."""

    def __init__(self) -> None:
        self._remove_abandoned()
        self.path = Path(tempfile.mkdtemp(prefix=_PREFIX))
        self._lock = os.open(self.path, os.O_RDONLY)
        fcntl.flock(self._lock, fcntl.LOCK_SH)

    def remove(self) -> None:
        """Delete the folder."""
        shutil.rmtree(self.path, ignore_errors=True)
        os.close(self._lock)

    @staticmethod
    def _remove_abandoned() -> None:
        for folder in Path(tempfile.gettempdir()).glob(_PREFIX + "*"):
            try:
                lock = os.open(folder, os.O_RDONLY)
            except OSError:
                continue
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
            except OSError:
                pass  # another run is alive
            finally:
                os.close(lock)


@dataclass
class Servers:
    """A PostgreSQL, a Valkey or both, with the folder they live in."""

    scratch: Scratch
    postgresql: PostgreSQL | None
    valkey: Valkey | None

    @classmethod
    def start(cls, *, postgresql: bool = True, valkey: bool = True) -> Servers:
        """Start the wanted ones and wait until they answer."""
        scratch = Scratch()
        started = cls(scratch, None, None)
        if postgresql:
            sockets = scratch.path / "s"
            sockets.mkdir(mode=0o700)
            started.postgresql = PostgreSQL(
                scratch.path / "pg",
                sockets,
                options=_DISPOSABLE,
                may_create_databases=True,
                death_signal=signal.SIGQUIT,
            )
            started.postgresql.start()
        if valkey:
            started.valkey = Valkey(scratch.path, scratch.path / "valkey.log")
            started.valkey.start()
        return started

    @property
    def environ(self) -> dict[str, str]:
        """What a process needs in its environment to use them."""
        values = {"ENVIRONMENT": "test", "DATA_DIR": str(self.scratch.path / "data")}
        if self.postgresql:
            values["DATABASE_URL"] = self.postgresql.url
            values["PLUGIN_DATABASE_URL"] = self.postgresql.plugin_url
        if self.valkey:
            values["REDIS_URL"] = self.valkey.url
        return values

    def stop(self) -> None:
        """End them and delete their files."""
        if self.valkey:
            self.valkey.kill()
        if self.postgresql:
            self.postgresql.kill()
        self.scratch.remove()


_session: Servers | None = None


def _own_plugin_database(template: str) -> str:
    """The address of a plugins' database for this process alone; Django makes only its own ones."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    with psycopg.connect(make_conninfo(template, dbname="postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE test_plugins_{worker} TEMPLATE {PLUGINS}".encode())
        connection.execute(f"REVOKE ALL ON DATABASE test_plugins_{worker} FROM PUBLIC".encode())
    return template.replace(f"/{PLUGINS}?", f"/test_plugins_{worker}?")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests() -> Iterator[None]:
    """Start the servers; a wrapper, because pytest-django reads the settings in this same hook."""
    global _session
    is_worker = "PYTEST_XDIST_WORKER" in os.environ
    inherited: dict[str, str] = {}
    if is_worker:  # the controller's cluster
        inherited["DATABASE_URL"] = os.environ["DATABASE_URL"]
        inherited["PLUGIN_DATABASE_URL"] = os.environ["PLUGIN_DATABASE_URL"].replace(
            "/test_plugins_main?", f"/{PLUGINS}?"
        )
    for setting in env.SETTINGS:  # what the developer has set for `make run` is not for the tests
        os.environ.pop(setting.name, None)
    _session = Servers.start(postgresql=not is_worker)
    os.environ.update({**inherited, **_session.environ})
    os.environ["PLUGIN_DATABASE_URL"] = _own_plugin_database(os.environ["PLUGIN_DATABASE_URL"])
    # The browser tests' driver runs an event loop in the main thread, where tests use the ORM directly.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    try:
        return (yield)
    except BaseException:  # the settings or the applications do not load: no later hook will run
        pytest_unconfigure()
        raise


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    """Stop the servers, whatever the tests' outcome (when pytest is killed, the kernel does it)."""
    global _session
    if _session:
        _session.stop()
        _session = None


@pytest.fixture
def own_servers() -> Iterator[Servers]:
    """A private PostgreSQL and Valkey the test may kill, flush, restart; `environ` is for processes it starts."""
    servers = Servers.start()
    yield servers
    servers.stop()


@pytest.fixture
def worker_valkey() -> Iterator[Valkey]:
    """The Valkey this worker's Django uses, for faults: kill, stop, start. It is empty and running again afterwards."""
    assert _session is not None
    assert _session.valkey is not None
    valkey = _session.valkey
    yield valkey
    valkey.kill()
    valkey.start()
