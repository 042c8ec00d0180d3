"""Stage 5 of the embedded servers: management commands use those that run, or start them for their own duration."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from config import env
from config.embedded.datafolder import DataFolder, Record
from config.embedded.local import LocalServers
from config.embedded.servers import ServerError, isolates_socket

_START_PATIENCE = 60.0  # seconds for another process's servers to become ready
# These touch no database; starting one for them would be a surprise.
_OFFLINE = frozenset(
    [
        *("check", "collectstatic", "compilemessages", "diffsettings", "findstatic", "help", "makemessages"),
        *("spectacular", "startapp", "startproject", "test", "version", "--version"),
    ]
)


@contextmanager
def command_servers(arguments: Sequence[str]) -> Iterator[None]:
    """Have DATABASE_URL and REDIS_URL in os.environ while a management command runs.

    `arguments` is sys.argv. No server is started or sought when both are set, in tests, and for commands without need
    of one. ISOLATES_SOCKET is set where an application of this data folder runs that service.
    ENVIRONMENT, when unset, is that of the last start in this data folder. Writes nothing to stdout.
    Raises ServerError and EnvError, each one sentence.
    """
    if _needs_no_servers(arguments):
        _find_isolates()
        yield
        return
    folder = DataFolder(env.value("DATA_DIR"))
    record = folder.read()
    if record:
        os.environ.setdefault("ENVIRONMENT", record.environment)
    values = env.read()
    folder.prepare()
    while not folder.own():
        if running := _await_running(folder):
            yield from _as_client(folder, running)
            return
    yield from _as_owner(folder, LocalServers(folder, values))


def _needs_no_servers(arguments: Sequence[str]) -> bool:
    external = os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL")
    # Only the command counts: an organisation may be called "test".
    offline = len(arguments) < 2 or arguments[1] in _OFFLINE or not {"--help", "-h"}.isdisjoint(arguments[1:])
    return bool(external) or offline or os.environ.get("ENVIRONMENT") == "test"


def _find_isolates() -> None:
    """Have ISOLATES_SOCKET in os.environ where an application of this data folder runs the service of isolates."""
    if os.environ.get("ENVIRONMENT") == "test":
        return
    record = DataFolder(env.value("DATA_DIR")).read()
    if record and record.running:
        os.environ.setdefault("ISOLATES_SOCKET", str(isolates_socket(record.sockets)))


def _await_running(folder: DataFolder) -> Record | None:
    """The running owner's record, once it is ready; None when the owner has gone. Raises ServerError on silence."""
    deadline = time.monotonic() + _START_PATIENCE
    while time.monotonic() < deadline:
        folder.join()
        record = folder.read()
        if record and record.running and _alive(record.process_id):
            return record
        folder.leave()
        if folder.own():
            folder.disown()
            return None
        time.sleep(0.1)
    raise ServerError(f"Another process holds the data folder {folder.path}, but its servers do not become ready.")


def _alive(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _as_client(folder: DataFolder, record: Record) -> Iterator[None]:
    os.environ.setdefault("ENVIRONMENT", record.environment)
    os.environ.update(DATABASE_URL=record.database_url, REDIS_URL=record.redis_url)
    _find_isolates()
    os.environ["PLUGIN_DATABASE_URL"] = record.plugin_database_url
    try:
        yield
    finally:
        folder.leave()


def _as_owner(folder: DataFolder, servers: LocalServers) -> Iterator[None]:
    try:
        servers.start()
        os.environ.update(servers.environ)
        yield
    finally:
        folder.await_clients()
        servers.stop()
        folder.disown()
        folder.leave()
