"""Real workers for the tests of this room, started and killed at will."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from config.embedded.processes import spawn
from tests.jobs import handlers as handlers  # registers the kinds
from widgets_manager.jobs.models import WorkerHeartbeat


class Worker:
    """A Celery worker process with all its children."""

    def __init__(self, name: str, folder: Path, module: str, settings: dict[str, str]) -> None:
        from django.db import connection

        database = connection.settings_dict["NAME"]
        address = os.environ["DATABASE_URL"].replace("/widgets?", f"/{database}?")
        self.log = folder / f"{name}.log"
        command = [
            sys.executable,
            "-m",
            "celery",
            "-A",
            "config",
            "worker",
            "--concurrency=2",
            f"--hostname={name}@test",
        ]
        command += [f"--include={module}", "--loglevel=INFO"]
        environ = {**os.environ, "DATABASE_URL": address, "LOG_LEVEL": "INFO", **settings}
        self.process: subprocess.Popen[bytes] = spawn(command, log=self.log, environ=environ)
        wait_until(lambda: self._is_ready(name), 60, lambda: self.log.read_text())

    def signal_all(self, number: signal.Signals) -> None:
        """Signal the worker and the processes it has forked."""
        os.killpg(self.process.pid, number)

    def lines(self, message: str) -> list[dict[str, Any]]:
        """The JSON log lines with this message."""
        parsed = [json.loads(line) for line in self.log.read_text().splitlines() if line.startswith("{")]
        return [line for line in parsed if line["message"] == message]

    def end(self) -> None:
        """Be gone."""
        if self.process.poll() is None:
            self.signal_all(signal.SIGKILL)
        self.process.wait()

    def _is_ready(self, name: str) -> bool:
        assert self.process.poll() is None, self.log.read_text()
        return WorkerHeartbeat.objects.filter(name__startswith=f"{name}@").exists()


def wait_until(done: Callable[[], bool], seconds: float = 30, why: Callable[[], str] = str) -> None:
    """Look until it is so; a deadline that only a failure meets."""
    deadline = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < deadline, why()
        time.sleep(0.05)


@pytest.fixture
def start_worker(transactional_db: None, settings: Any, tmp_path: Path) -> Iterator[Callable[..., Worker]]:
    """`start(name, module=…, SETTING=…)`: they take tasks when it returns, and are gone after the test."""
    workers: list[Worker] = []
    settings.FILES_ROOT = Path(os.environ["DATA_DIR"]) / "files"  # where those processes look

    def start(name: str, module: str = "tests.jobs.handlers", **settings: str) -> Worker:
        workers.append(Worker(name, tmp_path, module, settings))
        return workers[-1]

    yield start
    for worker in workers:
        worker.end()
