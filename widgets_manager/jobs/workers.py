"""Stage: handlers. Workers say that they are alive: one row each, kept fresh by a thread of the main process."""

from __future__ import annotations

import logging
import os
import threading
from datetime import timedelta
from typing import Final

from django.db import Error as DatabaseError
from django.db import connection
from django.db.models.functions import Now

from widgets_manager.jobs.models import WorkerHeartbeat

logger = logging.getLogger(__name__)

INTERVAL: Final = 5.0  # seconds
SILENCE: Final = timedelta(seconds=30)
_FORGOTTEN: Final = timedelta(days=1)


def workers_alive() -> int:
    """How many workers were heard of within the last half minute."""
    return WorkerHeartbeat.objects.filter(seen_at__gte=Now() - SILENCE).count()


def forget_silent_workers() -> int:
    """Delete the rows of workers that have been gone for a day; returns how many."""
    return WorkerHeartbeat.objects.filter(seen_at__lt=Now() - _FORGOTTEN).delete()[0]


class Pulse:
    """Keeps one worker's row fresh until it is stopped; a worker that ends in order takes its row with it."""

    def __init__(self, name: str, interval: float = INTERVAL) -> None:
        self._name = f"{name}#{os.getpid()}"
        self._interval = interval
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="worker-pulse", daemon=True)

    def start(self) -> None:
        """Beat now and at every interval."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread and forget the worker."""
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while True:
            self._write(last=False)
            if self._stop.wait(self._interval):
                break
        self._write(last=True)

    def _write(self, *, last: bool) -> None:
        try:
            if last:
                WorkerHeartbeat.objects.filter(name=self._name).delete()
            elif not WorkerHeartbeat.objects.filter(name=self._name).update(seen_at=Now()):
                WorkerHeartbeat.objects.create(name=self._name)
        except DatabaseError as error:
            logger.warning("the worker's heartbeat was not written", extra={"error": repr(error)})
        finally:
            # Nothing stays open for the processes that the worker forks meanwhile.
            connection.close()
