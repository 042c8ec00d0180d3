"""Stage 5 of the isolates service: start one for the duration of a block, for commands, tests and benchmarks."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from config.embedded.processes import end, spawn
from config.embedded.servers import socket_folder
from sandbox.isolates.client import service_state
from sandbox.isolates.exceptions import IsolateError

_BASE: Final = Path(__file__).resolve().parents[2]
_PATIENCE: Final = 60.0  # seconds
COMMAND: Final = (sys.executable, "-m", "sandbox.isolates.service")


def start_service(address: Path, settings: Mapping[str, str], log: Path | None = None) -> subprocess.Popen[bytes]:
    """Start a service on this socket; it answers a moment later. It ends with the calling thread."""
    environ = {**os.environ, **settings, "ISOLATES_SOCKET": str(address)}
    return spawn(COMMAND, log=log, environ=environ, folder=_BASE)


def await_service(address: Path, process: subprocess.Popen[bytes]) -> None:
    """Wait until it has a child that can run something. Raises IsolateError when it ends or stays silent."""
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if service_state(address)["children"]["blank"]:
                return
        except IsolateError:
            pass
        time.sleep(0.02)
    raise IsolateError("UNAVAILABLE", "The service for isolates did not start.")


@contextmanager
def running_service(settings: Mapping[str, str] | None = None, log: Path | None = None) -> Iterator[Path]:
    """A service of one's own; its socket. `settings` are added to the environment's. Raises IsolateError."""
    folder = socket_folder()
    address = folder / "isolates.sock"
    process = start_service(address, settings or {}, log)
    try:
        await_service(address, process)
        yield address
    finally:
        end(process, signal.SIGTERM, 5)
        shutil.rmtree(folder, ignore_errors=True)
