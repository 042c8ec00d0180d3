"""Stage: consumers. What waits to be sent to one connection."""

from __future__ import annotations

import asyncio
from collections import deque

from widgets_manager.live.frames import Closing


class Outbox:
    """A queue of frames, and why to close once that is decided. All of it runs in one event loop."""

    def __init__(self) -> None:
        self.closing: Closing | None = None
        self._frames: deque[str] = deque()
        self._characters = 0
        self._filled = asyncio.Event()
        self._drained = asyncio.Event()
        self._drained.set()

    def put(self, *frames: str) -> None:
        """Queue frames, however full it is."""
        for frame in frames:
            self._frames.append(frame)
            self._characters += len(frame)
        self._drained.clear()
        self._filled.set()

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
