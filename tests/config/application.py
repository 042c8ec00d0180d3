"""The whole application as `make run` starts it, in a folder and on a port of the test's own."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from config import env

PATIENCE = 120.0  # seconds, for machines that do other things besides


def free_port() -> int:
    """A port nobody listens on right now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def environ_for(folder: Path, **settings: str) -> dict[str, str]:
    """An environment with these settings and none of the tests' own."""
    declared = {setting.name for setting in env.SETTINGS}
    inherited = {name: value for name, value in os.environ.items() if name not in declared}
    return {**inherited, "DATA_DIR": str(folder), **settings}


def descendants(process_id: int) -> set[int]:
    """Every process below this one."""
    children: dict[int, list[int]] = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(status.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        children.setdefault(parent, []).append(int(status.parent.name))
    found: set[int] = set()
    new = children.get(process_id, [])
    while new:
        found.update(new)
        new = [child for parent in new for child in children.get(parent, [])]
    return found


def alive(process_ids: set[int]) -> set[int]:
    """Those that run; a zombie nobody has waited for does not."""
    running = set()
    for process_id in process_ids:
        try:
            state = Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            continue
        if state != "Z":
            running.add(process_id)
    return running


def eventually(what: Callable[[], object], message: str) -> None:
    """Wait until `what` is true. Fails with the message."""
    deadline = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < deadline, message
        time.sleep(0.1)


class Application:
    """A supervisor in a process of its own."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder = folder
        self.port = int(settings.get("PORT") or free_port())
        chosen = {"ENVIRONMENT": "development", "WEB_PROCESSES": "1", "WORKER_PROCESSES": "1", **settings}
        self.sandbox_port = int(settings.get("SANDBOX_PORT") or free_port())
        ports = {"PORT": str(self.port), "SANDBOX_PORT": str(self.sandbox_port)}
        self.environ = environ_for(folder, **{**chosen, **ports})
        self.family: set[int] = set()  # everything below it, once it is ready
        self.output = folder.parent / f"{folder.name}.out"
        with self.output.open("wb") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "config.embedded.supervisor"],
                cwd=env.BASE_DIR,
                env=self.environ,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
            )

    @property
    def said(self) -> str:
        """Everything it has printed."""
        return self.output.read_text()

    def ready(self) -> Application:
        """Wait until it has printed its address."""
        eventually(lambda: "Ready: " in self.said or self.process.poll() is not None, self.said)
        assert self.process.poll() is None, self.said
        self.family = descendants(self.process.pid)
        return self

    def failed(self) -> str:
        """Wait until it has given up; its last words."""
        code = self.process.wait(PATIENCE)
        assert code == 1, self.said
        return self.said

    def get(self, path: str) -> int:
        """The status of an answer; 0 when there is none."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        except OSError:
            return 0
        finally:
            connection.close()

    def manage(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run manage.py as a person would in the same folder: only DATA_DIR and PORT are set."""
        return manage(self.folder, *arguments)

    def stop(self, signal_number: signal.Signals = signal.SIGINT) -> int:
        """Ask it to stop; its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal_number)
        return self.process.wait(PATIENCE)


def manage(folder: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a management command against this data folder."""
    command = [sys.executable, str(env.BASE_DIR / "manage.py"), *arguments]
    environ = environ_for(folder, **settings)
    return subprocess.run(command, env=environ, capture_output=True, text=True, timeout=PATIENCE, check=False)
