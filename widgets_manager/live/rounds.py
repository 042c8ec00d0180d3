"""Stage: consumers. What hubs are made of: one for each event loop, and rounds of work that no fault ends."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any, Final, Generic, TypeVar

logger = logging.getLogger(__name__)

Hub = TypeVar("Hub")
Round = Callable[[], Awaitable[Any]]
RETRY_AFTER: Final = 1.0  # seconds until work that the database refused is tried again


class PerLoop(Generic[Hub]):
    """Called, it gives the running event loop's hub, made at the first call."""

    def __init__(self, make: Callable[[], Hub]) -> None:
        self._make = make
        self._made: dict[asyncio.AbstractEventLoop, Hub] = {}

    def __call__(self) -> Hub:
        """The running event loop's."""
        loop = asyncio.get_running_loop()
        if loop not in self._made:
            # A hub's tasks hold its loop, so that it would never go by itself.
            self._made = {other: hub for other, hub in self._made.items() if not other.is_closed()}
            self._made[loop] = self._make()
        return self._made[loop]


class Rounds:
    """Work that is done round after round, as tasks of the event loop; one kind of round waits for `wake`."""

    def __init__(self, name: str) -> None:
        self._name = name  # for the log
        self._work = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    def start(self, *rounds: Round) -> None:
        """Do each for ever; nothing when that has begun already. A fault, such as a database that restarts, ends a
        round: the next one begins in RETRY_AFTER seconds, and the waiting one as if it had been woken.
        """
        if not self._tasks:
            self._tasks = [asyncio.create_task(self._go_on(each)) for each in rounds]

    def wake(self) -> None:
        """There is something to do."""
        self._work.set()

    async def woken(self) -> None:
        """Wait until there is something to do. What comes from now on wakes again."""
        await self._work.wait()
        self._work.clear()

    async def _go_on(self, do: Round) -> None:
        while True:
            try:
                await do()
            except Exception:  # whatever it was, the rounds go on: rows are the truth, the next one reads them again
                logger.exception("%s: a round failed, the next one begins in %s s", self._name, RETRY_AFTER)
                await asyncio.sleep(RETRY_AFTER)
                self.wake()
