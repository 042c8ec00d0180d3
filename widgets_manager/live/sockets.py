"""Stage: consumers. One connection's side of the hub: its subscriptions, and a bounded queue of frames to send."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass
from typing import Final

from widgets_manager.live.frames import Closing, resync_frame
from widgets_manager.live.identity import Identity
from widgets_manager.live.streams import StreamRef

MAX_FRAMES: Final = 1000
MAX_CHARACTERS: Final = 4_000_000
MAX_SUBSCRIPTIONS: Final = 100


@dataclass(slots=True, eq=False)
class Subscription:
    """A socket that follows a stream: the last number put into its queue, and when it was authorized."""

    socket: Socket
    ref: StreamRef
    cursor: int
    access: int


class Socket:
    """What the hub knows of one connection. All of it runs in one event loop."""

    def __init__(self, identity: Identity) -> None:
        self.identity = identity
        self.subscriptions: dict[StreamRef, Subscription] = {}
        self.closing: Closing | None = None
        self._frames: deque[str] = deque()
        self._characters = 0
        self._filled = asyncio.Event()
        self._drained = asyncio.Event()
        self._drained.set()

    def offer(self, frame: str) -> bool:
        """Queue a stored event; False when the reader is too slow and the queue is full."""
        if len(self._frames) >= MAX_FRAMES or self._characters >= MAX_CHARACTERS:
            return False
        self.put(frame)
        return True

    def offer_ephemeral(self, frame: str) -> None:
        """Queue a passing event, unless the reader is behind already: it would be worth nothing then."""
        if len(self._frames) < MAX_FRAMES // 2 and self._characters < MAX_CHARACTERS // 2:
            self.put(frame)

    def put(self, *frames: str) -> None:
        """Queue answers to the client's own frames; it is not read from until it has taken them (see `drained`)."""
        for frame in frames:
            self._frames.append(frame)
            self._characters += len(frame)
        self._drained.clear()
        self._filled.set()

    def put_resync(self, ref: StreamRef) -> None:
        """Have the client subscribe to one stream again, where it left off."""
        self.put(resync_frame(ref.name))

    def resync(self) -> None:
        """Drop what is queued and have the client subscribe to everything again, where it left off."""
        self._frames.clear()
        self._characters = 0
        self.put(*(resync_frame(ref.name) for ref in self.subscriptions))

    def close(self, closing: Closing) -> None:
        """Have the connection ended; what is queued is not sent any more."""
        self.closing = self.closing or closing
        self._filled.set()
        self._drained.set()

    async def drained(self) -> None:
        """Wait until everything queued was taken."""
        await self._drained.wait()

    async def next(self) -> str | Closing:
        """The next frame to send, or why to close."""
        while not self.closing and not self._frames:
            self._drained.set()
            self._filled.clear()
            await self._filled.wait()
        if self.closing:
            return self.closing
        frame = self._frames.popleft()
        self._characters -= len(frame)
        return frame
