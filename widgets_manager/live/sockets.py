"""Stage: consumers. One connection's side of the hub: its subscriptions, and a bounded queue of frames to send."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from widgets_manager.live.frames import resync_frame
from widgets_manager.live.identity import Identity
from widgets_manager.live.outbox import Outbox
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


class Socket(Outbox):
    """What the hub knows of one connection. Answers to its own frames are queued by `put` (see `drained`)."""

    def __init__(self, identity: Identity) -> None:
        super().__init__()
        self.identity = identity
        self.subscriptions: dict[StreamRef, Subscription] = {}

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

    def put_resync(self, ref: StreamRef) -> None:
        """Have the client subscribe to one stream again, where it left off."""
        self.put(resync_frame(ref.name))

    def resync(self) -> None:
        """Drop what is queued and have the client subscribe to everything again, where it left off."""
        self._frames.clear()
        self._characters = 0
        self.put(*(resync_frame(ref.name) for ref in self.subscriptions))
