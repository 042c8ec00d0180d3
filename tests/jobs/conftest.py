"""Real workers for the tests of this room, started and killed at will."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from config.embedded.processes import spawn
from tests.jobs import handlers as handlers  # registers the kinds
from widgets_manager.core.models import AuditEntry
from widgets_manager.jobs.models import Job, JobState
from widgets_manager.jobs.sweep import sweep

AT_ONCE = timedelta(0)


class Worker:
    """A Celery worker process with all its children."""

    def __init__(self, name: str, folder: Path, module: str, settings: dict[str, str]) -> None:
        from django.db import connection

        self._name = name
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
        command += [f"--include={module}", "--loglevel=INFO", "--without-gossip", "--without-mingle"]
        environ = {**os.environ, "DATABASE_URL": address, "LOG_LEVEL": "INFO", **settings}
        self.process: subprocess.Popen[bytes] = spawn(command, log=self.log, environ=environ)

    def ready(self) -> Worker:
        """Wait until it takes tasks; who only waits for a job need not."""
        wait_until(self._is_ready, why=self.log.read_text)
        return self

    def signal_all(self, number: signal.Signals) -> None:
        """Signal the worker and the processes it has forked."""
        os.killpg(self.process.pid, number)

    def ran(self, *jobs: Job) -> list[dict[str, Any]]:
        """The JSON log lines of these jobs' attempts."""
        parsed = [json.loads(line) for line in self.log.read_text().splitlines() if line.startswith("{")]
        wanted = {str(job.pk) for job in jobs}
        return [line for line in parsed if line["message"] == "job ran" and line["job_id"] in wanted]

    def end(self) -> None:
        """Be gone."""
        if self.process.poll() is None:
            self.signal_all(signal.SIGKILL)
        self.process.wait()

    def _is_ready(self) -> bool:
        text = self.log.read_text()
        assert self.process.poll() is None, text
        return f"{self._name}@test ready" in text


def wait_until(done: Callable[[], bool], seconds: float = 60, why: Callable[[], str] = str) -> None:
    """Look until it is so; a deadline that only a failure meets."""
    deadline = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < deadline, why()
        time.sleep(0.05)


def state(job: Job) -> str:
    return str(Job.objects.values_list("state", flat=True).get(pk=job.pk))


def effects(job: Job) -> int:
    return AuditEntry.objects.filter(action=handlers.EFFECT, data__job=str(job.pk)).count()


def starts(folder: Path, job: Job) -> int:
    return len(list(folder.glob(f"started-{job.pk}-*")))


def is_done_after_sweeping(job: Job) -> bool:
    sweep(AT_ONCE)
    return state(job) == JobState.DONE


@pytest.fixture
def start_worker(transactional_db: None, settings: Any, tmp_path: Path) -> Iterator[Callable[..., Worker]]:
    """`start(name, module=…, SETTING=…)`: it takes tasks a moment later, and is gone after the test."""
    workers: list[Worker] = []
    settings.FILES_ROOT = Path(os.environ["DATA_DIR"]) / "files"  # where those processes look

    def start(name: str, module: str = "tests.jobs.handlers", **settings: str) -> Worker:
        workers.append(Worker(name, tmp_path, module, settings))
        return workers[-1]

    yield start
    for worker in workers:
        worker.end()


@pytest.fixture(scope="module")
def worker(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worker]:
    """One that the tests of a module share; they leave it as it is."""
    shared = Worker("shared", tmp_path_factory.mktemp("worker"), "tests.jobs.handlers", {})
    yield shared
    shared.end()
