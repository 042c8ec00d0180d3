"""Stage 4 of the embedded servers: start those that no setting replaces, in a data folder this process owns."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from config import env
from config.embedded.datafolder import DataFolder, Record
from config.embedded.servers import PostgreSQL, Valkey, socket_folder

_SPARE_CONNECTIONS = 20  # management commands, readiness probes, an operator's psql
_THREADS = 40  # of a web process that keeps no pool


def connections_needed(values: Mapping[str, Any]) -> int:
    """How many connections the processes of these settings may open at once, and some to spare."""
    processes = values["WEB_PROCESSES"] + env.sandbox_has_listener(values)
    web = processes * (values["DB_POOL_SIZE"] or _THREADS)
    plugins = values["PLUGIN_DB_CONNECTIONS"] * (processes + values["WORKER_PROCESSES"])
    return int(web + 2 * values["WORKER_PROCESSES"] + plugins + _SPARE_CONNECTIONS)


class LocalServers:
    """The embedded PostgreSQL unless DATABASE_URL is set, and the embedded Valkey unless REDIS_URL is set."""

    def __init__(self, folder: DataFolder, values: Mapping[str, Any]) -> None:
        self._folder = folder
        self._values = values
        self.sockets: Path | None = None
        self.postgresql: PostgreSQL | None = None
        self.valkey: Valkey | None = None

    def start(self, say: Callable[[str], None] = lambda _: None) -> None:
        """Start them and write the record. Raises ServerError; what already runs then is stopped by `stop`."""
        self._remove_old_sockets()
        self.sockets = socket_folder()
        self._record(running=False)
        if not self._values["DATABASE_URL"]:
            say("PostgreSQL (embedded)")
            options = {"max_connections": str(connections_needed(self._values))}
            self.postgresql = PostgreSQL(
                self._folder.servers / "postgresql",
                self.sockets,
                options=options,
                author_port=self._values["PLUGIN_DB_PORT"],
            )
            self.postgresql.start()
        if not self._values["REDIS_URL"]:
            say("Valkey (embedded)")
            self.valkey = Valkey(self.sockets, self._folder.servers / "valkey.log")
            self.valkey.start()
        self._record(running=True)

    @property
    def environ(self) -> dict[str, str]:
        """DATABASE_URL, PLUGIN_DATABASE_URL and REDIS_URL for the processes that use them."""
        embedded, given = self.postgresql, self._values["PLUGIN_DATABASE_URL"]
        return {
            "DATABASE_URL": embedded.url if embedded else self._values["DATABASE_URL"],
            "PLUGIN_DATABASE_URL": given or (embedded.plugin_url if embedded else ""),
            "REDIS_URL": self.valkey.url if self.valkey else self._values["REDIS_URL"],
        }

    def stop(self) -> None:
        """Stop them in order and remove their sockets."""
        if self.sockets:
            self._record(running=False)
        if self.valkey:
            self.valkey.stop()
        if self.postgresql:
            self.postgresql.stop()
        if self.sockets:
            shutil.rmtree(self.sockets, ignore_errors=True)

    def _record(self, *, running: bool) -> None:
        addresses = self.environ if running else dict.fromkeys(("DATABASE_URL", "PLUGIN_DATABASE_URL", "REDIS_URL"), "")
        self._folder.write(
            Record(
                process_id=os.getpid(),
                running=running,
                environment=self._values["ENVIRONMENT"],
                sockets=str(self.sockets),
                database_url=addresses["DATABASE_URL"],
                redis_url=addresses["REDIS_URL"],
                plugin_database_url=addresses["PLUGIN_DATABASE_URL"],
            )
        )

    def _remove_old_sockets(self) -> None:
        """Remove what an owner that was killed left behind, and nothing that is not such a folder."""
        record = self._folder.read()
        if record and Path(record.sockets).name.startswith("wm-"):
            shutil.rmtree(record.sockets, ignore_errors=True)
