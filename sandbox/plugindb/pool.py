"""Stage: access. Connections of plugins' roles, kept open for the next statement, never more than a bound.

Each plugin has a role of its own, so a pool for each would have no bound. This one holds `PLUGIN_DB_CONNECTIONS` for
all plugins together, at most half of them for one; when all are open, the one that has been idle longest makes room.
"""

from __future__ import annotations

import os
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from psycopg.pq import TransactionStatus

from sandbox.plugindb.exceptions import PluginDatabaseUnavailable
from sandbox.plugindb.server import Connection

PATIENCE: Final = 10.0  # seconds to wait for a free connection
_IDLE_SECONDS: Final = 300.0


@dataclass(slots=True)
class _Idle:
    role: str
    connection: Connection
    since: float


class Pool:
    """Open connections by role."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._share = max(1, size // 2)
        self._idle: list[_Idle] = []  # the longest idle first
        self._busy: Counter[str] = Counter()
        self._freed = threading.Condition()

    @contextmanager
    def connection(self, role: str, connect: Callable[[], Connection]) -> Iterator[Connection]:
        """A connection of the role's for one transaction. Raises PluginDatabaseUnavailable when none becomes free."""
        connection = self._take(role)
        try:
            if connection is None:
                connection = connect()
            yield connection
        finally:
            self._give_back(role, connection)

    def close(self, role: str | None = None) -> None:
        """Close what is idle, of one role or of all."""
        with self._freed:
            gone = [each for each in self._idle if role in (None, each.role)]
            self._idle = [each for each in self._idle if each not in gone]
        for each in gone:
            each.connection.close()

    def _take(self, role: str) -> Connection | None:
        """An idle connection, or leave to open one, which counts as busy from now on."""
        with self._freed:
            if not self._freed.wait_for(lambda: self._has_room(role), PATIENCE):
                raise PluginDatabaseUnavailable("Too many statements of plugins run at once; try again.")
            self._busy[role] += 1
            leaving = self._expired()
            found = next((each for each in reversed(self._idle) if each.role == role), None)
            if found is not None:
                self._idle.remove(found)
            elif self._busy.total() + len(self._idle) > self._size:
                leaving.append(self._idle.pop(0))
        for each in leaving:
            each.connection.close()
        return found.connection if found is not None else None

    def _has_room(self, role: str) -> bool:
        return self._busy[role] < self._share and self._busy.total() < self._size

    def _expired(self) -> list[_Idle]:
        old = [each for each in self._idle if each.since < time.monotonic() - _IDLE_SECONDS or each.connection.closed]
        self._idle = [each for each in self._idle if each not in old]
        return old

    def _give_back(self, role: str, connection: Connection | None) -> None:
        usable = connection is not None and connection.info.transaction_status == TransactionStatus.IDLE
        with self._freed:
            self._busy[role] -= 1
            if not self._busy[role]:
                del self._busy[role]
            if usable and connection is not None:
                self._idle.append(_Idle(role, connection, time.monotonic()))
            self._freed.notify_all()
        if connection is not None and not usable:
            connection.close()


_pools: dict[tuple[int, str, int], Pool] = {}


def pool() -> Pool:
    """The pool of this process; a fork has one of its own."""
    key = (os.getpid(), settings.PLUGIN_DATABASE_URL, settings.PLUGIN_DB_CONNECTIONS)
    if key not in _pools:
        _pools.setdefault(key, Pool(settings.PLUGIN_DB_CONNECTIONS))
    return _pools[key]
