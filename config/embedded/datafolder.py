"""Stage 3 of the embedded servers: the data folder, its one owner at a time, and the record of its servers."""

from __future__ import annotations

import fcntl
import json
import os
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from config.embedded.servers import ServerError


@dataclass(frozen=True, slots=True)
class Record:
    """What the owner of the servers wrote down; it stays after they stop, for the environment's sake."""

    process_id: int
    running: bool
    environment: str
    sockets: str
    database_url: str
    redis_url: str
    plugin_database_url: str = ""


class DataFolder:
    """The folder named by DATA_DIR.

    `owner.lock` is held by whoever runs the servers; `clients.lock` is shared by commands that use servers they
    did not start, so that a command which started them for itself does not pull them away from another.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.servers = path / "servers"
        self.logs = path / "logs"
        self._record = path / "servers.json"
        self._owner: int | None = None
        self._client: int | None = None

    def prepare(self) -> None:
        """Make the folder and its parts, for the owner's eyes only. Raises ServerError when it cannot be written."""
        try:
            for folder in (self.path, self.servers, self.logs):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            probe = self.path / f".writable-{os.getpid()}"
            probe.touch()
            probe.unlink()
        except OSError as error:
            reason = error.strerror or error
            raise ServerError(
                f"The data folder {self.path} cannot be written ({reason}): set DATA_DIR to another."
            ) from None

    def own(self, patience: float = 0.0) -> bool:
        """Become the owner, waiting at most `patience` seconds. The lock ends with the process at the latest."""
        descriptor = self._open("owner.lock")
        deadline = time.monotonic() + patience
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    os.close(descriptor)
                    return False
                time.sleep(0.1)
            else:
                self._owner = descriptor
                return True

    def disown(self) -> None:
        """Let another become the owner."""
        if self._owner is not None:
            os.close(self._owner)
            self._owner = None

    def join(self) -> None:
        """Announce the use of servers that another process owns; ends with the process or with `leave`."""
        self._client = self._open("clients.lock")
        fcntl.flock(self._client, fcntl.LOCK_SH)

    def leave(self) -> None:
        """End what `join` announced."""
        if self._client is not None:
            os.close(self._client)
            self._client = None

    def await_clients(self) -> None:
        """Wait until no other process uses this owner's servers, and let none begin until `leave`."""
        self._client = self._open("clients.lock")
        fcntl.flock(self._client, fcntl.LOCK_EX)

    def write(self, record: Record) -> None:
        """Replace the record, readable by the owner only (it holds addresses with passwords)."""
        draft = self._record.with_suffix(f".{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(json.dumps(asdict(record), indent=1))
        draft.replace(self._record)

    def read(self) -> Record | None:
        """The last record; None when there never was one or it is of another version of this program."""
        try:
            return Record(**json.loads(self._record.read_text()))
        except (OSError, ValueError, TypeError):
            return None

    def _open(self, name: str) -> int:
        return os.open(self.path / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
