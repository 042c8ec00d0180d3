"""Each message runs through the handler and is acknowledged after that: at least once, never twice at the same time."""

from __future__ import annotations

import asyncio
import inspect
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from widget_agents.connection import Frame
from widget_agents.messages import AgentMessage

logger = logging.getLogger("widget_agents")

Handler = Callable[[AgentMessage], Awaitable[Any] | None]
Acknowledge = Callable[[Frame], Coroutine[Any, Any, None]]

_REMEMBERED = 10_000  # ids of finished messages: the server sends again at most those of its window
_MAY_WAIT = 16  # the server sends 64 messages ahead of acknowledgements; answers must always find room among them


@dataclass(slots=True, eq=False)
class _Delivery:
    frame: Frame
    message: AgentMessage
    acknowledged: bool = False


_current: ContextVar[_Delivery | None] = ContextVar("delivery", default=None)


@dataclass(slots=True)
class Deliveries:
    """Runs `handle` for each message. Messages are begun in order and run beside each other: one may wait for a person.

    A handler that fails is tried again, `attempts` times in all; then the message is acknowledged and an error logged.
    """

    acknowledge: Acknowledge
    attempts: int
    retry_delay: float = 1.0
    _running: set[str] = field(default_factory=set)
    _finished: OrderedDict[str, None] = field(default_factory=OrderedDict)
    _waiting: dict[_Delivery, None] = field(default_factory=dict)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def take(self, frame: Frame, message: AgentMessage, handle: Handler) -> None:
        """Run the message through `handle`, unless that happened, or happens, already."""
        if message.id in self._finished:
            self._spawn(self.acknowledge(frame))
        elif message.id not in self._running:
            self._running.add(message.id)
            self._spawn(self._run(_Delivery(frame, message), handle))

    def finish(self, frame: Frame) -> None:
        """The message needs no handler."""
        self._remember(frame["id"])
        self._spawn(self.acknowledge(frame))

    @contextmanager
    def waiting_for_a_person(self) -> Iterator[None]:
        """Around what may take hours. When too many messages wait, the one that waits longest is acknowledged early."""
        delivery = _current.get()
        if delivery is None or delivery in self._waiting:
            yield
            return
        self._waiting[delivery] = None
        if len(self._waiting) > _MAY_WAIT:
            longest = next(iter(self._waiting))
            del self._waiting[longest]
            self._settle(longest)
        try:
            yield
        finally:
            self._waiting.pop(delivery, None)

    async def cancel(self) -> None:
        """Stop every handler; their messages are delivered again at the next connection."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _run(self, delivery: _Delivery, handle: Handler) -> None:
        message = delivery.message
        _current.set(delivery)
        try:
            for attempt in range(1, self.attempts + 1):
                try:
                    result = handle(message)
                    if inspect.isawaitable(result):
                        await result
                    break
                except Exception:
                    logger.exception("the handler failed at message %s (%d of %d)", message.id, attempt, self.attempts)
                if attempt < self.attempts:
                    await asyncio.sleep(self.retry_delay * 2 ** (attempt - 1))
            else:
                logger.error("message %s is given up", message.id)
            self._settle(delivery)
        finally:
            self._running.discard(message.id)

    def _settle(self, delivery: _Delivery) -> None:
        if not delivery.acknowledged:
            delivery.acknowledged = True
            self.finish(delivery.frame)

    def _remember(self, message_id: str) -> None:
        self._finished[message_id] = None
        if len(self._finished) > _REMEMBERED:
            self._finished.popitem(last=False)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
