"""Stage: consumers. The streams that sockets of this process follow, and how far each socket has got."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from widgets_manager.live.frames import event_frame, snapshot_frame, subscribed_frame
from widgets_manager.live.reading import Reading, Update
from widgets_manager.live.sockets import Socket, Subscription
from widgets_manager.live.streams import StreamName, StreamRef


class Followed:
    """One stream with its subscriptions. Numbers have no gaps, so a subscription takes exactly the next one."""

    def __init__(self, ref: StreamRef) -> None:
        self.ref = ref
        self.subscriptions: set[Subscription] = set()
        self.holds = 0  # sockets that are about to subscribe
        self._number = 0  # how far the stream is, by wake-ups, comparisons and readings
        self._access = 0

    @property
    def cursor(self) -> int:
        """The number up to which every subscription has everything."""
        return min((item.cursor for item in self.subscriptions), default=0)

    def hear(self, number: int, access: int) -> None:
        """Note how far the stream is said to be."""
        self._number = max(self._number, number)
        self._access = max(self._access, access)

    def forget_heard(self) -> None:
        """The database is about to be asked; whatever was committed before will be in its answer."""
        self._number = self._access = 0

    def behind(self) -> bool:
        """Whether a subscription lacks an event or a check of access that was heard of."""
        return any(item.cursor < self._number or item.access < self._access for item in self.subscriptions)

    def attach(self, socket: Socket, reading: Reading) -> None:
        """Queue what was read for a new subscriber, who follows from there."""
        subscription = Subscription(socket, self.ref, reading.number, reading.access)
        self.subscriptions.add(subscription)
        socket.subscriptions[self.ref] = subscription
        socket.put(*_first_frames(reading))

    def fan_out(self, asked: int, update: Update) -> list[Subscription]:
        """Offer the events read after number `asked` to every subscription that lacks them.

        Returns the subscriptions that have ended, with `resync` queued: all of a socket whose queue is full, and those
        that would have to skip an event that is gone.
        """
        ended: list[Subscription] = []
        frames = [
            (event.number, event_frame(self.ref.name, event.number, event.type, event.data)) for event in update.events
        ]
        first = frames[0][0] if frames else update.number + 1
        for item in tuple(self.subscriptions):
            gone = asked <= item.cursor < first - 1 or asked > update.number
            if gone:
                ended.append(item)
                item.socket.put_resync(item.ref)
            elif not _offer(item, frames):
                ended += item.socket.subscriptions.values()
                item.socket.resync()
        return ended


class Following:
    """All followed streams by name; a person's own stream may be followed in several tenants."""

    def __init__(self) -> None:
        self._streams: dict[StreamName, dict[uuid.UUID, Followed]] = {}

    @contextmanager
    def hold(self, ref: StreamRef) -> Iterator[Followed]:
        """The stream, which is not forgotten meanwhile."""
        tenants = self._streams.setdefault(ref.name, {})
        followed = tenants.setdefault(ref.tenant_id, Followed(ref))
        followed.holds += 1
        try:
            yield followed
        finally:
            followed.holds -= 1

    def get(self, ref: StreamRef) -> Followed | None:
        """The stream, when it is followed."""
        return self._streams.get(ref.name, {}).get(ref.tenant_id)

    def named(self, name: StreamName) -> list[Followed]:
        """The streams of that name, one per tenant."""
        return list(self._streams.get(name, {}).values())

    def names(self) -> list[StreamName]:
        """Every name that is followed."""
        return list(self._streams)

    def subscribed(self) -> list[Followed]:
        """Every stream that has a subscription."""
        return [item for tenants in self._streams.values() for item in tenants.values() if item.subscriptions]

    def detach(self, subscription: Subscription) -> None:
        """End one subscription. No error when it has ended."""
        followed = self.get(subscription.ref)
        if followed is not None:
            followed.subscriptions.discard(subscription)
        if subscription.socket.subscriptions.get(subscription.ref) is subscription:
            del subscription.socket.subscriptions[subscription.ref]

    def forget_unused(self) -> None:
        """Drop the streams that nobody follows any more (not at once: a page that reloads is back in a moment)."""
        for name, tenants in list(self._streams.items()):
            for tenant_id, followed in list(tenants.items()):
                if not followed.subscriptions and not followed.holds:
                    del tenants[tenant_id]
            if not tenants:
                del self._streams[name]


def _first_frames(reading: Reading) -> list[str]:
    name = reading.ref.name
    if reading.snapshot is not None:
        return [snapshot_frame(name, reading.number, reading.snapshot)]
    events = [event_frame(name, event.number, event.type, event.data) for event in reading.events]
    return [subscribed_frame(name, reading.number), *events]


def _offer(item: Subscription, frames: list[tuple[int, str]]) -> bool:
    """Queue what the subscription lacks, in order; False when the queue is full."""
    for number, frame in frames:
        if number <= item.cursor:
            continue
        if number > item.cursor + 1:  # it came in meanwhile, with an older reading: it gets all of it next time
            return True
        if not item.socket.offer(frame):
            return False
        item.cursor = number
    return True
