"""Stage: consumers. A hub's place in the channel layer: the groups it joins, and the messages it gets.

None of it raises when Redis is away: what was not joined is joined later, what was not heard is found by comparison.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Iterable
from typing import Any, Final

from channels.layers import get_channel_layer

from widgets_manager.live.publish import REDIS_FAULTS, Message

logger = logging.getLogger(__name__)

_PATIENCE: Final = 2.0  # seconds to wait for Redis
_PAUSE: Final = 3.0  # seconds without a new attempt after a failed one: hundreds of sockets must not each wait for it


class Mailbox:
    """One channel, opened at the first join; for one event loop."""

    def __init__(self) -> None:
        self._layer: Any = get_channel_layer()
        self._channel = ""
        self._opened = asyncio.Event()
        self._opening = asyncio.Lock()
        self._joined: set[str] = set()
        self._rest_until = 0.0

    async def join(self, group: str) -> None:
        """Get the group's messages from now on, if Redis answers."""
        if group in self._joined or time.monotonic() < self._rest_until:
            return
        try:
            async with asyncio.timeout(_PATIENCE):
                await self._open()
                await self._layer.group_add(group, self._channel)
            self._joined.add(group)
        except REDIS_FAULTS as error:
            self._rest_until = time.monotonic() + _PAUSE
            logger.warning("live: Redis does not answer, wake-ups come late until it does: %s", error)

    async def keep_only(self, groups: Iterable[str]) -> None:
        """Leave all other groups and join those of these that could not be joined before."""
        wanted = set(groups)
        for group in self._joined - wanted:
            self._joined.discard(group)
            try:
                async with asyncio.timeout(_PATIENCE):
                    await self._layer.group_discard(group, self._channel)
            except REDIS_FAULTS:
                continue  # a message of a group that nobody wants is dropped by the hub
        for group in wanted:
            await self.join(group)

    async def receive(self) -> Message:
        """The next message."""
        await self._opened.wait()
        message: Message = await self._layer.receive(self._channel)
        return message

    async def _open(self) -> None:
        async with self._opening:
            if not self._channel:
                self._channel = await self._layer.new_channel("hub.")
                self._opened.set()
