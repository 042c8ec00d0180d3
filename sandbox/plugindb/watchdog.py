"""Stage: access. Statements that take too long are stopped from outside: whoever writes SQL can set its own timeout."""

from __future__ import annotations

import contextlib
import heapq
import itertools
import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import psycopg

_CANCEL_SECONDS: Final = 3.0


class _Watch:
    """One statement that is being watched."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self.connection = connection
        self.lock = threading.Lock()
        self.over = False
        self.asked = False  # it was asked to stop

    def act(self) -> bool:
        """Ask it to stop, and the next time cut its connection; whether to come back."""
        with self.lock:
            if self.over:
                return False
            if self.asked:
                with contextlib.suppress(OSError), socket.socket(fileno=os.dup(self.connection.fileno())) as cut:
                    cut.shutdown(socket.SHUT_RDWR)
                return False
            self.asked = True
            with contextlib.suppress(psycopg.Error):
                self.connection.cancel_safe(timeout=_CANCEL_SECONDS)
            return True


class Watchdog:
    """One thread for all statements of a process, started when it is first needed."""

    def __init__(self) -> None:
        self._waiting: list[tuple[float, int, _Watch]] = []
        self._changed = threading.Condition()
        self._numbers = itertools.count()
        self._thread: threading.Thread | None = None

    @contextmanager
    def limit(self, connection: psycopg.Connection[Any], seconds: float) -> Iterator[None]:
        """Stop what runs on the connection after so many seconds: it raises QueryCanceled then."""
        watch = _Watch(connection)
        self._add(time.monotonic() + seconds, watch)
        try:
            yield
        finally:
            with watch.lock:
                watch.over = True

    def _add(self, due: float, watch: _Watch) -> None:
        with self._changed:
            if self._thread is None or not self._thread.is_alive():  # a fork has no threads of its parent's
                self._thread = threading.Thread(target=self._run, name="plugindb-watchdog", daemon=True)
                self._thread.start()
            heapq.heappush(self._waiting, (due, next(self._numbers), watch))
            if self._waiting[0][2] is watch:
                self._changed.notify()

    def _run(self) -> None:
        while True:
            with self._changed:
                while not self._waiting or self._waiting[0][0] > time.monotonic():
                    self._changed.wait(self._waiting[0][0] - time.monotonic() if self._waiting else None)
                _, _, watch = heapq.heappop(self._waiting)
            if watch.act():
                self._add(time.monotonic() + _CANCEL_SECONDS, watch)


watchdog: Final = Watchdog()
